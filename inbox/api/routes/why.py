"""Why a conversation is where it is: what threading, routing, promises and rules decided about it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hub.viewer import Viewer
from inbox import payloads, queries
from inbox.api.access import may, viewer_of
from inbox.api.answers import listing
from inbox.api.schemas import shapes
from inbox.routing import why as routing
from inbox.rules import why as rules
from inbox.sla import why as promises

router = Router(tags=["Conversations"])


@router.get("/conversations/{conversation_id}/why", auth=may("conversations.view"), response=shapes.Why)
def why(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Each decision about the conversation, with its reason and who or what else came into question."""
    viewer = viewer_of(request)
    conversation = queries.conversation(viewer, conversation_id)
    threaded, routed = (
        _threading(viewer, conversation_id),
        routing.reasons(viewer, conversation),
    )
    return listing(
        sorted([*threaded, *routed], key=lambda decision: decision["at"]),
        threading=threaded,
        routing=routed,
        sla=promises.reasons(viewer, conversation),
        rules=rules.why(conversation),
    )


def _threading(viewer: Viewer, conversation_id: UUID) -> list[payloads.Shape]:
    return [
        {
            "item_id": str(message.pk),
            "seq": message.item.seq,
            "at": payloads.moment(message.item.recorded_at),
            "candidates": [],
            **decision,
        }
        for message in queries.decisions(viewer, conversation_id)
        for decision in message.decisions
    ]
