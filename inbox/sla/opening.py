"""The calendar that a kept schedule means, and what is wrong with one before it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Protocol

from inbox.sla.calendar import Calendar
from inbox.sla.problems import Problem, problems
from inbox.sla.week import Closure, Interval

_MIDNIGHT = time(0)
_LONGEST_CLOSURE = timedelta(days=366)


class Opening(Protocol):
    """What a schedule says, kept or only drafted; `hub.models.Schedule` tells how each is written."""

    time_zone: str
    intervals: Sequence[Sequence[Any]]
    holidays: Sequence[Mapping[str, Any]]
    closures: Sequence[Mapping[str, Any]]


def calendar_of(schedule: Opening) -> Calendar:
    """The schedule's calendar, made once and kept for its next readers. `ValueError` for a spoilt one."""
    return _calendar(
        schedule.time_zone,
        tuple((day, start, end) for day, start, end in schedule.intervals),
        tuple(holiday["date"] for holiday in schedule.holidays),
        tuple((closure["start"], closure["end"]) for closure in schedule.closures),
    )


@lru_cache(512)
def _calendar(
    time_zone: str,
    intervals: tuple[tuple[int, str, str], ...],
    holidays: tuple[str, ...],
    closures: tuple[tuple[str, str], ...],
) -> Calendar:
    return Calendar(
        time_zone,
        [_interval(*interval) for interval in intervals],
        [date.fromisoformat(day) for day in holidays],
        [part for start, end in closures for part in days_closed(start, end)],
    )


def hours_at(schedule: Opening, at: datetime) -> dict[str, Any]:
    """Whether it is open at a moment (`is_open`), `next_opening` or `next_closing`, and `warnings`."""
    calendar = calendar_of(schedule)
    is_open = calendar.is_open(at)
    return {
        "is_open": is_open,
        "next_opening": None if is_open else calendar.next_open(at),
        "next_closing": calendar.next_close(at) if is_open else None,
        "warnings": [problem.text for problem in problems_of(schedule)],
    }


def problems_of(schedule: Opening) -> list[Problem]:
    """What is wrong with it in plain words; warnings may be kept all the same."""
    found: list[Problem] = []
    intervals, holidays, closures = [], [], []
    for entry in schedule.intervals:
        try:
            intervals.append(_interval(*entry))
        except (ValueError, TypeError):
            found.append(Problem("bad-interval", f"{_shown(entry)} is no weekday with two times."))
    for holiday in schedule.holidays:
        try:
            holidays.append(date.fromisoformat(holiday["date"]))
        except (ValueError, TypeError, KeyError):
            found.append(Problem("bad-holiday", f"{_shown(holiday)} is no day of the calendar."))
    for closure in schedule.closures:
        try:
            closures += days_closed(closure["start"], closure["end"])
        except (ValueError, TypeError, KeyError) as wrong:
            text = (
                str(wrong) if isinstance(wrong, ClosureTooOdd) else f"{_shown(closure)} are no two moments."
            )
            found.append(Problem("bad-closure", text))
    if schedule.intervals and not intervals:
        return found
    return found + problems(schedule.time_zone, intervals, holidays, closures)


class ClosureTooOdd(ValueError):
    """A closure that ends before it starts, or lasts for years."""


def days_closed(start: str, end: str) -> list[Closure]:
    """A closure from one moment on the wall to another, day by day. `ValueError` for what is none."""
    begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if begins.tzinfo or ends.tzinfo:
        raise ClosureTooOdd("A closure is written in the schedule's own time, without a zone.")
    if ends <= begins:
        raise ClosureTooOdd(f"The closure from {start} ends before it starts, at {end}.")
    if ends - begins > _LONGEST_CLOSURE:
        raise ClosureTooOdd(f"The closure from {start} lasts more than a year: close the schedule instead.")
    return list(_parts(begins, ends))


def _parts(begins: datetime, ends: datetime) -> Iterator[Closure]:
    while begins < ends:
        midnight = datetime.combine(begins.date() + timedelta(days=1), _MIDNIGHT)
        until = min(midnight, ends)
        yield begins.date(), begins.time(), until.time()
        begins = until


def _interval(day: Any, start: Any, end: Any) -> Interval:
    return day, time.fromisoformat(start), time.fromisoformat(end)


def _shown(value: Any) -> str:
    return str(value)[:80]
