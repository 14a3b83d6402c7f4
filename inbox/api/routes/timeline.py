"""Timelines: what was said in a conversation, and saying more."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from hub.models import Channel, Conversation
from hub.viewer import Viewer
from inbox import actions, directory, payloads, provider_templates, queries, signatures
from inbox.actions import Draft, Forward
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import sent, shapes
from inbox.errors import Invalid
from inbox.rich_facts import outbound_parts

router = Router(tags=["Timeline"])
VIEW, ANSWER = may("conversations.view"), may("conversations.answer")


@router.get(
    "/conversations/{conversation_id}/timeline",
    auth=VIEW,
    response=shapes.Listing[shapes.Item],
    by_alias=True,
)
def get_timeline(
    request: HttpRequest, conversation_id: UUID, part: Query[sent.TimelineRange]
) -> HttpResponse:
    """Items oldest to newest; without `before` and `after` the last ones.

    `next_cursor` is the seq to go on from in the direction of reading: the next `after` if one
    was given, else the next `before`.
    """
    before, after = part.before, part.after
    if part.cursor and after is None:
        before = int(part.cursor)
    elif part.cursor:
        after = int(part.cursor)
    rows, is_more = queries.timeline(
        viewer_of(request), conversation_id, before=before, after=after, limit=part.limit
    )
    edge = (rows[0] if after is None else rows[-1]).seq if is_more and rows else None
    return listing(payloads.items(rows), None if edge is None else str(edge))


@router.post(
    "/conversations/{conversation_id}/messages", auth=ANSWER, response={201: shapes.Item}, by_alias=True
)
def reply(request: HttpRequest, conversation_id: UUID, draft: Body[sent.ReplyIn]) -> HttpResponse:
    """Answer the customer; the item comes back as it was committed, with its deliveries queued."""
    viewer, said = viewer_of(request), draft.model_dump()
    said |= outbound_parts(said)
    if draft.template is not None:
        channel = channel_of(viewer, queries.conversation(viewer, conversation_id), draft.channel_id)
        said |= {"text": provider_templates.preview(channel, said["template"]), "html": ""}
    item = actions.reply(viewer, conversation_id, Draft(**said))
    # Not read again: a fast worker may be sending it by now.
    return answer(payloads.item(item), 201)


def channel_of(viewer: Viewer, conversation: Conversation, wanted: UUID | str | None) -> Channel:
    """The channel named, else the one that the customer used last; raises `Invalid`, `NotFound`."""
    channel_id = wanted or next(iter(conversation.channel_ids), None)
    if channel_id is None:
        raise Invalid({"channel_id": ["This conversation has no channel yet: name one."]})
    return directory.channel(viewer, channel_id)


@router.post(
    "/conversations/{conversation_id}/forward", auth=ANSWER, response={201: shapes.Item}, by_alias=True
)
def forward(request: HttpRequest, conversation_id: UUID, what: Body[sent.ForwardIn]) -> HttpResponse:
    """Hand a message on to somebody else, with its files; what they answer comes back to the conversation."""
    item = actions.forward(viewer_of(request), conversation_id, Forward(**what.model_dump()))
    return answer(payloads.item(item), 201)


@router.get("/conversations/{conversation_id}/signature", auth=ANSWER, response=shapes.SignatureText)
def get_signature(
    request: HttpRequest, conversation_id: UUID, wanted: Query[sent.SignatureFilter]
) -> HttpResponse:
    """What would stand under a message of the caller's here, variables filled; empty for none."""
    viewer = viewer_of(request)
    conversation = queries.conversation(viewer, conversation_id)
    channel_id = wanted.channel_id or next(iter(conversation.channel_ids), None)
    channel = directory.channel(viewer, channel_id) if channel_id else None
    found = signatures.signature_for(
        viewer.organization, viewer.user, conversation.team, channel, conversation, conversation.requester
    )
    return answer({"text": found.text, "html": found.html})


@router.post(
    "/conversations/{conversation_id}/notes", auth=ANSWER, response={201: shapes.Item}, by_alias=True
)
def note(request: HttpRequest, conversation_id: UUID, body: Body[sent.NoteIn]) -> HttpResponse:
    """Leave a note to colleagues."""
    item = actions.note(viewer_of(request), conversation_id, body.text, body.mentions, body.client_id)
    return answer(payloads.item(item), 201)
