"""Reads mbox files of any size: where each mail begins and ends, and its bytes (RFC 4155, mboxo, mboxrd)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from connectors.email.reading.dates import read_date

HEAD_BYTES = 64 * 1024
"""So much of a mail is looked at for its date and its Message-ID."""

_LINE_BYTES = 64 * 1024
_TIME = re.compile(rb"\d\d:\d\d(?::\d\d)?")
_YEAR = re.compile(rb"\b(?:19|20)\d\d\b")
_HEADER = re.compile(rb"^[!-9;-~]+[ \t]*:|^>?From ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_EMPTY = (b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class Found:
    """A mail in a file: its bytes without the separator, its head, and the separator's date if it has one."""

    offset: int
    length: int
    head: bytes
    dated: datetime | None

    @property
    def end(self) -> int:
        """Where to go on; the next separator, or the end of the file, follows."""
        return self.offset + self.length


class NotMbox(ValueError):
    """The file does not begin as an mbox does."""


def mails(path: Path, start: int = 0) -> Iterator[Found]:
    """The mails of a file from `start` on, which is 0 or the `end` of an earlier one.

    A line begins a mail if it starts with "From ", an empty line or nothing is before it, a time and a year
    stand in it, and a header follows: so unquoted text that begins with "From " does not cut a mail in two.
    Reads in pieces, whatever the length of lines. Raises `NotMbox`, `OSError`.
    """
    with path.open("rb") as file:
        file.seek(start)
        yield from _mails(file, start)


def read(path: Path, offset: int, length: int) -> bytes:
    """The bytes of one mail, ">From " unquoted, without the empty line that ends it."""
    with path.open("rb") as file:
        file.seek(offset)
        raw = file.read(length)
    for end in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(end):
            raw = raw[: -len(end) // 2]
            break
    return _QUOTED.sub(rb"\1", raw)


def _mails(file: BinaryIO, position: int) -> Iterator[Found]:
    separator, begin = b"", -1
    head = _Head()
    held = b""  # a line that may be a separator: the one after it decides
    was_empty, is_line_start = True, True
    while line := file.readline(_LINE_BYTES):
        if held and is_line_start:
            if begin < 0 or _is_separator(held, line):
                if begin >= 0:
                    yield Found(begin, position - len(held) - begin, head.text, _date_of(separator))
                separator, begin, head = held, position, _Head()
            else:
                head.add(held)
            held = b""
        if is_line_start and was_empty and line.startswith(b"From "):
            held = line
        elif begin >= 0:
            head.add(line)
        elif line not in _EMPTY:
            raise NotMbox("The file does not begin with a line “From …”: it is no mbox file.")
        was_empty = is_line_start and line in _EMPTY
        is_line_start = line.endswith(b"\n")
        position += len(line)
    if begin >= 0:
        yield Found(begin, position - begin, head.text, _date_of(separator))


class _Head:
    """The lines of a mail up to the first empty one."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._room = HEAD_BYTES

    def add(self, line: bytes) -> None:
        """Take a line that still belongs to the head."""
        self._room = 0 if line in _EMPTY else self._room - len(line)
        if self._room > 0:
            self._lines.append(line)

    @property
    def text(self) -> bytes:
        """The head as it stands in the file."""
        return b"".join(self._lines)


def _is_separator(line: bytes, following: bytes) -> bool:
    return bool(_TIME.search(line) and _YEAR.search(line) and _HEADER.match(following))


def _date_of(separator: bytes) -> datetime | None:
    """The date of "From carla@example.net Mon Nov  2 10:00:00 2026"."""
    words = separator.decode("ascii", "replace").split(maxsplit=2)
    return read_date(words[2]) if len(words) == 3 else None
