"""Quiet hours: for how long nobody is to be written to, by the clock where they are."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone

from hub.messages import Party
from hub.models import Channel, Message, TimelineItem

AWAKE = timedelta(hours=1)
"""Who has written so recently waits for an answer, at whatever hour."""

_UNKNOWN = "Etc/Unknown"


def seconds_left(channel: Channel, recipient: Party, at: datetime) -> float:
    """Seconds until the recipient may be written to; 0 for now."""
    hours = hours_of(channel.config)
    if hours is None or (left := _left(hours, recipient.value, at)) <= 0:
        return 0
    return 0 if _is_awake(channel, recipient, at) else left


def hours_of(config: Mapping[str, Any]) -> tuple[time, time] | None:
    """From when until when it is quiet, which may be over midnight; None for never."""
    try:
        start, end = (time.fromisoformat(str(config.get(name))) for name in ("quiet_from", "quiet_until"))
    except ValueError:
        return None
    return (start, end) if start != end else None


def _left(hours: tuple[time, time], number: str, at: datetime) -> float:
    """By the clocks of all zones that the number may be in: quiet in one of them is quiet."""
    return max((_left_in(hours, at.astimezone(zone)) for zone in _zones(number)), default=0.0)


def _left_in(hours: tuple[time, time], local: datetime) -> float:
    start, end = hours
    clock = local.time()
    is_quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not is_quiet:
        return 0.0
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    # Through UTC, because a night may have an hour more or less.
    return (datetime.combine(day, end, local.tzinfo).astimezone(UTC) - local.astimezone(UTC)).total_seconds()


def _zones(number: str) -> list[ZoneInfo]:
    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return []
    zones = []
    for name in names:
        try:
            zones += [ZoneInfo(name)] if name != _UNKNOWN else []
        except ZoneInfoNotFoundError:
            continue
    return zones


def _is_awake(channel: Channel, recipient: Party, at: datetime) -> bool:
    return (
        Message.objects.within(channel.organization_id)
        .filter(
            channel=channel,
            is_automatic=False,
            item__direction=TimelineItem.Direction.INBOUND,
            item__author_identity__kind=recipient.kind,
            item__author_identity__value=recipient.value,
            item__occurred_at__gt=at - AWAKE,
        )
        .exists()
    )
