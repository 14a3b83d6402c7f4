"""What messaging channels can do beside sending: amend, react, templates, and the time for an answer."""

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from inbox import actions, directory, payloads, provider_templates, queries, windows
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.routes.timeline import channel_of
from inbox.api.schemas import messaging as schemas
from inbox.api.schemas import shapes

router = Router(tags=["Messaging"])
VIEW, ANSWER = may("conversations.view"), may("conversations.answer")


@router.patch("/messages/{message_id}", auth=ANSWER, response=shapes.Item, by_alias=True)
def edit_message(request: HttpRequest, message_id: UUID, body: Body[schemas.AmendIn]) -> HttpResponse:
    """Have a message that was sent say something else; `pending` until the provider has done it."""
    return answer(payloads.item(actions.edit_sent(viewer_of(request), message_id, body.text)))


@router.delete("/messages/{message_id}", auth=ANSWER, response=shapes.Item, by_alias=True)
def delete_message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Take back a message that was sent; `pending` until the provider has done it."""
    return answer(payloads.item(actions.delete_sent(viewer_of(request), message_id)))


@router.put("/messages/{message_id}/reactions", auth=ANSWER, response=shapes.Item, by_alias=True)
def react(request: HttpRequest, message_id: UUID, body: Body[schemas.ReactionIn]) -> HttpResponse:
    """Put an emoji on a message, or take it back."""
    item = actions.react_to(viewer_of(request), message_id, body.emoji, removed=body.removed)
    return answer(payloads.item(item))


@router.get("/conversations/{conversation_id}/window", auth=VIEW, response=schemas.Window)
def get_window(
    request: HttpRequest, conversation_id: UUID, wanted: Query[schemas.WindowFilter]
) -> HttpResponse:
    """Whether the customer may be written to now on a channel, until when, and as what."""
    viewer = viewer_of(request)
    conversation = queries.conversation(viewer, conversation_id)
    channel = channel_of(viewer, conversation, wanted.channel_id)
    return answer(windows.shape(windows.window(channel, conversation)))


@router.get(
    "/channels/{channel_id}/templates", auth=ANSWER, response=shapes.Listing[schemas.ProviderTemplate]
)
def list_provider_templates(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """The texts that the channel's provider has approved or not yet; empty where it has none."""
    channel = directory.channel(viewer_of(request), channel_id)
    return listing([asdict(template) for template in provider_templates.listed(channel)])
