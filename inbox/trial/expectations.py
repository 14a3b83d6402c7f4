"""What a policy test expects of a rehearsed arrival, and how far the outcome is from it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hub.models import ClockKind, Membership, Organization, Priority, Queue, Status, Team
from inbox.trial.rehearsal import Outcome

WALL = "%Y-%m-%dT%H:%M"
"""How moments are written: on the wall clock of the organization, to the minute."""


class Difference(NamedTuple):
    """Something that came out otherwise, in words and with names instead of ids."""

    what: str
    expected: str
    got: str


def differences(
    organization: Organization, expected: Mapping[str, Any], outcome: Outcome
) -> list[Difference]:
    """All that came out otherwise than expected; what is not named may be anything."""
    zone = ZoneInfo(organization.time_zone)
    found = [
        Difference(label, name(organization, wanted), name(organization, getattr(outcome, field)))
        for field, (label, name) in _FIELDS.items()
        if field in expected and (wanted := expected[field]) != getattr(outcome, field)
    ]
    if missing := sorted(set(expected.get("labels", ())) - set(outcome.labels)):
        found.append(Difference("labels", ", ".join(missing), ", ".join(outcome.labels) or _NOTHING))
    for clock, wanted in expected.get("due", {}).items():
        moment = outcome.due.get(clock)
        got = wall(moment, zone) if moment else ""
        if got != (wanted or ""):
            what = f"{ClockKind(clock).label.lower()} due"
            found.append(Difference(what, wanted or "no promise", got or "no promise"))
    return found


def problems(organization: Organization, expected: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with an expectation, by field; empty when it can be tested."""
    found: dict[str, list[str]] = {
        f"expected.{field}": [f"There is no such {_FIELDS[field][0]} here."]
        for field, is_there in _PLACES.items()
        if expected.get(field) and not is_there(organization, expected[field])
    }
    known = {*_FIELDS, "labels", "due"}
    if unknown := sorted(set(expected) - known):
        found["expected"] = [f"“{unknown[0]}” cannot be expected. Choose from {', '.join(sorted(known))}."]
    if not expected:
        found["expected"] = ["Say what should come out, such as the queue."]
    if expected.get("priority", Priority.NORMAL) not in Priority.values:
        found["expected.priority"] = [f"Choose one of {', '.join(Priority.values)}."]
    if expected.get("status", Status.NEW) not in Status.values:
        found["expected.status"] = [f"Choose one of {', '.join(Status.values)}."]
    for clock, text in dict(expected.get("due") or {}).items():
        if clock not in ClockKind.values:
            found["expected.due"] = [f"“{clock}” is no clock. Choose from {', '.join(ClockKind.values)}."]
        elif text and not is_wall(text):
            found["expected.due"] = ["Write the moment as 2026-03-02T10:40."]
    return found


def wall(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as tests write it; the minute in which it lies."""
    return moment.astimezone(zone).strftime(WALL)


def is_wall(text: Any) -> bool:
    """Whether this is a moment as tests write it."""
    try:
        datetime.strptime(str(text), WALL)  # noqa: DTZ007 - a wall clock has no zone
    except ValueError:
        return False
    return True


_NOTHING = "nothing"


_PLACES: dict[str, Callable[[Organization, Any], bool]] = {
    "queue_id": lambda of, key: Queue.objects.within(of).filter(pk=key).exists(),
    "team_id": lambda of, key: Team.objects.within(of).filter(pk=key).exists(),
    "assignee_id": lambda of, key: Membership.objects.within(of).filter(user_id=key).exists(),
}


def _queue(organization: Organization, value: Any) -> str:
    row = Queue.objects.within(organization).filter(pk=value).first() if value else None
    return row.name if row else "no queue"


def _team(organization: Organization, value: Any) -> str:
    row = Team.objects.within(organization).filter(pk=value).first() if value else None
    return row.name if row else "no team"


def _agent(organization: Organization, value: Any) -> str:
    rows = Membership.objects.within(organization).select_related("user")
    row = rows.filter(user_id=value).first() if value else None
    return str(row.user) if row else "nobody"


def _plain(organization: Organization, value: Any) -> str:
    return str(value) if value else _NOTHING


_FIELDS: dict[str, tuple[str, Callable[[Organization, Any], str]]] = {
    "queue_id": ("queue", _queue),
    "team_id": ("team", _team),
    "assignee_id": ("assignee", _agent),
    "priority": ("priority", _plain),
    "status": ("status", _plain),
    "policy": ("policy", _plain),
}
