"""Resolve, reopen, snooze: the life of a conversation in an agent's hands."""

from datetime import datetime
from typing import Any

from hub.clock import now
from hub.models import Conversation, Status
from hub.viewer import Viewer
from inbox.change import Change, changing, lock
from inbox.errors import Invalid
from inbox.verbs.status import set_status


def resolve(viewer: Viewer, conversation_id: Any) -> Conversation:
    """Nothing is left to do; a further message from the customer opens it again."""
    return _set(viewer, conversation_id, Status.RESOLVED)


def reopen(viewer: Viewer, conversation_id: Any) -> Conversation:
    """Take a resolved, closed, snoozed or pending conversation up again."""
    return _set(viewer, conversation_id, Status.OPEN)


def snooze(viewer: Viewer, conversation_id: Any, until: datetime) -> Conversation:
    """Put it away until an instant, or until the customer writes. Raises `Invalid` for the past."""
    if until <= now():
        raise Invalid({"until": ["Choose a time in the future."]})
    return _set(viewer, conversation_id, Status.SNOOZED, until)


def _set(viewer: Viewer, conversation_id: Any, status: str, until: datetime | None = None) -> Conversation:
    with changing(viewer, conversation_id) as change:
        set_status(change, status, until)
        return change.conversation


def wake(conversation: Conversation) -> None:
    """Take up a conversation whose snooze is over. Called in a unit of work; a no-op when an
    agent was faster."""
    locked = lock(conversation.organization, conversation.pk)
    if locked.status == Status.SNOOZED and locked.snoozed_until and locked.snoozed_until <= now():
        change = Change(locked, None)
        set_status(change, Status.OPEN)
        change.finish()
