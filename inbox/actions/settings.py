"""What every change of a setting has in common: it is announced, and the policy tests run again."""

from typing import Any

from django.db.models import Model

from hub.jobs import enqueue
from hub.viewer import Viewer
from inbox.change import actor_shape
from realtime import events

RETEST = "inbox.run_policy_tests"

_DECIDING = frozenset(
    {"queue", "skill", "agent_skills", "agent_capacity", "capacity_policy", "schedule", "sla_policy", "rule"}
)
"""Settings that decide what becomes of a message."""


def announce_setting(viewer: Viewer, noun: str, row: Model, *, is_removed: bool = False) -> None:
    """Say that a setting was made, changed or removed. Called in the unit of work that did it."""
    data: dict[str, Any] = {"noun": noun, "id": str(row.pk), "is_removed": is_removed}
    events.append(viewer.organization, "settings.updated", data, actor=actor_shape(viewer))
    if noun in _DECIDING:
        retest(viewer.organization.pk)


def retest(organization_id: Any) -> None:
    """Have the organization's policy tests run again soon, once for changes that follow each other."""
    payload = {"organization_id": str(organization_id)}
    enqueue(RETEST, payload, unique_key=f"{RETEST}:{organization_id}")
