"""Rules and macros on a desk, as tests make them."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from hub.models import Rule, RuleRun, StatusEvent
from tests.inbox.desk import Desk

_positions = count(1)


def rule(desk: Desk, name: str = "Rule", on: Sequence[str] = ("message.received",), **fields: Any) -> Rule:
    """A rule behind those that there are; `actions` are its deeds."""
    fields.setdefault("actions", [{"do": "set_priority", "priority": "urgent"}])
    fields.setdefault("position", next(_positions))
    fields.setdefault("trigger", {"on": list(on)})
    return Rule.objects.create(organization=desk.organization, name=name, **fields)


def having(*conditions: tuple[str, str, Any]) -> Mapping[str, Any]:
    """Conditions all of which must hold."""
    return {"all": [{"field": field, "op": op, "value": value} for field, op, value in conditions]}


def runs(desk: Desk) -> list[str]:
    """Names of the rules that ran, in their order."""
    return [run.rule.name for run in log(desk)]


def log(desk: Desk) -> list[RuleRun]:
    """The runs of all rules, oldest first."""
    return list(RuleRun.objects.within(desk.organization).select_related("rule").order_by("at", "id"))


def lines(desk: Desk) -> list[tuple[str, Any]]:
    """The timelines' lines with who did it, oldest first."""
    rows = StatusEvent.objects.within(desk.organization).order_by("item_id")
    return [(row.name, (row.data.get("actor") or {}).get("name")) for row in rows]
