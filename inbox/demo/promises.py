"""The demo's opening hours and promises: what an administrator would set up on the first afternoon."""

from datetime import timedelta
from typing import Any

from django.db.models import Min

from hub.clock import held_at, now
from hub.models import Organization, Schedule, SlaClock, SlaPolicy
from hub.viewer import Viewer
from inbox.actions.promises import create_sla_policy
from inbox.actions.schedules import create_schedule
from inbox.demo.organizations import Cast
from inbox.sla.sweep import sweep

_HOUR = 3600
_STRIKES = 1_000

_OFFICE = [[day, "09:00", "18:00"] for day in range(5)]
_LATE = [*([day, "08:00", "20:00"] for day in range(5)), [5, "10:00", "16:00"]]


def make(cast: Cast) -> None:
    """Two schedules and two promises for the organization, each unless it is there already."""
    viewer = cast.viewers["admin"]
    office = _schedule(viewer, "Office hours", _OFFICE)
    _schedule(viewer, "Shop and phone", _LATE)
    nudge = [{"do": "notify", "text": "The first answer is nearly due.", "assignee": True}]
    _policy(
        viewer,
        "Urgent",
        conditions={"all": [{"field": "conversation.priority", "op": "is", "value": "urgent"}]},
        pauses=["pending"],
        targets=[
            _target("first_reply", 1, is_working_time=False),
            _target("next_reply", 2, is_working_time=False),
            _target("resolution", 8, is_working_time=False),
            {"clock": "answer", "seconds": 20},
        ],
        escalations=[{"clock": "first_reply", "when": "percent", "value": 90, "actions": nudge}],
    )
    _policy(
        viewer,
        "Everybody",
        schedule_id=str(office.pk),
        pauses=["pending"],
        targets=[
            _target("first_reply", 4),
            _target("first_reply", 2, priority="high"),
            _target("next_reply", 8),
            _target("resolution", 40),
            {"clock": "answer", "seconds": 30},
        ],
    )


def strike(cast: Cast) -> None:
    """Let the clock have struck whenever something was due, so that nothing is told today of last month."""
    rows = SlaClock.objects.within(cast.organization).filter(timer_at__lt=now())
    for _ in range(_STRIKES):
        if (due := rows.aggregate(first=Min("timer_at"))["first"]) is None:
            break
        with held_at(due + timedelta(seconds=1)):
            sweep()


def _schedule(viewer: Viewer, name: str, intervals: list[Any]) -> Schedule:
    organization: Organization = viewer.organization
    year = now().year
    days = (("01-01", "New Year's Day"), ("05-01", "Labour Day"), ("12-25", "Christmas Day"))
    holidays = [{"date": f"{y}-{day}", "name": text} for y in (year, year + 1) for day, text in days]
    found = Schedule.objects.within(organization).filter(name=name).first()
    fields = {"time_zone": organization.time_zone, "intervals": intervals, "holidays": holidays}
    return found or create_schedule(viewer, {"name": name, **fields})


def _policy(viewer: Viewer, name: str, **fields: Any) -> None:
    if not SlaPolicy.objects.within(viewer.organization).filter(name=name).exists():
        create_sla_policy(viewer, {"name": name, **fields})


def _target(clock: str, hours: float, **fields: Any) -> dict[str, Any]:
    return {"clock": clock, "seconds": round(hours * _HOUR), **fields}
