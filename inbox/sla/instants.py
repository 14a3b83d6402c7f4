"""Moments as whole microseconds since the year 1, so that no arithmetic ever rounds."""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
DAY = 86_400 * SECOND
WEEK = 7 * DAY

_FIRST = datetime(1, 1, 1, tzinfo=UTC)
"""A Monday: so weeks counted from here begin as Python's weekdays do."""

_MICROSECOND = timedelta(microseconds=1)

LAST = (datetime.max.replace(tzinfo=UTC) - _FIRST) // _MICROSECOND
"""The last microsecond of the year 9999, which is the last that a datetime can hold."""


class NeverComes(ValueError):
    """No such moment: the calendar never opens, a pause never ends, or the years 1 to 9999 do."""


def to_number(moment: datetime) -> int:
    """Microseconds since the year 1 in UTC; `ValueError` for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"The moment {moment} has no time zone.")
    return microseconds(moment - _FIRST)


def to_moment(number: int) -> datetime:
    """The aware datetime in UTC; `NeverComes` outside the years 1 to 9999."""
    try:
        return _FIRST + timedelta(microseconds=number)
    except OverflowError:
        raise NeverComes("That moment lies outside the years 1 to 9999.") from None


def microseconds(duration: timedelta) -> int:
    """The whole duration, exactly."""
    return (duration.days * 86_400 + duration.seconds) * SECOND + duration.microseconds
