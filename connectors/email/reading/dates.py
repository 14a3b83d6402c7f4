"""The Date header as an aware UTC datetime, also in the many forms that RFC 5322 does not allow."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_LENGTH_LIMIT = 200

# Hours east of Greenwich of the zone names that mean one zone only; RFC 5322 §4.3 knows the American ones.
_ZONES = {
    "utc": 0, "ut": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "met": 1, "mez": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "eest": 3, "msk": 3, "trt": 3, "hkt": 8, "sgt": 8,
    "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
# First letters of the months in English, German, French, Spanish, Italian, Portuguese, Dutch.
_MONTHS = {
    "jan": 1, "ene": 1, "gen": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "mrz": 3, "mrt": 3,
    "maa": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mag": 5, "mei": 5, "jun": 6, "juin": 6,
    "giu": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8, "aoû": 8, "aou": 8, "ago": 8, "sep": 9, "set": 9,
    "oct": 10, "okt": 10, "ott": 10, "out": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip

_USUAL = re.compile(
    r"(?:[A-Za-z]{3},)?\s*(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? ([+-])(\d\d)(\d\d)(?: |$)"
)
_CLOCK = r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\.?)?"
_OFFSET = r"(?:\s*\(?(?:gmt|utc)?\s*([+-]\d{1,2}):?(\d{2})?|\s*\(?([a-z]{1,5})\b)?"
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.)?[\s,/-]+(?:de )?([^\W\d_]{3,12})\.?[\s,/-]+(?:de )?(\d{2,5})\b\D{0,6}?"
    rf"{_CLOCK}{_OFFSET}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2}),?\s+(?:(\d{4}),?\s+(?:at )?)?"
    rf"{_CLOCK}{_OFFSET}(?:\s+(\d{{4}}))?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"\b(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})[T\s]+{_CLOCK}{_OFFSET}", re.IGNORECASE
)


def read_date(value: str) -> datetime | None:
    """The instant that a Date header means, in UTC (also when no zone is given), or None if unreadable."""
    value = value[:_LENGTH_LIMIT].strip()
    if not value:
        return None
    if (match := _USUAL.match(value)) is not None:
        day, month, year, *clock, sign, hours, minutes = match.groups()
        rest = (*clock, None, sign + hours, minutes, None)
        return _instant(year, _MONTHS.get(month.lower(), 0), day, rest) or _by_the_rules(value)
    return _by_its_looks(value) or _by_the_rules(value)


def _by_the_rules(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def _by_its_looks(value: str) -> datetime | None:
    if (match := _YEAR_FIRST.search(value)) is not None:
        return _instant(match[1], int(match[2]), match[3], match.groups()[3:])
    if (match := _DAY_FIRST.search(value)) is not None and (month := _month(match[2])):
        return _instant(match[3], month, match[1], match.groups()[3:])
    match = _MONTH_FIRST.search(value)
    if match is None or not (match[3] or match[11]) or not (month := _month(match[1])):
        return None
    return _instant(match[3] or match[11], month, match[2], match.groups()[3:])


def _month(name: str) -> int:
    lower = name.lower()
    return _MONTHS.get(lower[:4]) or _MONTHS.get(lower[:3], 0)


def _instant(year: str, month: int, day: str, rest: tuple[str | None, ...]) -> datetime | None:
    """The instant in UTC; a zone that cannot be counts as UTC, a leap second as the one before it."""
    hour, minute, second, half, hours, minutes, zone = rest[:7]
    clock = int(hour or 0) % 12 + (12 if half in ("p", "P") else 0) if half else int(hour or 0)
    try:
        date = (_full_year(int(year)), month, int(day))
        time = (clock, int(minute or 0), min(int(second or 0), 59))
        return datetime(*date, *time, tzinfo=_zone(hours, minutes, zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _full_year(year: int) -> int:
    """RFC 5322 §4.3: two digits are of 1950 to 2049, three count from 1900."""
    if year < 50:
        return year + 2000
    return year + 1900 if year < 1000 else year


def _zone(hours: str | None, minutes: str | None, name: str | None) -> timezone:
    if hours is None:
        return timezone(timedelta(hours=_ZONES.get((name or "").lower(), 0)))
    size = timedelta(hours=abs(int(hours)), minutes=int(minutes or 0))
    if size >= timedelta(hours=24):
        return UTC
    return timezone(-size if hours.startswith("-") else size)
