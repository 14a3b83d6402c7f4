"""Who wrote what somebody forwards: the author of a mail inside a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.email.folding.quote_headings import (
    field_kind,
    is_divider,
    is_forward_rule,
    is_header_block,
    is_rule,
)
from connectors.email.reading.addresses import read_addresses
from connectors.email.reading.dates import read_date
from connectors.email.reading.headers import decode_words
from connectors.email.reading.mail import Address, Forwarded
from connectors.email.reading.structure import Part
from connectors.email.reading.subjects import is_forward, is_reply

_LINE_LIMIT = 2_000
_BLOCK_LINES = 24
_WORDS_ABOVE = 400
"""Characters that somebody writes above a mail that they only pass on, where the subject does not say so."""

_MARKS = re.compile(r"^[\s>|*•·]+|[\s*]+$")
_FIELD = re.compile(r"^[\s>|*•·-]*([^:：]{1,40}?)\s*\**\s*[:：]\**\s*(.*)$")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]+@[\w.-]+\.\w+")
_WRAPPED = re.compile(
    r"[<\[(]\s*(?:mailto:)?\s*([^\s<>()\[\]\"',;:@]+@[\w.-]+\.\w+)\s*(?:<mailto:[^<>]*>)?\s*[>\])]"
)


def read_forwarded(root: Part, text: str, subject: str) -> Forwarded | None:
    """The mail that this one forwards, attached or in `text`; None when it forwards none.

    It forwards when a mail program says so between dashes with few words above, or when the subject does and
    headers follow. An answer ("Re: ") that only quotes does not.
    """
    forwards = is_forward(subject)
    if is_reply(subject):
        return None
    found = _inside(text.split("\n", _LINE_LIMIT)[:_LINE_LIMIT], forwards)
    if found is not None:
        return found
    return _attached(root) if forwards or not text.strip() else None


def _inside(lines: Sequence[str], forwards: bool) -> Forwarded | None:
    above = 0
    for index, line in enumerate(lines):
        if is_forward_rule(line) and (forwards or above <= _WORDS_ABOVE):
            return _read_block(lines, index + 1)
        if forwards and is_rule(line):
            return _read_block(lines, index + 1)
        if forwards and is_header_block(lines, index):
            return _read_block(lines, index)
        above += len(line.strip())
    return None


def _read_block(lines: Sequence[str], start: int) -> Forwarded | None:
    """The headers of the forwarded mail, which begin within a few lines of `start`."""
    author, subject, date = None, "", None
    seen = False
    for index in range(start, min(start + _BLOCK_LINES, len(lines))):
        line = _MARKS.sub("", lines[index][:500])
        if not line or is_divider(line):
            if seen and author is not None:
                break
            continue
        field = _FIELD.match(lines[index][:500])
        kind = field_kind(lines[index])
        value = field[2].strip().strip("*").strip() if field else ""
        if kind == "from" and author is None:
            below = _MARKS.sub("", lines[index + 1][:500]) if index + 1 < len(lines) else ""
            author = _author(value, below)
        elif kind == "subject" and not subject:
            subject = value
        elif kind == "sent" and date is None:
            date = read_date(value)
        elif not kind and not seen and index > start + 3:
            break
        seen = seen or bool(kind)
    return Forwarded(author, subject[:500], date) if author is not None else None


def _author(value: str, below: str) -> Address | None:
    """Name and address in "Ann <a@b.c>", "Ann [mailto:a@b.c]", "a@b.c", or over two lines."""
    for text in (value, f"{value} {below}" if _WRAPPED.match(below) else value):
        match = _WRAPPED.search(text)
        if match is not None:
            name = text[: match.start()].strip(" \t\"'<([*,;")
            return Address("" if "@" in name else name[:200], match[1])
        if (plain := _ADDRESS.search(text)) is not None:
            name = (text[: plain.start()] + text[plain.end() :]).strip(" \t\"'<>()[]*,;")
            return Address("" if "@" in name or "mailto" in name else name[:200], plain[0])
    return None


def _attached(root: Part) -> Forwarded | None:
    """The one mail that is attached to a mail of ordinary kind."""
    if root.content_type not in ("multipart/mixed", "message/rfc822", "multipart/related"):
        return None
    holders = [part for part in (root, *root.children) if part.content_type == "message/rfc822"]
    if len(holders) != 1 or not holders[0].children:
        return None
    inner = holders[0].children[0]
    author = next(iter(read_addresses(inner.values("from"))), None)
    if author is None or not author.address:
        return None
    subject = " ".join(decode_words(inner.value("subject")).split())
    return Forwarded(author, subject, read_date(inner.value("date")))
