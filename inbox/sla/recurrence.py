"""The days on which a repeating event of a calendar file takes place (RFC 5545 §3.3.10), in bounded time.

A general expander looks for the next day until the year 9999 when a rule matches none, such as the 30th of
February; this one never looks beyond the last day asked for, and counts its steps.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count as counting
from typing import Any

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNDERSTOOD = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS")
)
_LONGEST = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7, "DAILY": 1}


class NotUnderstood(ValueError):
    """The rule is not one of those that days repeat by; its text says which part it is about."""


class TooManySteps(ValueError):
    """The steps that were granted are used up."""


@dataclass(frozen=True)
class Recurrence:
    """A rule of whole days, with the parts that RFC 5545 takes from the first day already filled in.

    `by_day` holds (weekday, ordinal), where 0 stands for every such weekday. `until` is not looked at here:
    it may be a moment, which only the event's own time can be compared with.
    """

    start: date
    frequency: str
    interval: int = 1
    count: int | None = None
    week_start: int = 0
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_position: tuple[int, ...] = ()

    def days(self, first: date, last: date, steps: Iterator[object]) -> Iterator[date]:
        """The days from `first` to `last`, both included, in order.

        Each day that is looked at takes one of `steps`; `TooManySteps` when there is none left.
        """
        left = -1 if self.count is None else self.count
        for begin, end in self._periods(first, last):
            for day in self._chosen([day for day in self._days_in(begin, end, steps) if self._fits(day)]):
                if day < self.start:
                    continue
                if left == 0 or day > last:
                    return
                left -= 1
                if day >= first:
                    yield day

    def _periods(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """First and last days of the years, months, weeks or days that the rule looks at."""
        skipped = 0
        if self.count is None:  # nothing has to be counted, so what is long past need not be looked at
            days = max(0, (first - self.start).days)
            skipped = max(0, days // (self.interval * _LONGEST[self.frequency]) - 1)
        for number in counting(skipped):
            try:
                begin, end = self._period(number * self.interval)
            except (ValueError, OverflowError):  # after the year 9999
                return
            if begin > last:
                return
            yield begin, end

    def _period(self, number: int) -> tuple[date, date]:
        if self.frequency == "YEARLY":
            year = self.start.year + number
            return date(year, 1, 1), date(year, 12, 31)
        if self.frequency == "MONTHLY":
            year, month = divmod(self.start.year * 12 + self.start.month - 1 + number, 12)
            return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])
        if self.frequency == "WEEKLY":
            back = (self.start.weekday() - self.week_start) % 7
            begin = self.start + timedelta(days=7 * number - back)
            return begin, begin + timedelta(days=6)
        day = self.start + timedelta(days=number)
        return day, day

    def _days_in(self, begin: date, end: date, steps: Iterator[object]) -> Iterator[date]:
        """The period's days; of a year only those of the months that count."""
        for start, stop in self._months_of(begin.year) if self.frequency == "YEARLY" else [(begin, end)]:
            day = start
            while day <= stop:
                if next(steps, None) is None:
                    raise TooManySteps("The events repeat too often.")
                yield day
                if day == date.max:
                    return
                day += _ONE_DAY

    def _months_of(self, year: int) -> Iterator[tuple[date, date]]:
        for month in sorted(self.by_month) or range(1, 13):
            yield date(year, month, 1), date(year, month, monthrange(year, month)[1])

    def _fits(self, day: date) -> bool:
        if self.by_month and day.month not in self.by_month:
            return False
        if self.by_month_day:
            from_end = day.day - monthrange(day.year, day.month)[1] - 1
            if day.day not in self.by_month_day and from_end not in self.by_month_day:
                return False
        return not self.by_day or any(self._is_weekday(day, *wanted) for wanted in self.by_day)

    def _is_weekday(self, day: date, weekday: int, ordinal: int) -> bool:
        """Whether it is such a weekday; with an ordinal, the one of that number in its month or year."""
        if day.weekday() != weekday or not ordinal:
            return day.weekday() == weekday
        if self.frequency == "MONTHLY" or self.by_month:
            place, length = day.day, monthrange(day.year, day.month)[1]
        else:
            place, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
        return ordinal == ((place - 1) // 7 + 1 if ordinal > 0 else -((length - place) // 7 + 1))

    def _chosen(self, days: list[date]) -> list[date]:
        if not self.by_position:
            return days
        places = {place - 1 if place > 0 else len(days) + place for place in self.by_position}
        return [day for place, day in enumerate(days) if place in places]


def recurrence(start: date, rule: Mapping[str, Any]) -> Recurrence:
    """The rule of an event that begins on `start`; parts are lists, as the calendar library reads them.

    `NotUnderstood` for repetitions within a day, by week of the year or day of the year, and bad numbers.
    """
    parts = {name.upper(): value if isinstance(value, list) else [value] for name, value in rule.items()}
    if unknown := sorted(set(parts) - _UNDERSTOOD):
        raise NotUnderstood(f"it repeats by {', '.join(unknown)}")
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if frequency not in _LONGEST:
        raise NotUnderstood(f"it repeats {frequency.lower() or 'without saying how often'}")
    by_day = tuple(_weekday(str(value)) for value in parts.get("BYDAY", ()))
    if any(ordinal for _, ordinal in by_day) and frequency not in ("YEARLY", "MONTHLY"):
        raise NotUnderstood("it numbers the weekdays of a week or a day")
    by_month, by_month_day = _numbers(parts, "BYMONTH", 1, 12), _numbers(parts, "BYMONTHDAY", -31, 31)
    if not by_day and not by_month_day:
        if frequency == "YEARLY":
            by_month, by_month_day = by_month or (start.month,), (start.day,)
        elif frequency == "MONTHLY":
            by_month_day = (start.day,)
        elif frequency == "WEEKLY":
            by_day = ((start.weekday(), 0),)
    return Recurrence(
        start,
        frequency,
        interval=next(iter(_numbers(parts, "INTERVAL", 1, 10_000)), 1),
        count=next(iter(_numbers(parts, "COUNT", 1, 1_000_000)), None),
        week_start=_weekday(str(parts.get("WKST", ["MO"])[0]))[0],
        by_month=by_month,
        by_month_day=by_month_day,
        by_day=by_day,
        by_position=_numbers(parts, "BYSETPOS", -366, 366),
    )


def _numbers(parts: Mapping[str, Iterable[Any]], name: str, least: int, most: int) -> tuple[int, ...]:
    try:
        numbers = tuple(sorted({int(value) for value in parts.get(name, ())}))
    except (ValueError, TypeError):
        raise NotUnderstood(f"its {name} is no number") from None
    if any(not least <= number <= most or number == 0 for number in numbers):
        raise NotUnderstood(f"its {name} has a number that there is not")
    return numbers


def _weekday(text: str) -> tuple[int, int]:
    name, ordinal = text[-2:].upper(), text[:-2] or "0"
    try:
        return _WEEKDAYS.index(name), int(ordinal)
    except ValueError:
        raise NotUnderstood(f"it names the weekday {text[:20]}") from None
