"""Working time, exactly: how much of it lies between two moments, and when so much of it has passed."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from inbox.sla.instants import DAY, LAST, NeverComes, microseconds, to_moment, to_number
from inbox.sla.pauses import Pauses
from inbox.sla.wall_hours import WallHours
from inbox.sla.week import (
    Closure,
    Interval,
    checked_closure,
    checked_day,
    checked_interval,
    closure_span,
    holiday_spans,
    within_week,
)
from inbox.sla.zones import stretch_at, zone

_NO_PAUSES = Pauses()

_FURTHEST_BACK = 2 * DAY
"""More than any clock was ever put back; a day, by those who moved across the date line."""


class Segment(NamedTuple):
    """An open time in UTC, from `start` until before `end`."""

    start: datetime
    end: datetime


class Calendar:
    """A week of opening hours in a time zone, with holidays and closures; immutable and hashable.

    It is open exactly while a clock on the wall of `time_zone` (an IANA name) shows an open time. So hours
    that the clocks skip do not exist, an interval that begins within them begins when they are over, and an
    open hour that the clocks repeat is open both times.

    - `intervals`: `(weekday 0–6, start, end)`, Monday is 0. An end that is not after the start lies on the
      next day: 22:00 to 06:00 is a night shift, 00:00 to 00:00 a whole day. Several a day; what two of them
      share counts once (`inbox.sla.problems` warns of it).
    - `holidays`: days on which no interval begins. A night shift of the eve is worked to its end; that of
      the holiday itself does not take place, its morning after included.
    - `closures`: `(day, start, end)`, closed on the wall's clock whatever is open then.

    `ValueError` in plain words for an unknown zone, a weekday or a time that there is not. All moments that
    go in are aware, all that come out are in UTC. Nothing is rounded: a microsecond in is a microsecond out.
    """

    __slots__ = ("_hours", "_key")

    _key: tuple[str, tuple[Interval, ...], frozenset[date], frozenset[Closure]]

    def __init__(
        self,
        time_zone: str,
        intervals: Iterable[Interval],
        holidays: Iterable[date] = (),
        closures: Iterable[Closure] = (),
    ) -> None:
        zone(time_zone)
        week = tuple(sorted({checked_interval(interval) for interval in intervals}))
        days = frozenset(checked_day(day) for day in holidays)
        parts = frozenset(checked_closure(closure) for closure in closures)
        self._key = (time_zone, week, days, parts)
        self._hours = WallHours(
            (span for interval in week for span in within_week(interval)),
            [*holiday_spans(days, week), *map(closure_span, parts)],
        )

    @property
    def time_zone(self) -> str:
        """The zone's IANA name."""
        return self._key[0]

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The week's intervals in order."""
        return self._key[1]

    @property
    def holidays(self) -> frozenset[date]:
        """The days on which no interval begins."""
        return self._key[2]

    @property
    def closures(self) -> frozenset[Closure]:
        """The parts of days that stay closed."""
        return self._key[3]

    @property
    def is_never_open(self) -> bool:
        """True when the week has no interval, so that nothing can ever be due."""
        return self._hours.is_never_open

    def elapsed(self, a: datetime, b: datetime, pauses: Pauses = _NO_PAUSES) -> timedelta:
        """The open time from `a` until `b` that lies in no pause; negative when `b` is before `a`."""
        first, last = to_number(a), to_number(b)
        if last < first:
            return -timedelta(microseconds=self._unpaused(last, first, pauses))
        return timedelta(microseconds=self._unpaused(first, last, pauses))

    def add(self, t: datetime, d: timedelta, pauses: Pauses = _NO_PAUSES) -> datetime:
        """The first moment at which `d` of open time has passed since `t`: `elapsed(t, add(t, d)) == d`.

        A duration that fills a day's hours is over when that day closes, not when the next one opens.
        A negative duration goes back, to the last such moment before `t`. Zero gives `t` itself.
        `NeverComes` when the calendar has no open time, a pause does not end before, or the years end.
        """
        number, duration = to_number(t), microseconds(d)
        if duration == 0:
            return to_moment(number)
        if self.is_never_open:
            raise NeverComes("This calendar has no open hour, so no working time ever passes.")
        if duration > 0:
            return to_moment(self._after_pauses(number, duration, pauses))
        return to_moment(self._before_pauses(number, -duration, pauses))

    def is_open(self, t: datetime) -> bool:
        """True when `t` lies in an open time; the moment of closing does not."""
        number = to_number(t)
        on_the_wall = number + stretch_at(self.time_zone, number).offset
        return self._hours.next_closed(on_the_wall) != on_the_wall

    def next_open(self, t: datetime) -> datetime | None:
        """The first open moment from `t` on, `t` itself when it is open; None when none comes."""
        found = self._next_open(to_number(t))
        return None if found is None else to_moment(found)

    def next_close(self, t: datetime) -> datetime | None:
        """The first closed moment from `t` on, `t` itself when it is closed; None when it stays open."""
        found = self._next_closed(to_number(t))
        return None if found is None else to_moment(found)

    def segments(self, a: datetime, b: datetime) -> list[Segment]:
        """The open times from `a` until `b`, in order and apart from one another, cut off at both ends."""
        found: list[Segment] = []
        number, end = to_number(a), to_number(b)
        while number < end:
            start = self._next_open(number)
            if start is None or start >= end:
                break
            closed = self._next_closed(start)
            number = end if closed is None else min(closed, end)
            found.append(Segment(to_moment(start), to_moment(number)))
        return found

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        holidays, closures = sorted(self.holidays), sorted(self.closures)
        return f"Calendar({self.time_zone!r}, {list(self.intervals)!r}, {holidays!r}, {closures!r})"

    def _unpaused(self, first: int, last: int, pauses: Pauses) -> int:
        paused = sum(
            self._open(max(start, first), min(end, last))
            for start, end in pauses.numbers
            if start < last and first < end
        )
        return self._open(first, last) - paused

    def _after_pauses(self, number: int, duration: int, pauses: Pauses) -> int:
        for start, end in pauses.numbers:
            if end <= number:
                continue
            if number < start:
                passing = self._open(number, start)
                if duration <= passing:
                    break
                duration -= passing
            number = end
        if number > LAST:
            raise NeverComes(
                "A pause still lasts, so nobody knows when enough working time will have passed."
            )
        return self._forward(number, duration)

    def _before_pauses(self, number: int, duration: int, pauses: Pauses) -> int:
        for start, end in reversed(pauses.numbers):
            if start >= number:
                continue
            if end < number:
                passing = self._open(end, number)
                if duration <= passing:
                    break
                duration -= passing
            number = start
        return self._backward(number, duration)

    def _open(self, first: int, last: int) -> int:
        """The open time between two moments, stretch by stretch of one offset from UTC."""
        name, before, counted = self.time_zone, self._hours.before, 0
        while first < last:
            stretch = stretch_at(name, first)
            end = min(stretch.end, last)
            counted += before(end + stretch.offset) - before(first + stretch.offset)
            first = end
        return counted

    def _forward(self, number: int, duration: int) -> int:
        """The first moment after which `duration` (more than 0) of open time has passed."""
        while duration <= LAST - number:
            stretch = stretch_at(self.time_zone, number)
            counted = self._hours.before(number + stretch.offset) + duration
            rest = counted - self._hours.before(stretch.end + stretch.offset)
            if rest <= 0:
                return self._hours.earliest(counted) - stretch.offset
            number, duration = stretch.end, rest
        raise NeverComes("So much working time does not pass before the year 10000.")

    def _backward(self, number: int, duration: int) -> int:
        """The last moment from which `duration` (more than 0) of open time passes until `number`."""
        while duration <= number:
            stretch = stretch_at(self.time_zone, number - 1)
            counted = self._hours.before(number + stretch.offset) - duration
            rest = self._hours.before(stretch.start + stretch.offset) - counted
            if rest <= 0:
                return self._hours.latest(counted) - stretch.offset
            number, duration = stretch.start, rest
        raise NeverComes("So much working time has not passed since the year 1.")

    def _next_open(self, number: int) -> int | None:
        while number <= LAST and not self.is_never_open:
            stretch = stretch_at(self.time_zone, number)
            found = self._hours.next_open(number + stretch.offset) - stretch.offset
            if found < stretch.end:
                return found if found <= LAST else None
            number = stretch.end
        return None

    def _next_closed(self, number: int) -> int | None:
        while number <= LAST:
            stretch = stretch_at(self.time_zone, number)
            found = self._hours.next_closed(number + stretch.offset)
            if found is not None and found - stretch.offset < stretch.end:
                return found - stretch.offset
            if (
                self._hours.next_closed(number + stretch.offset - 2 * DAY) is None
            ):  # no clock goes back further
                return None
            number = stretch.end
        return None


ALWAYS_OPEN = Calendar("UTC", [(weekday, time(0), time(0)) for weekday in range(7)])
"""Calendar hours: every moment counts. For targets that are not in working time."""
