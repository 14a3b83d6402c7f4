"""Address headers (RFC 5322 §3.4) and Message-IDs, read in one pass however broken they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from connectors.email.reading.charsets import storable
from connectors.email.reading.headers import decode_words
from connectors.email.reading.mail import Address

ADDRESS_LIMIT = 1000
_UNCLOSED_LIMIT = 8  # openings without an end that are looked into per value: keeps "((((((" linear

_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_SPECIAL = re.compile(r'["(<,;:]')
_ESCAPED = re.compile(r"\\(.)")
_COMMENT = re.compile(r"\([^()]*\)")
_CLOSING = {'"': '"', "(": ")", "<": ">"}


class Token(NamedTuple):
    """A piece of an address header; `kind` is its opening character, "," between mailboxes, or "" (words)."""

    kind: str
    text: str


def read_addresses(values: list[str]) -> tuple[Address, ...]:
    """The mailboxes of all headers of one name, in order; groups are opened, empty entries dropped."""
    found: list[Address] = []
    for value in values:
        entries = list(_mailboxes(value))
        if "=?" in value and not any(entry.address for entry in entries):
            # Some senders encode the whole header, addresses included.
            entries = list(_mailboxes(decode_words(value)))
        found += entries
    return tuple(found[:ADDRESS_LIMIT])


def _mailboxes(value: str) -> Iterator[Address]:
    gathered: list[Token] = []
    for token in _tokens(value):
        if token.kind == ",":
            yield from _mailbox(gathered)
            gathered = []
        elif token.kind == ":":  # the name of a group
            gathered = []
        else:
            gathered.append(token)
    yield from _mailbox(gathered)


def _tokens(value: str) -> Iterator[Token]:
    position, unclosed = 0, 0
    words: list[str] = []
    while (match := _SPECIAL.search(value, position)) is not None:
        words.append(value[position : match.start()])
        char, start = match[0], match.start()
        position = match.end()
        if char in _CLOSING and (end := _end(value, start) if unclosed < _UNCLOSED_LIMIT else -1) > 0:
            position = end + 1
            if char == '"' and value[position : position + 1] == "@":  # a quoted local part
                words.append(value[start:position])
                continue
            yield Token("", "".join(words))
            yield Token(char, value[start + 1 : end])
            words = []
        elif char in _CLOSING:
            unclosed += 1
            words.append(char if char == "(" else " ")
        elif char == ":" and ("@" in "".join(words) or value[position : position + 1] in ("/", "")):
            words.append(char)
        else:
            yield Token("", "".join(words))
            yield Token("," if char == ";" else char, char)
            words = []
    yield Token("", "".join(words) + value[position:])


def _end(value: str, start: int) -> int:
    """Index of the character that closes what opens at `start`, or -1."""
    opening, closing = value[start], _CLOSING[value[start]]
    if opening == "<":
        end = value.find(">", start)
        return -1 if "," in value[start:end] and not value.startswith("<@", start) else end
    depth, index = 1, start + 1
    while index < len(value):
        char = value[index]
        if char == "\\":
            index += 1
        elif char == closing:
            depth -= 1
            if not depth:
                return index
        elif char == opening:
            depth += 1
        index += 1
    return -1


def _mailbox(tokens: list[Token]) -> Iterator[Address]:
    """The mailbox that the tokens between two commas make: none, or one."""
    phrase = "".join(_unescaped(token) for token in tokens if token.kind in ("", '"'))
    comments = [_unescaped(token) for token in tokens if token.kind == "("]
    bracketed = next((token.text for token in tokens if token.kind == "<"), None)
    if bracketed is not None and "(" in bracketed:
        comments += [match[0][1:-1] for match in _COMMENT.finditer(bracketed)]
    comment = " ".join(comments)
    address = _bare_address(bracketed or "")
    name = _words(phrase.strip("<> ") if bracketed is not None else phrase)
    if comment and address:
        name = f"{name} ({_words(comment)})" if name else _words(comment)
    if bracketed is None and phrase.count("@") > 1 and len(phrase.split()) > 1:
        bare = phrase.split()
        if all("@" in word for word in bare):  # addresses between which the commas are missing
            yield from (Address("", _bare_address(word)) for word in bare)
            return
    if bracketed is None and "@" in phrase:
        *before, last = phrase.split()
        address = _bare_address(last if "@" in last else phrase)
        name = _words(" ".join(before)) if "@" in last else ""
        name = name or _words(comment)
    if "@" not in address:
        name, address = name or storable(address), ""
    if name or address:
        yield Address(name, address)


def _unescaped(token: Token) -> str:
    return _ESCAPED.sub(r"\1", token.text) if token.kind in ('"', "(") else token.text


def _words(text: str) -> str:
    return " ".join(decode_words(text).split())


def _bare_address(text: str) -> str:
    """Without comments, white space, doubled brackets, `mailto:` and a source route (`@a,@b:user@host`)."""
    text = "".join(_COMMENT.sub("", decode_words(text)).split()).strip("<>'")
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    return text


def read_message_ids(values: list[str]) -> tuple[str, ...]:
    """Message-IDs with their angle brackets, in order, each once."""
    found = (f"<{match[1]}>" for value in values for match in _MESSAGE_ID.finditer(storable(value)))
    return tuple(dict.fromkeys(found))


def read_message_id(value: str) -> str | None:
    """The Message-ID of a mail, with angle brackets added where the sender forgot them."""
    if found := read_message_ids([value]):
        return found[0]
    bare = storable(value).strip().strip("<>")
    usable = "@" in bare and len(bare) < 998 and not any(c.isspace() for c in bare)
    return f"<{bare}>" if usable else None
