"""Transfer: hand a conversation on, with a word about why."""

from typing import Any

from hub.models import Conversation, Queue, Status, User
from hub.viewer import Viewer
from inbox import payloads
from inbox.change import Change, as_id, changing
from inbox.errors import Invalid
from inbox.routing import availability
from inbox.routing.moves import is_patient, live
from inbox.verbs.assignment import assign
from inbox.verbs.status import set_status


def transfer(
    viewer: Viewer,
    conversation_id: Any,
    *,
    agent_id: Any = None,
    team_id: Any = None,
    queue_id: Any = None,
    note: str = "",
) -> Conversation:
    """Hand a conversation to an agent, a team or a queue; a `note` is kept inside, in the same transaction.

    An agent has it at once. A team gets it in its own queue where it has one, else where the conversation
    is. In a queue it keeps its age, and whoever handed it on is passed over for a moment. Raises `Invalid`
    unless exactly one target is named, and for a chat or a call to somebody who is offline; `NotFound`.
    """
    named = [value for value in (agent_id, team_id, queue_id) if value is not None]
    if len(named) != 1:
        raise Invalid({"target": ["Name an agent, a team or a queue: one of them."]})
    with changing(viewer, conversation_id) as change:
        if agent_id is not None:
            _check_presence(change, as_id(agent_id))
            assign(change, assignee_id=agent_id)
        elif team_id is not None:
            assign(change, assignee_id=None, team_id=team_id, **_queue_of_team(change, team_id))
        else:
            assign(change, assignee_id=None, queue_id=queue_id)
        if change.conversation.status != Status.OPEN:
            set_status(change, Status.OPEN)
        if note.strip():
            change.announce("note.created", note=payloads.item(change.note(note.strip(), [])))
        return change.conversation


def _queue_of_team(change: Change, team_id: Any) -> dict[str, Any]:
    rows = Queue.objects.within(change.organization).filter(team_id=as_id(team_id), archived_at__isnull=True)
    queue = rows.order_by("position", "name", "pk").first()
    return {"queue_id": queue.pk} if queue is not None else {}


def _check_presence(change: Change, agent_id: Any) -> None:
    """Somebody who looks on or listens is not handed to an empty chair."""
    works = live(change.organization, [change.conversation.pk])
    if all(is_patient(work) for work in works):
        return
    found = availability.available(change.organization.pk).get(agent_id, availability.ABSENT)
    if found.state == "offline":
        user = User.objects.filter(pk=agent_id).first()
        raise Invalid({"agent_id": [f"{user or 'This agent'} is offline. Choose somebody else, or a queue."]})
