"""Reads the `Range` header of a request for one span of bytes (RFC 9110 §14)."""

import re
from typing import NamedTuple

_ONE_SPAN = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")


class Unsatisfiable(ValueError):
    """None of the bytes asked for exist."""


class Span(NamedTuple):
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start


def requested(header: str, size: int) -> Span | None:
    """The span that a header asks for in a file of `size` bytes; None means the whole file.

    A header that is malformed or asks for several spans counts as none, as the RFC allows.
    Raises `Unsatisfiable`.
    """
    match = _ONE_SPAN.fullmatch(header)
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        span = Span(max(0, size - int(last)), size)
    else:
        span = Span(int(first), min(size, int(last) + 1) if last else size)
        if last and int(last) < int(first):
            return None
    if span.start >= size or span.length <= 0:
        raise Unsatisfiable(header)
    return span
