"""The words of a schedule, as people enter them, and the spans on the wall that they mean."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from inbox.sla.instants import DAY, SECOND, WEEK
from inbox.sla.spans import Span, without

Interval = tuple[int, time, time]
"""Weekday (0 is Monday), start and end on the wall; an end that is not after the start is on the next day."""

Closure = tuple[date, time, time]
"""A day and the part of it that stays closed; an end that is not after the start is on the next day."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def checked_interval(interval: Interval) -> Interval:
    """The interval as a tuple; `ValueError` in plain words for one that no week has."""
    weekday, start, end = interval
    if not isinstance(weekday, int) or not 0 <= weekday < 7:
        raise ValueError(f"A weekday is a number from 0 (Monday) to 6 (Sunday), not {weekday!r}.")
    return int(weekday), _checked_time(start), _checked_time(end)


def checked_day(day: date) -> date:
    """The day; `ValueError` for a moment, of which nobody knows which day is meant."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise ValueError(f"A holiday is a date without a time, not {day!r}.")
    return day


def checked_closure(closure: Closure) -> Closure:
    """The closure as a tuple; `ValueError` in plain words for one without a proper day and times."""
    day, start, end = closure
    return checked_day(day), _checked_time(start), _checked_time(end)


def spoken(interval: Interval) -> str:
    """The interval in words: "Monday 22:00 to Tuesday 06:00"."""
    weekday, start, end = interval
    if start < end:
        return f"{_WEEKDAYS[weekday]} {_spoken_time(start)} to {_spoken_time(end)}"
    return f"{_WEEKDAYS[weekday]} {_spoken_time(start)} to {_WEEKDAYS[(weekday + 1) % 7]} {_spoken_time(end)}"


def within_week(interval: Interval) -> Iterator[Span]:
    """The interval's spans within one week, 0 to `WEEK`: two, where it goes on over Sunday's midnight."""
    start, end = _span(interval[0], interval[1], interval[2])
    yield start, min(end, WEEK)
    if end > WEEK:
        yield 0, end - WEEK


def holiday_spans(holidays: frozenset[date], intervals: Iterable[Interval]) -> Iterator[Span]:
    """What the holidays take away, on the wall: all open times that begin on one, to their ends.

    So the night shift that begins on the eve is worked to its end, and the one that begins on the holiday
    does not take place, its morning after included, unless another interval is open then as well.
    """
    by_weekday: list[list[Interval]] = [[] for _ in range(7)]
    for interval in intervals:
        by_weekday[interval[0]].append(interval)

    def beginning(day: int) -> list[Span]:
        return [_span(day, start, end) for _, start, end in by_weekday[day % 7]]

    days = {number(day) for day in holidays}
    for day in days:
        neighbours = {day - 1, day + 1} - days
        kept = [span for neighbour in neighbours for span in beginning(neighbour)]
        for span in beginning(day):
            yield from without(span, kept)


def closure_span(closure: Closure) -> Span:
    """The closure on the wall."""
    return _span(number(closure[0]), closure[1], closure[2])


def number(day: date) -> int:
    """Days since Monday, 1 January of the year 1; the remainder by 7 is Python's weekday."""
    return day.toordinal() - 1


def _span(day: int, start: time, end: time) -> Span:
    first, last = _since_midnight(start), _since_midnight(end)
    return day * DAY + first, day * DAY + last + (DAY if last <= first else 0)


def _since_midnight(moment: time) -> int:
    return (moment.hour * 3600 + moment.minute * 60 + moment.second) * SECOND + moment.microsecond


def _checked_time(moment: time) -> time:
    if not isinstance(moment, time) or moment.tzinfo is not None:
        raise ValueError(f"Opening hours are times of the day without a zone of their own, not {moment!r}.")
    return moment


def _spoken_time(moment: time) -> str:
    return moment.isoformat("seconds" if moment.second else "minutes")
