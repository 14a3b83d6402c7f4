"""Assign: who answers a conversation, and where it waits."""

from typing import Any

from hub.models import Conversation
from hub.viewer import Viewer
from inbox.change import changing
from inbox.verbs import assignment
from inbox.verbs.assignment import KEEP


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
        assignment.assign(change, assignee_id=assignee_id, team_id=team_id, queue_id=queue_id)
        return change.conversation
