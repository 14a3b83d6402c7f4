"""The live board: what happens in queues right now, and how the day has gone so far."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from inbox import actions, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import sent, shapes
from inbox.board import boards, drill
from inbox.board import shapes as board_shapes
from inbox.errors import NotFound

router = Router(tags=["Live"])
VIEW, SUPERVISE = may("conversations.view"), may("agents.supervise")


@router.get("/queues/{queue_id}/live", auth=VIEW, response=shapes.QueueLive)
def get_queue_live(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """A queue's figures; numbers alone, nobody's name."""
    with boards.current(viewer_of(request).organization.pk) as board:
        found = board_shapes.queue(board, str(queue_id))
    if found is None:
        raise NotFound("There is no such queue.")
    return answer(found)


@router.get("/live", auth=SUPERVISE, response=shapes.Board)
def get_live(request: HttpRequest) -> HttpResponse:
    """Every queue and every agent at once, promises at risk and work that nobody can take."""
    with boards.current(viewer_of(request).organization.pk) as board:
        return answer(board_shapes.whole(board))


@router.get("/live/conversations", auth=SUPERVISE, response=shapes.Listing[shapes.CountedConversation])
def list_live_conversations(request: HttpRequest, wanted: Query[sent.LiveFilter]) -> HttpResponse:
    """The conversations that a figure counts, the longest wait first; 200 at most."""
    with boards.current(viewer_of(request).organization.pk) as board:
        if wanted.queue_id and wanted.queue_id not in board.staff.queues:
            raise NotFound("There is no such queue.")
        found = drill.conversations(board, wanted.figure, wanted.queue_id, wanted.kind)
    return listing(found)


@router.post("/agents/{user_id}/presence", auth=SUPERVISE, response=shapes.Presence)
def set_agent_presence(request: HttpRequest, user_id: UUID, body: Body[sent.PresenceIn]) -> HttpResponse:
    """Say a colleague's state for them; their page shows it at once, and they can say otherwise."""
    said = actions.set_presence_of(viewer_of(request), user_id, body.state, body.reason)
    return answer(
        {
            "state": said.state,
            "reason": said.reason,
            "unavailable": said.unavailable,
            "since": payloads.moment(said.since),
        }
    )
