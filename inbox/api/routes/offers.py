"""Offers: work that is put before the caller, and what they can do with it and with work in hand."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from hub.models import Conversation, Offer, WorkItem
from inbox import actions, payloads, queries
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import routing, shapes
from inbox.paging import Order, page
from inbox.routing import outlook
from inbox.routing.moves import WAITING

router = Router(tags=["Offers"])
VIEW, ANSWER = may("conversations.view"), may("conversations.answer")
_NEWEST = Order("offers", "created_at", is_descending=True)


@router.get("/offers", auth=ANSWER, response=shapes.Listing[shapes.Offer])
def list_offers(request: HttpRequest, wanted: Query[routing.OfferFilter]) -> HttpResponse:
    """Work that was offered to the caller, the newest first; `status=pending` is what rings now."""
    viewer = viewer_of(request)
    rows = Offer.objects.within(viewer.organization).filter(agent=viewer.user).select_related("work")
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    found, following = page([rows], _NEWEST, wanted.limit, wanted.cursor)
    return listing([payloads.offer(row) for row in found], following)


@router.get("/conversations/{conversation_id}/work", auth=VIEW, response=shapes.Standing)
def get_work(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The latest work on a conversation; while it waits, its place in the queue and the likely wait."""
    viewer = viewer_of(request)
    conversation = queries.conversation(viewer, conversation_id)
    rows = WorkItem.objects.within(viewer.organization).filter(conversation=conversation)
    row = rows.order_by("is_over", "-created_at", "-pk").first()
    place, wait = (None, None) if row is None or row.state not in WAITING else outlook.position(row)
    work = payloads.work(row) if row else None
    return answer({"work": work, "position": place, "expected_wait_seconds": wait})


@router.post("/conversations/{conversation_id}/accept", auth=ANSWER, response=shapes.Conversation)
def accept(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Take the work that is offered. 409 `…/offer-gone` says what became of it. No body is needed."""
    return _one(request, actions.accept(viewer_of(request), conversation_id))


@router.post("/conversations/{conversation_id}/decline", auth=ANSWER, response=shapes.Conversation)
def decline(
    request: HttpRequest,
    conversation_id: UUID,
    body: Body[routing.DeclineIn | None] = None,
) -> HttpResponse:
    """Leave the offered work to others; it keeps its age. 409 `…/offer-gone` as for `accept`."""
    reason = body.reason if body else ""
    return _one(request, actions.decline(viewer_of(request), conversation_id, reason))


@router.post("/conversations/{conversation_id}/take", auth=ANSWER, response=shapes.Conversation)
def take(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Take it out of its queue, or over from a colleague, without being offered it. No body is needed."""
    return _one(request, actions.take(viewer_of(request), conversation_id))


@router.post("/conversations/{conversation_id}/transfer", auth=ANSWER, response=shapes.Conversation)
def transfer(request: HttpRequest, conversation_id: UUID, body: Body[routing.TransferIn]) -> HttpResponse:
    """Hand it to an agent, a team or a queue, with a note for them."""
    return _one(request, actions.transfer(viewer_of(request), conversation_id, **body.model_dump()))


def _one(request: HttpRequest, row: Conversation) -> HttpResponse:
    return answer(queries.conversation_shapes(viewer_of(request), [row])[0])
