"""Holidays and closures out of a calendar file (iCalendar, RFC 5545), as public holidays are published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from inbox.sla.recurrence import NotUnderstood, TooManySteps, recurrence
from inbox.sla.week import Closure
from inbox.sla.zones import zone

if TYPE_CHECKING:
    from icalendar import Component

SIZE_LIMIT = 1024 * 1024
"""Bytes of a file; twenty years of a country's holidays have about a tenth."""

EVENTS_LIMIT = 5_000
DAYS_LIMIT = 20_000
"""Holidays and closures that one file may give."""

YEARS_LIMIT = 20
"""The longest stretch of time that repeating events are written out for."""

_STEPS_LIMIT = 1_000_000
"""Days that the repetitions of one file may look at: about two seconds."""

_TEXT_LIMIT = 200
_WARNINGS_LIMIT = 20
_DAY = timedelta(days=1)
_MIDNIGHT = time(0)


class Unreadable(ValueError):
    """The file cannot be taken; the text says why, for the person who chose it."""


@dataclass
class Imported:
    """What a file closes, with the events' names, as `Calendar` takes it; and what was left out, in words.

    Events of whole days are holidays; those with times are closures on the wall of the schedule's zone, one
    for each day that they touch.
    """

    holidays: dict[date, str] = field(default_factory=dict)
    closures: dict[Closure, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read_closures(content: bytes, time_zone: str, first: date, last: date) -> Imported:
    """The holidays and closures from `first` to `last`, both included, for a schedule in `time_zone`.

    Repeating events are written out, without the occurrences that are excepted, moved or cancelled; moved
    ones count where they were moved to. Times without a zone are times in the schedule's. `Unreadable` for
    what is no calendar, has no events, or is beyond the limits above; an event that cannot be understood
    is left out with a warning. Whether an event is marked as free or busy makes no difference: holidays
    are published as free.
    """
    if len(content) > SIZE_LIMIT:
        raise Unreadable(f"The file is larger than {SIZE_LIMIT // 1024} KB, so it was not read.")
    if not first <= last or (last - first).days > YEARS_LIMIT * 366:
        raise Unreadable(f"Holidays can be taken over for at most {YEARS_LIMIT} years.")
    events = _events(content)
    if not events:
        raise Unreadable("There is no event in this file.")
    if len(events) > EVENTS_LIMIT:
        raise Unreadable(f"There are more than {EVENTS_LIMIT} events in this file, so it was not read.")
    found = _Reading(zone(time_zone), first, last).read(events)
    if not found.holidays and not found.closures and not found.warnings:
        found.warnings.append(f"No event of this file lies between {first} and {last}.")
    return found


def _events(content: bytes) -> list[Component]:
    from icalendar import Calendar  # a third of a second that most processes need not spend

    text = content.decode("utf-8-sig", "replace").encode()
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        return [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unreadable("This file is not a calendar. Choose one that ends in .ics.") from None


class _Reading:
    """One file being read for one schedule."""

    def __init__(self, own_zone: ZoneInfo, first: date, last: date) -> None:
        self.zone = own_zone
        self.first = first
        self.last = last
        self.found = Imported()
        self.steps: Iterator[object] = iter(range(1, _STEPS_LIMIT))
        self.moved: dict[str, set[date]] = {}

    def read(self, events: list[Component]) -> Imported:
        for event in events:
            self._guarded(event, self._note_moved)
        for event in events:
            self._guarded(event, self._take)
            if len(self.found.holidays) + len(self.found.closures) > DAYS_LIMIT:
                raise Unreadable(f"This file closes more than {DAYS_LIMIT} days, so it was not read.")
        return self.found

    def _guarded(self, event: Component, act: Callable[[Component], None]) -> None:
        """Leave an event out, with a warning, when it cannot be read."""
        try:
            act(event)
        except TooManySteps:
            raise Unreadable("The events of this file repeat too often, so it was not read.") from None
        except NotUnderstood as reason:
            self._warn(f"“{_name(event)}” was left out, because {reason}.")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
            self._warn(f"“{_name(event)}” was left out, because its times cannot be read.")

    def _warn(self, text: str) -> None:
        if text not in self.found.warnings and len(self.found.warnings) < _WARNINGS_LIMIT:
            self.found.warnings.append(text)

    def _note_moved(self, event: Component) -> None:
        """Remember an occurrence that has an event of its own, moved or cancelled."""
        if (instead_of := _value(event, "RECURRENCE-ID")) is not None:
            self.moved.setdefault(_text(event, "UID"), set()).add(self._comparable(instead_of.dt))

    def _take(self, event: Component) -> None:
        if _text(event, "STATUS").upper() == "CANCELLED":
            return
        begin = _value(event, "DTSTART").dt
        length = _length(event, begin)
        excepted = set(self._listed(event, "EXDATE"))
        if "RECURRENCE-ID" not in event:
            excepted |= self.moved.get(_text(event, "UID"), set())
        for start in self._starts(event, begin, length):
            if self._comparable(start) in excepted or _day(start) in excepted:
                continue
            if isinstance(start, datetime):
                self._close(self._instant(start), length, _name(event))
            else:
                self._close_days(start, start + length, _name(event))

    def _starts(self, event: Component, begin: date, length: timedelta) -> Iterator[date]:
        """Where the event's occurrences start that may touch the time asked for."""
        yield from (_like(begin, other) for other in self._listed(event, "RDATE", raw=True))
        rule = _value(event, "RRULE")
        if rule is None:
            yield begin
            return
        if isinstance(rule, list):
            raise NotUnderstood("it has more than one rule to repeat by")
        until = next(iter(rule.get("UNTIL", ())), None)
        days = recurrence(_day(begin), rule).days(
            self.first - length - 2 * _DAY, self.last + 2 * _DAY, self.steps
        )
        for day in days:
            start = _like(begin, day)
            if until is not None and self._is_after(start, until):
                return
            yield start

    def _listed(self, event: Component, name: str, *, raw: bool = False) -> Iterator[Any]:
        """The moments of EXDATE or RDATE, to compare with or, `raw`, as they stand."""
        value = _value(event, name) or []
        for dates in value if isinstance(value, list) else [value]:
            for entry in dates.dts:
                if isinstance(entry.dt, tuple):
                    raise NotUnderstood("it has further dates with lengths of their own")
                yield entry.dt if raw else self._comparable(entry.dt)

    def _is_after(self, start: date, until: date) -> bool:
        if isinstance(start, datetime) and isinstance(until, datetime):
            return self._instant(start) > self._instant(until)
        return _day(start) > _day(until)

    def _comparable(self, moment: date) -> date:
        return self._instant(moment) if isinstance(moment, datetime) else moment

    def _instant(self, moment: datetime) -> datetime:
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    def _close(self, start: datetime, length: timedelta, name: str) -> None:
        """Close from a moment on, as the schedule's wall shows it, day by day."""
        begin, end = (self._on_the_wall(moment) for moment in (start, start + length))
        day = max(begin.date(), self.first)
        while day <= min(end.date(), self.last):
            opening = begin.time() if day == begin.date() else _MIDNIGHT
            closing = end.time() if day == end.date() else _MIDNIGHT
            if day < end.date() or opening < closing:
                self.found.closures.setdefault((day, opening, closing), name)
            day += _DAY

    def _close_days(self, day: date, end: date, name: str) -> None:
        day = max(day, self.first)
        while day < end and day <= self.last:
            self.found.holidays.setdefault(day, name)
            day += _DAY

    def _on_the_wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)


def _length(event: Component, begin: date) -> timedelta:
    """How long it lasts; an event of days at least one, as RFC 5545 §3.6.1 has it."""
    if (end := _value(event, "DTEND")) is not None:
        length = _elapsed(begin, end.dt)
    elif (duration := _value(event, "DURATION")) is not None:
        length = duration.dt
    else:
        length = timedelta(0)
    if length < timedelta(0):
        raise NotUnderstood("it ends before it starts")
    if not isinstance(begin, datetime):
        return max(_DAY, timedelta(days=length.days))
    if not length:
        raise NotUnderstood("it ends when it starts")
    return length


def _elapsed(begin: date, end: date) -> timedelta:
    if isinstance(begin, datetime) and isinstance(end, datetime):
        zones: list[tzinfo | None] = [begin.tzinfo, end.tzinfo]
        return end.astimezone(UTC) - begin.astimezone(UTC) if all(zones) else end - begin
    return _day(end) - _day(begin)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _like(begin: date, day: date) -> date:
    """The occurrence on another day, at the event's time and in its zone, or at the moment given."""
    if not isinstance(begin, datetime):
        return _day(day)
    return day if isinstance(day, datetime) else datetime.combine(day, begin.time(), begin.tzinfo)


def _value(event: Component, name: str) -> Any:
    return event.get(name)


def _text(event: Component, name: str) -> str:
    return " ".join(str(event.get(name, "")).split())[:_TEXT_LIMIT]


def _name(event: Component) -> str:
    return _text(event, "SUMMARY") or "An event without a name"
