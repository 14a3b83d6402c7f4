"""Who answers a conversation, and where it waits."""

from typing import Any, Final

from hub.models import Membership, Organization, Queue, Status, Team, User
from inbox.change import Change, as_id
from inbox.errors import NotFound
from inbox.places import places, tell_moved


class _Keep:
    """Says that a field stays as it is, which None cannot: None empties it."""


KEEP: Final = _Keep()


def assign(change: Change, *, assignee_id: Any = KEEP, team_id: Any = KEEP, queue_id: Any = KEEP) -> None:
    """Carry out an assignment on a conversation in hand; says nothing when nothing changes.

    Raises `NotFound` when a target is not of the organization.
    """
    conversation = change.conversation
    before = places(conversation)
    if not isinstance(assignee_id, _Keep):
        conversation.assignee = _agent(change.organization, assignee_id)
    if not isinstance(team_id, _Keep):
        conversation.team = _own(change.organization, Team, team_id)
    if not isinstance(queue_id, _Keep):
        conversation.queue = _own(change.organization, Queue, queue_id)
    if places(conversation) == before:
        return
    if conversation.status == Status.NEW and conversation.assignee_id:
        change.set_status(Status.OPEN)
    tell_moved(change, before)


def _agent(organization: Organization, user_id: Any) -> User | None:
    if user_id is None:
        return None
    membership = (
        Membership.objects.within(organization)
        .filter(user_id=as_id(user_id), is_active=True, user__is_active=True)
        .select_related("user")
        .first()
    )
    if membership is None:
        raise NotFound("There is no such agent here.")
    return membership.user


def _own(organization: Organization, model: Any, row_id: Any) -> Any:
    if row_id is None:
        return None
    row = model.objects.within(organization).filter(pk=as_id(row_id)).first()
    if row is None or getattr(row, "archived_at", None):
        raise NotFound(f"There is no such {model._meta.model_name} here.")
    return row
