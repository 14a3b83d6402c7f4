"""The stretches of time in which a zone's clocks stay at one distance from UTC."""

from bisect import bisect_right
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inbox.sla.instants import DAY, LAST, SECOND, microseconds

_STEP = 2 * DAY
"""How far apart a zone is asked for its offset. The nearest two changes of any zone are four days apart
(Freetown, September 1939), so none hides between two questions."""

_BLOCK = 200 * _STEP
"""What is found out, and remembered, at a time."""

_BLOCKS_REMEMBERED = 8192
"""Some hundred bytes each; one zone needs ten of them for eleven years."""

_EDGE = 2 * _STEP
"""Kept from both ends of the years, where a local time could not be written down."""


class Stretch(NamedTuple):
    """From `start` until before `end` (UTC) the zone's clocks show UTC plus `offset`; all in microseconds."""

    start: int
    end: int
    offset: int


@lru_cache(1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; `ValueError` in plain words when there is none.

    The copies under `right/`, which count leap seconds as POSIX and Python do not, are no zones here.
    """
    try:
        if name and not name.startswith("right/"):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, a path, a file of another kind
        pass
    raise ValueError(f"There is no time zone “{name}”. Use a name such as Europe/Berlin.")


def stretch_at(name: str, number: int) -> Stretch:
    """The stretch around a moment; a change of the clocks ends it, and now and then nothing in particular."""
    block = number // _BLOCK
    starts, offsets = _stretches(name, block)
    place = bisect_right(starts, number) - 1
    end = starts[place + 1] if place + 1 < len(starts) else (block + 1) * _BLOCK
    return Stretch(starts[place], end, offsets[place])


@lru_cache(_BLOCKS_REMEMBERED)
def _stretches(name: str, block: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the block's stretches start, and their offsets."""
    found = zone(name)
    first = min(max(block * _BLOCK, _EDGE), LAST - _EDGE)
    last = min((block + 1) * _BLOCK, LAST - _EDGE)
    moment, step = _numerals(found, first), timedelta(microseconds=_STEP)
    offset = found.fromutc(moment) - moment
    starts, offsets = [block * _BLOCK], [microseconds(offset)]
    for asked in range(first, last, _STEP):
        moment += step
        if (after := found.fromutc(moment) - moment) != offset:
            offset = after
            change = _change(found, asked, asked + _STEP)
            if change < (block + 1) * _BLOCK:
                starts.append(change)
                offsets.append(microseconds(offset))
    return tuple(starts), tuple(offsets)


def _change(found: ZoneInfo, before: int, after: int) -> int:
    """The second between the two from which on the offset is what it is at the later one."""
    new = _offset(found, after)
    while after - before > SECOND:
        middle = before + (after - before) // (2 * SECOND) * SECOND
        if _offset(found, middle) == new:
            after = middle
        else:
            before = middle
    return after


def _offset(found: ZoneInfo, number: int) -> timedelta:
    moment = _numerals(found, number)
    return found.fromutc(moment) - moment


def _numerals(found: ZoneInfo, number: int) -> datetime:
    """The moment as `ZoneInfo.fromutc` wants it: what UTC shows, to the second, labelled with the zone."""
    return datetime(1, 1, 1, tzinfo=found) + timedelta(seconds=number // SECOND)
