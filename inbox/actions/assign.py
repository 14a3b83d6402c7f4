"""Assign: who answers a conversation, and where it waits."""

from typing import Any, Final

from hub.models import Conversation, Membership, Queue, Status, Team, User
from hub.viewer import Viewer
from inbox import payloads
from inbox.change import Change, as_id, changing
from inbox.errors import NotFound


class _Keep:
    """Says that a field stays as it is, which None cannot: None empties it."""


KEEP: Final = _Keep()


def assign(
    viewer: Viewer,
    conversation_id: Any,
    assignee_id: Any = KEEP,
    team_id: Any = KEEP,
    queue_id: Any = KEEP,
) -> Conversation:
    """Give a conversation to an agent, a team or a queue; None takes it from them.

    Raises `NotFound`, also when the target is not of this organization.
    """
    with changing(viewer, conversation_id) as change:
        apply(change, viewer, assignee_id=assignee_id, team_id=team_id, queue_id=queue_id)
        return change.conversation


def apply(change: Change, viewer: Viewer, **targets: Any) -> None:
    """Carry out an assignment on a conversation in hand; says nothing when nothing changes."""
    conversation = change.conversation
    before = _places(conversation)
    if not isinstance(targets["assignee_id"], _Keep):
        conversation.assignee = _agent(viewer, targets["assignee_id"])
    if not isinstance(targets["team_id"], _Keep):
        conversation.team = _own(viewer, Team, "team_id", targets["team_id"])
    if not isinstance(targets["queue_id"], _Keep):
        conversation.queue = _own(viewer, Queue, "queue_id", targets["queue_id"])
    after = _places(conversation)
    if before == after:
        return
    if conversation.status == Status.NEW and conversation.assignee_id:
        change.set_status(Status.OPEN)
    moved = {key: {"from": before[key], "to": after[key]} for key in before if before[key] != after[key]}
    line = change.record("assigned", moved)
    change.announce("conversation.assigned", item=payloads.item(line))


def _places(conversation: Conversation) -> dict[str, dict[str, str] | None]:
    return {
        "assignee": _named(conversation.assignee),
        "team": _named(conversation.team),
        "queue": _named(conversation.queue),
    }


def _named(row: User | Team | Queue | None) -> dict[str, str] | None:
    return {"id": str(row.pk), "name": str(row)} if row else None


def _agent(viewer: Viewer, user_id: Any) -> User | None:
    if user_id is None:
        return None
    membership = (
        Membership.objects.within(viewer.organization)
        .filter(user_id=as_id(user_id), is_active=True, user__is_active=True)
        .select_related("user")
        .first()
    )
    if membership is None:
        raise NotFound("There is no such agent here.")
    return membership.user


def _own(viewer: Viewer, model: Any, field: str, row_id: Any) -> Any:
    if row_id is None:
        return None
    row = model.objects.within(viewer.organization).filter(pk=as_id(row_id)).first()
    if row is None:
        raise NotFound(f"There is no such {model._meta.model_name} here.")
    return row
