"""Shows a mail's head to people: headers decoded, and the way that its Received lines tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.email.reading.dates import read_date
from connectors.email.reading.headers import decode_words, header_text
from hub.inspection import Hop, Inspection

HEAD_LIMIT = 256 * 1024
"""Bytes of a mail's head that are shown; a real one has a few thousand."""

_HEADER = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")
_WORD = re.compile(r"\b(from|by|with)\s+([^\s;()]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")


def inspect(raw: bytes) -> Inspection:
    """The head of a raw mail. Never raises; linear in the size of the head."""
    end = _END.search(raw, 0, HEAD_LIMIT)
    head = raw[: end.start() if end else HEAD_LIMIT]
    headers = tuple(
        (match[1].decode("ascii"), " ".join(decode_words(header_text(match[2])).split()))
        for match in _HEADER.finditer(head)
    )
    received = [value for name, value in headers if name.lower() == "received"]
    return Inspection(headers, tuple(_with_delays([_hop(value) for value in reversed(received)])))


def _hop(value: str) -> Hop:
    """One Received line (RFC 5321, 4.4): `from A by B with P; date`."""
    told, _, date = value.rpartition(";")
    words = {name.lower(): word for name, word in reversed(_WORD.findall(_COMMENT.sub(" ", told)))}
    return Hop(
        by=words.get("by", ""),
        sender=words.get("from", ""),
        protocol=words.get("with", ""),
        at=read_date(date.strip()),
    )


def _with_delays(hops: Sequence[Hop]) -> Iterator[Hop]:
    before = None
    for hop in hops:
        delay = (hop.at - before).total_seconds() if hop.at and before else None
        # Clocks differ: a hop that seems to end before it began took no time that anyone knows.
        yield replace(hop, delay=None if delay is None or delay < -5 else max(0.0, delay))
        before = hop.at or before
