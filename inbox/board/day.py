"""Where an organization's day begins, on the clock and in its event log."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub.models import Event, Organization
from realtime.events import Position

_CLOCKS_APART = timedelta(minutes=5)
"""By how much the clocks of processes that write one log may differ."""


def begins(organization: Organization, moment: datetime) -> datetime:
    """The last midnight before a moment, in the organization's zone."""
    try:
        zone = ZoneInfo(organization.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def place_before(organization_id: UUID, moment: datetime, position: Position) -> int:
    """A number in the log after which everything since a moment comes; found in a few look-ups.

    Numbers follow the order of commits, so times rise with them but for the difference of clocks.
    """
    low, high, sought = position.trimmed, position.seq, moment - _CLOCKS_APART
    rows = Event.objects.within(organization_id)
    while low < high:
        middle = (low + high + 1) // 2
        at = rows.filter(seq=middle).values_list("at", flat=True).first()
        if at is None or at < sought:
            low = middle
        else:
            high = middle - 1
    return low
