"""Conversations: the list, one of them, and the verbs on it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from hub.models import Conversation
from inbox import actions, queries
from inbox.actions import KEEP, NewConversation
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import sent, shapes
from inbox.queries import Wanted

router = Router(tags=["Conversations"])
VIEW, ANSWER = may("conversations.view"), may("conversations.answer")


def _one(request: HttpRequest, row: Conversation, status: int = 200) -> HttpResponse:
    return answer(queries.conversation_shapes(viewer_of(request), [row])[0], status)


@router.get("/conversations", auth=VIEW, response=shapes.Listing[shapes.Conversation])
def list_conversations(request: HttpRequest, wanted: Query[sent.ConversationFilter]) -> HttpResponse:
    """The conversations that match every filter, in pages."""
    viewer = viewer_of(request)
    filters = wanted.model_dump(exclude={"limit", "cursor", "status"})
    statuses = tuple(filter(None, wanted.status.split(",")))
    rows, following = queries.conversations(
        viewer, Wanted(statuses=statuses, **filters), wanted.limit, wanted.cursor
    )
    return listing(queries.conversation_shapes(viewer, rows), following)


@router.post("/conversations", auth=ANSWER, response={201: shapes.Conversation})
def start_conversation(request: HttpRequest, new: Body[sent.NewConversationIn]) -> HttpResponse:
    """Write to somebody first."""
    row = actions.start(viewer_of(request), NewConversation(**new.model_dump()))
    return _one(request, row, 201)


@router.get("/conversations/{conversation_id}", auth=VIEW, response=shapes.Conversation)
def get_conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One conversation."""
    return _one(request, queries.conversation(viewer_of(request), conversation_id))


@router.patch("/conversations/{conversation_id}", auth=ANSWER, response=shapes.Conversation)
def change_conversation(
    request: HttpRequest, conversation_id: UUID, changes: Body[sent.ConversationPatch]
) -> HttpResponse:
    """Change fields in place; all of them, or none."""
    given = changes.model_dump(exclude_unset=True)
    for field in ("status", "priority"):
        if field in given and given[field] is None:
            given.pop(field)
    return _one(request, actions.update(viewer_of(request), conversation_id, given))


@router.post("/conversations/{conversation_id}/assign", auth=ANSWER, response=shapes.Conversation)
def assign(request: HttpRequest, conversation_id: UUID, target: Body[sent.AssignIn]) -> HttpResponse:
    """Give it to an agent, a team or a queue, or take it from them."""
    given: dict[str, Any] = {"assignee_id": KEEP, "team_id": KEEP, "queue_id": KEEP}
    given |= target.model_dump(exclude_unset=True)
    return _one(request, actions.assign(viewer_of(request), conversation_id, **given))


@router.post("/conversations/{conversation_id}/snooze", auth=ANSWER, response=shapes.Conversation)
def snooze(request: HttpRequest, conversation_id: UUID, body: Body[sent.SnoozeIn]) -> HttpResponse:
    """Put it away until an instant, or until the customer writes."""
    return _one(request, actions.snooze(viewer_of(request), conversation_id, body.until))


@router.post("/conversations/{conversation_id}/resolve", auth=ANSWER, response=shapes.Conversation)
def resolve(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Nothing is left to do. No body is needed."""
    return _one(request, actions.resolve(viewer_of(request), conversation_id))


@router.post("/conversations/{conversation_id}/reopen", auth=ANSWER, response=shapes.Conversation)
def reopen(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Take it up again. No body is needed."""
    return _one(request, actions.reopen(viewer_of(request), conversation_id))


@router.post("/conversations/{conversation_id}/merge", auth=ANSWER, response=shapes.Conversation)
def merge(request: HttpRequest, conversation_id: UUID, target: Body[sent.MergeIn]) -> HttpResponse:
    """Put everything behind what was said in another conversation, and close this one; answers the other."""
    return _one(request, actions.merge(viewer_of(request), conversation_id, target.into))


@router.post("/conversations/{conversation_id}/unmerge", auth=ANSWER, response=shapes.Conversation)
def unmerge(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Take a merged conversation out of the other again. No body is needed."""
    return _one(request, actions.unmerge(viewer_of(request), conversation_id))


@router.post("/conversations/{conversation_id}/split", auth=ANSWER, response={201: shapes.Conversation})
def split(request: HttpRequest, conversation_id: UUID, what: Body[sent.SplitIn]) -> HttpResponse:
    """Move messages and notes into a new conversation; answers the new one."""
    row = actions.split(viewer_of(request), conversation_id, what.item_ids, what.subject)
    return _one(request, row, 201)


@router.get(
    "/conversations/{conversation_id}/links", auth=VIEW, response=shapes.Listing[shapes.ConversationLink]
)
def list_links(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Conversations that this one came out of or went into, or that came out of it, oldest first."""
    return listing(queries.links(viewer_of(request), conversation_id))


@router.post("/conversations/{conversation_id}/read", auth=VIEW, response=shapes.Conversation)
def mark_read(request: HttpRequest, conversation_id: UUID, body: Body[sent.ReadIn]) -> HttpResponse:
    """Note up to which item the caller has read; it only climbs."""
    viewer = viewer_of(request)
    actions.mark_read(viewer, conversation_id, body.seq)
    return _one(request, queries.conversation(viewer, conversation_id))
