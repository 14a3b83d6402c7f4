"""The frames that the agents' socket sends; those it understands are in `realtime.protocol`."""

from typing import Any, Literal

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Presence as State
from inbox.api.schemas.shapes import QueueLive


class Ready(Shape):
    """Everything that was missed has been sent; from here on everything is live."""

    type: Literal["ready"]
    epoch: str
    seq: int
    resumed: bool


class Resync(Shape):
    """The position was too old or of another log: fetch afresh, then go on from `seq`."""

    type: Literal["resync"]
    epoch: str
    seq: int


class Skip(Shape):
    """Stands for the events `from` (or `seq`) to `seq`, which the reader may not see or did not ask for."""

    type: Literal["skip"]
    seq: int
    credit: str = ""


class AgentPresence(Shape):
    """One colleague's state, or under `agents` everybody's, as a first picture."""

    type: Literal["presence"]
    agent_id: str | None = None
    state: State | None = None
    since: str | None = None
    agents: list[dict[str, Any]] | None = None


class Who(Shape):
    """Somebody who types."""

    type: Literal["agent", "contact"]
    id: str
    name: str


class SomebodyTypes(Shape):
    """Somebody began or stopped writing in a conversation."""

    type: Literal["typing"]
    conversation_id: str
    who: Who
    state: Literal["start", "stop"]


class Viewer(Shape):
    """A colleague who looks at a conversation."""

    id: str
    name: str


class SomebodyViews(Shape):
    """Who looks at a conversation now."""

    type: Literal["viewing"]
    conversation_id: str
    agents: list[Viewer]


class QueueFigures(Shape):
    """A queue's figures now, on its topic: what GET /queues/{id}/live answers, when something changed."""

    type: Literal["live"]
    queue_id: str
    data: QueueLive


class BoardNews(Shape):
    """The live board, on the topic "board": whole at first, then only the parts and rows that changed.

    `board` is shaped as GET /live answers. Rows of `queues` and `agents` replace those of the same id,
    unless `are_all_queues` or `are_all_agents` says that there are no others; other parts come whole.
    """

    type: Literal["live"]
    board: dict[str, Any]
    is_whole: bool


class Pong(Shape):
    """The answer to a ping."""

    type: Literal["pong"]


class SocketError(Shape):
    """A frame could not be obeyed; the socket stays open."""

    type: Literal["error"]
    code: str
    detail: str


class Health(Shape):
    """Whether the hub can save and show changes just now; it says "well" again when it can."""

    type: Literal["health"]
    state: Literal["well", "degraded"]


FRAMES = (
    Ready,
    Resync,
    Skip,
    AgentPresence,
    SomebodyTypes,
    SomebodyViews,
    QueueFigures,
    BoardNews,
    Health,
    Pong,
    SocketError,
)
"""Every frame from the hub but the events."""
