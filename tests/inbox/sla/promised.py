"""A desk with promises: policies in one line, and clocks in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hub.clock import held_at
from hub.models import Event, Organization, Schedule, SlaClock, SlaPolicy, SlaTarget
from inbox.sla import sweep
from tests.inbox.desk import Desk

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Monday, nine o'clock in London."""

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

OFFICE = [[day, "09:00", "17:00"] for day in range(5)]


def shown(value: Any) -> Any:
    """What is there, such as a ring; fails where there is nothing."""
    assert value is not None
    return value


def schedule(of: Organization, intervals: list[Any] | None = None, **fields: Any) -> Schedule:
    """Office hours in London, unless others are given."""
    given = {"name": "Office", "time_zone": "Europe/London", "intervals": intervals or OFFICE} | fields
    return Schedule.objects.create(organization=of, **given)


def policy(
    of: Organization, name: str = "Standard", hours: Schedule | None = None, **fields: Any
) -> SlaPolicy:
    """A policy; `targets` are minutes by clock, or by (clock, priority)."""
    targets = fields.pop("targets", {"first_reply": 60, "next_reply": 120, "resolution": 480})
    made = SlaPolicy.objects.create(organization=of, name=name, schedule=hours, **fields)
    for key, minutes in targets.items():
        clock, priority = key if isinstance(key, tuple) else (key, "")
        SlaTarget.objects.create(
            organization=of, policy=made, clock=clock, priority=priority, seconds=round(minutes * 60)
        )
    return made


def clocks(desk: Desk) -> dict[str, SlaClock]:
    """The clocks of the desk by kind and number: "next_reply 2"."""
    rows = SlaClock.objects.within(desk.organization).order_by("started_at", "pk")
    return {f"{row.clock} {row.occurrence}": row for row in rows}


def told(desk: Desk, prefix: str = "sla.") -> list[str]:
    """What was told of clocks, in order: "sla.met first_reply"."""
    rows = Event.objects.within(desk.organization).filter(name__startswith=prefix).order_by("seq")
    return [f"{row.name} {row.data['clock']}" for row in rows]


def sweep_at(moment: datetime) -> None:
    """Let the clock strike at a moment."""
    with held_at(moment):
        sweep.sweep()
