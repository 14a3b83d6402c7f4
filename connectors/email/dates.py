"""The Date header as an aware UTC datetime."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DAY_AND_TIME = re.compile(
    r"(\d{1,2})[ \t-]+([A-Za-z]{3})[a-z]*\.?[ \t-]+(\d{4})[ \t]+(\d{1,2}:\d{2}(?::\d{2})?)[ \t]*([+-]\d{4})?"
)


def read_date(value: str) -> datetime | None:
    """The instant that a Date header means, in UTC (also when no zone is given), or None if unreadable."""
    value = value[:200]
    if not value:
        return None
    found = _parse(value)
    if found is None and (match := _DAY_AND_TIME.search(value)) is not None:
        day, month, year, time, zone = match.groups()
        found = _parse(f"{day} {month} {year} {time} {zone or '+0000'}")
    return found


def _parse(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
