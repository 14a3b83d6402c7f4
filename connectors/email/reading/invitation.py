"""Calendar invitations (RFC 5545, RFC 5546) in a mail to the few facts that people want to see of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.email.reading.charsets import decode, storable
from hub.messages import Invitation

if TYPE_CHECKING:
    from icalendar import Component

SIZE_LIMIT = 256 * 1024
"""Bytes of a calendar that are read; an invitation has a few kilobytes."""

ATTENDEES_LIMIT = 100
_TEXT_LIMIT = 500
_METHODS = frozenset(("PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"))


def read_invitation(content: bytes, charset: str = "", method: str = "") -> Invitation | None:
    """The first event of a calendar; None when there is none, or it is too large or cannot be read.

    `method` is the parameter of the Content-Type, which counts when the calendar itself names none.
    """
    from icalendar import Calendar  # a third of a second that most mails need not spend

    if len(content) > SIZE_LIMIT:
        return None
    try:
        calendar: Any = Calendar.from_ical(decode(content, charset or "utf-8"))
        event = next(iter(calendar.walk("VEVENT")), None)
        return None if event is None else _invitation(calendar, event, method)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # the library raises nearly anything on a calendar that is not one


def _invitation(calendar: Component, event: Component, method: str) -> Invitation:
    start, end = _moment(event, "DTSTART"), _end(event)
    named = _text(calendar.get("METHOD")).upper() or method.upper()
    if _text(event.get("STATUS")).upper() == "CANCELLED":
        named = "CANCEL"
    return Invitation(
        method=named if named in _METHODS else "PUBLISH",
        uid=_text(event.get("UID")),
        summary=_text(event.get("SUMMARY")),
        starts_at=_instant(start),
        ends_at=_instant(end),
        all_day=start is not None and not isinstance(start, datetime),
        time_zone=_zone_name(event, start),
        location=_text(event.get("LOCATION")),
        organizer=_person(event.get("ORGANIZER")),
        attendees=tuple(filter(None, map(_person, _several(event.get("ATTENDEE"))))),
        recurrence=_recurrence(event.get("RRULE")),
    )


def _text(value: Any) -> str:
    value = _several(value)[0] if isinstance(value, list) and value else value
    return storable(str(value))[:_TEXT_LIMIT].strip() if value is not None else ""


def _several(value: Any) -> list[Any]:
    found = value if isinstance(value, list) else [] if value is None else [value]
    return found[:ATTENDEES_LIMIT]


def _moment(event: Component, name: str) -> date | None:
    """A date or a datetime, or None when the event has none that can be read."""
    value = event.get(name)
    try:
        moment = getattr(_several(value)[0] if value is not None else None, "dt", None)
    except ValueError:  # a value that the library could not read
        return None
    return moment if isinstance(moment, date) else None


def _end(event: Component) -> date | None:
    """When it ends: DTEND, or DTSTART with DURATION; a day for an event of days (RFC 5545 §3.6.1)."""
    if (end := _moment(event, "DTEND")) is not None:
        return end
    start = _moment(event, "DTSTART")
    duration = getattr(event.get("DURATION"), "dt", None)
    if start is None or not isinstance(duration, timedelta):
        return start + timedelta(days=1) if start and not isinstance(start, datetime) else None
    return start + duration


def _instant(moment: date | None) -> datetime | None:
    """UTC; a day begins at midnight UTC, and a time without a zone counts as UTC."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _zone_name(event: Component, start: date | None) -> str:
    """The zone in which the organizer thinks: as named, or "UTC"; "" for a floating time and for days."""
    named = getattr(event.get("DTSTART"), "params", {}).get("TZID", "")
    if named:
        return storable(str(named))[:100]
    return "UTC" if isinstance(start, datetime) and start.tzinfo is not None else ""


def _person(value: Any) -> str:
    """A mail address without `mailto:`, with the name before it where there is one."""
    address = _text(value)
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = _text(getattr(value, "params", {}).get("CN"))
    return f"{name} <{address}>" if name and name.lower() != address.lower() else address


def _recurrence(value: Any) -> str:
    """The rule as RFC 5545 §3.8.5.3 writes it, or ""."""
    if value is None:
        return ""
    rule = _several(value)[0]
    written = rule.to_ical() if hasattr(rule, "to_ical") else str(rule)
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else written
    return storable(text)[:_TEXT_LIMIT]
