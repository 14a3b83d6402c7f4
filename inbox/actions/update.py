"""Update: the fields of a conversation that an agent edits in place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.clock import now
from hub.models import Conversation, Priority, Status
from hub.viewer import Viewer
from inbox.change import Change, changing
from inbox.errors import Invalid
from inbox.verbs.assignment import KEEP, assign
from inbox.verbs.fields import set_fields
from inbox.verbs.status import set_status

_FIELDS = frozenset(
    {
        "subject",
        "status",
        "priority",
        "assignee_id",
        "team_id",
        "queue_id",
        "snoozed_until",
        "labels",
        "custom",
    }
)
_LABELS_AT_MOST = 50


def update(viewer: Viewer, conversation_id: Any, changes: Mapping[str, Any]) -> Conversation:
    """Change any of subject, status, priority, assignee_id, team_id, queue_id, snoozed_until (an
    aware datetime), labels (names; unknown ones are made) and custom (an object).

    Raises `Invalid` with the reasons by field, `NotFound`. All of it, or nothing.
    """
    _check(changes)
    with changing(viewer, conversation_id) as change:
        targets = {field: changes.get(field, KEEP) for field in ("assignee_id", "team_id", "queue_id")}
        assign(change, **targets)
        _set_status(change, changes)
        set_fields(change, changes)
        return change.conversation


def _check(changes: Mapping[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    for field in set(changes) - _FIELDS:
        errors[field] = ["This field cannot be changed."]
    if changes.get("status", Status.OPEN) not in Status.values:
        errors["status"] = [f"Choose one of {', '.join(Status.values)}."]
    if changes.get("priority", Priority.NORMAL) not in Priority.values:
        errors["priority"] = [f"Choose one of {', '.join(Priority.values)}."]
    if changes.get("status") == Status.SNOOZED and not changes.get("snoozed_until"):
        errors["snoozed_until"] = ["Say until when."]
    until = changes.get("snoozed_until")
    if until and until <= now():
        errors["snoozed_until"] = ["Choose a time in the future."]
    if len(changes.get("labels") or ()) > _LABELS_AT_MOST:
        errors["labels"] = [f"{_LABELS_AT_MOST} labels at most."]
    if any(not name.strip() or len(name) > 60 for name in changes.get("labels") or ()):
        errors["labels"] = ["A label has 1 to 60 characters."]
    if errors:
        raise Invalid(errors)


def _set_status(change: Change, changes: Mapping[str, Any]) -> None:
    until: datetime | None = changes.get("snoozed_until")
    if until is not None:
        set_status(change, Status.SNOOZED, until)
    elif "status" in changes:
        set_status(change, changes["status"])
