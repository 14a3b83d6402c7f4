"""A mail's bytes to a tree of MIME parts, within budgets and in time linear in its size.

The standard library's parser is not used for this: it recurses once per level and offers each line to every
open boundary, so a few kilobytes of nesting end in a RecursionError and a few megabytes in minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.email.reading.charsets import storable
from connectors.email.reading.headers import VALUE_LIMIT, header_text, parameters
from connectors.email.reading.smime import PKCS7_TYPES, signed_content
from connectors.email.reading.transfer import decode_transfer, encoding_name

SIZE_LIMIT = 25 * 1024 * 1024
LEVEL_LIMIT = 100
PART_LIMIT = 1000
HEADER_LIMIT = 1000
HEADER_BLOCK_LIMIT = 1024 * 1024
"""Bytes of one header block; what follows counts as body."""
DECODED_LIMIT = 2 * SIZE_LIMIT
"""Bytes that attached mails in base64 or quoted-printable may unpack to altogether."""

ORDINARY_PARTS = 50
ORDINARY_LEVELS = 10
ORDINARY_HEADERS = 64 * 1024
"""What an ordinary mail stays below: more takes a reader that can be stopped."""

_GUESS_LIMIT = 64 * 1024  # bytes of a multipart in which its real boundary is looked for
_TEXT_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE | re.MULTILINE)
_HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_BLANK = re.compile(rb"^[ \t]*\r?\n", re.MULTILINE)
_FULL_TYPE = re.compile(r"[^\s/]+\s*/\s*[^\s/]+")
_DEFAULT_TYPE = "text/plain"


@dataclass(slots=True)
class Budget:
    """What is left of the limits while one mail is read, and the problems met on the way.

    With `is_light`, whatever may take long raises `Heavy` instead of being done.
    """

    parts: int = PART_LIMIT
    decoded: int = DECODED_LIMIT
    is_light: bool = False
    problems: list[str] = field(default_factory=list)

    def note(self, problem: str) -> None:
        """Remember a problem once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def expect_work(self, is_much: bool = True) -> None:
        """Say that what follows may take long; raises `Heavy` when that is not wanted here."""
        if self.is_light and is_much:
            raise Heavy


class Heavy(Exception):
    """Reading this mail may take long: it belongs to a process that can be stopped."""


@dataclass(slots=True)
class Part:
    """One MIME entity: its headers in order, where its undecoded body stands, the entities inside it.

    Parts share one `source`: a hundred levels around 25 MB are not a hundred copies.
    """

    headers: list[tuple[str, bytes]]
    source: bytes = field(repr=False)
    start: int
    end: int
    content_type: str = _DEFAULT_TYPE
    type_parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """The headers unfolded, encoded words not yet decoded."""
    _by_name: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def body(self) -> bytes:
        """The undecoded body."""
        return self.source[self.start : self.end]

    @property
    def charset(self) -> str:
        """The declared charset label, or ""."""
        return self.type_parameters.get("charset", "")

    @property
    def is_multipart(self) -> bool:
        """Whether it is only a container."""
        return bool(self.children) and self.content_type.startswith("multipart/")

    @property
    def filename(self) -> str:
        """The name under which the sender attached it, or ""."""
        return self.disposition_parameters.get("filename") or self.type_parameters.get("name", "")

    def values(self, name: str) -> list[str]:
        """All values of a header, unfolded, encoded words not yet decoded."""
        return self._by_name.get(name.lower(), [])

    def value(self, name: str) -> str:
        """The first value of a header, or ""."""
        found = self._by_name.get(name.lower())
        return found[0] if found else ""

    def read_headers(self) -> None:
        """Make `texts` and what `value` looks into; raw 8-bit is taken to be in the part's charset."""
        charset = self.charset
        for name, value in self.headers:
            text = header_text(value, charset)
            self.texts.append((name, text))
            self._by_name.setdefault(name.lower(), []).append(text)

    def content(self, budget: Budget | None = None) -> bytes:
        """The decoded body; damage is noted in `budget`."""
        encoding = self.value("content-transfer-encoding")
        data, whole = decode_transfer(self.body, encoding)
        if not whole and budget is not None:
            budget.note(f"damaged or unknown transfer encoding {storable(encoding)[:40]!r}")
        return data

    def walk(self) -> Iterator[Part]:
        """This part and all parts inside it, in the order of the mail."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


def read_structure(raw: bytes, budget: Budget) -> Part:
    """The tree of a mail; any bytes give one. Raises `Heavy` for a light budget only."""
    if len(raw) > SIZE_LIMIT:
        budget.note(f"mail is larger than {SIZE_LIMIT} bytes, the rest was not read")
        raw = raw[:SIZE_LIMIT]
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # line ends of old Macintoshes
    return _read_part(raw, _first_header(raw), len(raw), _DEFAULT_TYPE, 0, budget)


def _first_header(raw: bytes) -> int:
    """Where the headers begin: behind a byte order mark and empty lines, when headers follow these."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    position = start
    while raw[position : position + 1] in (b"\r", b"\n") and position < start + 100:
        position += 1
    if position == start:
        return start
    return position if _HEADER_LINE.match(raw[position : position + 200]) else start


def read_headers(raw: bytes, start: int, end: int, budget: Budget) -> tuple[list[tuple[str, bytes]], int]:
    """The header block at `start`, and where what follows it begins.

    The block ends at an empty line, or at a line that cannot be a header; such a line belongs to the body,
    as many broken senders forget the empty line.
    """
    headers: list[tuple[str, bytearray]] = []
    position = start
    while position < end:
        after = raw.find(b"\n", position, end) + 1 or end
        line = raw[position:after]
        if not line.rstrip(b"\r\n"):
            position = after
            break
        if position - start > HEADER_BLOCK_LIMIT:
            budget.note(f"more than {HEADER_BLOCK_LIMIT} bytes of headers")
            break
        if not _read_header_line(headers, line, budget):
            if headers:
                budget.note("no empty line between header and body")
            break
        position = after
    return [(name, bytes(value)) for name, value in headers], position


def _read_header_line(headers: list[tuple[str, bytearray]], line: bytes, budget: Budget) -> bool:
    """Take one line into the headers; false when it cannot be one of a header."""
    if line[:1] in (b" ", b"\t"):
        if headers and len(headers[-1][1]) <= VALUE_LIMIT:  # more than the limit is never looked at
            headers[-1][1].extend(line)
        return True
    if (match := _HEADER_LINE.match(line)) is not None:
        if len(headers) < HEADER_LIMIT:
            headers.append((match[1].decode("ascii"), bytearray(match[2])))
        else:
            budget.note(f"more than {HEADER_LIMIT} headers in one part")
        return True
    return line.startswith((b"From ", b">From "))  # the mark that mbox files put before a mail


def _read_part(raw: bytes, start: int, end: int, default_type: str, level: int, budget: Budget) -> Part:
    headers, body = read_headers(raw, start, end, budget)
    budget.expect_work(level > ORDINARY_LEVELS or body - start > ORDINARY_HEADERS)
    part = Part(headers, raw, body, end)
    _read_type(part, default_type)
    if level >= LEVEL_LIMIT:
        budget.note(f"more than {LEVEL_LIMIT} levels of nesting")
    elif part.content_type.startswith("multipart/"):
        part.children = _read_multipart(part, level, budget)
    elif part.content_type in ("message/rfc822", "message/global"):
        part.children = _read_message(part, level, budget)
    elif part.content_type in PKCS7_TYPES:
        part.children = _read_signed(part, level, budget)
    return part


def _read_type(part: Part, default_type: str) -> None:
    part.content_type = default_type
    declared = next((value for name, value in part.headers if name.lower() == "content-type"), None)
    if declared is not None and (text := header_text(declared)):
        main, part.type_parameters = parameters(text)
        # RFC 2045 §5.2: what cannot be understood is plain text; "text" alone is what old senders wrote.
        if _FULL_TYPE.fullmatch(main):
            part.content_type = main if main.isalpha() else "".join(main.split())
        elif main == "multipart" and "boundary" in part.type_parameters:
            part.content_type = "multipart/mixed"
        else:
            part.content_type = _DEFAULT_TYPE
    part.read_headers()
    if disposition := part.value("content-disposition"):
        part.disposition, part.disposition_parameters = parameters(disposition)


def _read_multipart(part: Part, level: int, budget: Budget) -> list[Part]:
    boundary = part.type_parameters.get("boundary", "").rstrip()
    children = _read_pieces(part, boundary.encode("utf-8", "surrogateescape"), level, budget)
    if not children and (used := _TEXT_BOUNDARY.search(part.source[part.start : part.end][:_GUESS_LIMIT])):
        budget.note("multipart with another boundary than it says")
        return _read_pieces(part, used[1], level, budget)
    if not children and _is_packed(part):
        return _read_encoded_multipart(part, boundary, level, budget)
    if not children:
        budget.note("multipart whose boundary never occurs" if boundary else "multipart without a boundary")
    return children


def _read_encoded_multipart(part: Part, boundary: str, level: int, budget: Budget) -> list[Part]:
    """A container that was encoded as a whole, which RFC 2045 §6.4 forbids."""
    if (source := _unpacked(part, budget)) is None:
        return []
    inner = Part(part.headers, source, 0, len(source), part.content_type, part.type_parameters)
    return _read_pieces(inner, boundary.encode("utf-8", "surrogateescape"), level, budget)


def _read_pieces(part: Part, boundary: bytes, level: int, budget: Budget) -> list[Part]:
    if not boundary:
        return []
    default = "message/rfc822" if part.content_type == "multipart/digest" else _DEFAULT_TYPE
    children: list[Part] = []
    for start, end in _pieces(part, b"--" + boundary, budget):
        if budget.parts <= 0:
            budget.note(f"more than {PART_LIMIT} parts")
            break
        budget.expect_work(budget.parts <= PART_LIMIT - ORDINARY_PARTS)
        budget.parts -= 1
        children.append(_read_part(part.source, start, end, default, level + 1, budget))
    return children


def _pieces(part: Part, delimiter: bytes, budget: Budget) -> Iterator[tuple[int, int]]:
    """What lies between the delimiter lines (RFC 2046 §5.1); a missing last one ends with the body."""
    start = -1
    for begin, after, is_last in _delimiter_lines(part, delimiter):
        if start >= 0:
            yield start, _before_line_end(part.source, start, begin)
        start = after
        if is_last:
            return
    if start >= 0:
        budget.note("multipart without its last boundary")
        yield start, part.end


def _delimiter_lines(part: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    source, position = part.source, part.start
    while (begin := source.find(delimiter, position, part.end)) >= 0:
        position = begin + len(delimiter)
        if begin > part.start and source[begin - 1] not in b"\r\n":
            continue
        after = source.find(b"\n", position, part.end) + 1 or part.end
        tail = source[position : min(after, position + 200)].strip()
        if tail in (b"", b"--"):
            yield begin, after, tail == b"--"
            position = after


def _before_line_end(source: bytes, start: int, end: int) -> int:
    """The line end before a delimiter line belongs to the delimiter."""
    if end > start and source[end - 1] in b"\r\n":
        end -= 1
        if end > start and source[end : end + 1] == b"\n" and source[end - 1 : end] == b"\r":
            end -= 1
    return end


def _read_message(part: Part, level: int, budget: Budget) -> list[Part]:
    """The mail inside a mail; an encoding around it is forbidden by RFC 2046 §5.2.1 and met all the same."""
    if budget.parts <= 0:
        budget.note(f"more than {PART_LIMIT} parts")
        return []
    source, start, end = part.source, part.start, part.end
    if _is_packed(part):
        if (unpacked := _unpacked(part, budget)) is None:
            return []
        source, start, end = unpacked, 0, len(unpacked)
    while start < end and source[start] in b"\r\n":
        start += 1
    budget.parts -= 1
    return [_read_part(source, start, end, _DEFAULT_TYPE, level + 1, budget)]


def _read_signed(part: Part, level: int, budget: Budget) -> list[Part]:
    """What an opaque S/MIME signature holds (RFC 8551 §3.5.2): nothing when it is encrypted or damaged."""
    if budget.parts <= 0 or (source := _unpacked(part, budget)) is None:
        return []
    content = signed_content(source)
    if content is None:
        return []
    budget.parts -= 1
    return [_read_part(content, 0, len(content), _DEFAULT_TYPE, level + 1, budget)]


def _is_packed(part: Part) -> bool:
    return encoding_name(part.value("content-transfer-encoding")) in ("base64", "quoted-printable")


def _unpacked(part: Part, budget: Budget) -> bytes | None:
    """The decoded body that has parts itself, or None when too much was unpacked already."""
    budget.decoded -= part.end - part.start
    if budget.decoded < 0:
        budget.note("too much encoded mail inside the mail")
        return None
    return part.content(budget)


def header_groups(body: bytes) -> list[list[tuple[str, str]]]:
    """The groups of fields in a report part (RFC 3464 §2.1), separated by empty lines."""
    groups: list[list[tuple[str, str]]] = []
    for block in _BLANK.split(body, maxsplit=PART_LIMIT)[:PART_LIMIT]:
        headers, _ = read_headers(block, 0, len(block), Budget())
        if headers:
            groups.append([(name.lower(), header_text(value)) for name, value in headers])
    return groups
