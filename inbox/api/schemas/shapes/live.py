"""The live board: figures of queues, agents with what they are on, promises at risk, stuck work."""

from typing import Literal

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Presence as State
from inbox.api.schemas.shapes.conversations import SlaRing
from inbox.api.schemas.shapes.people import Team

WorkKind = Literal["voice", "video", "chat", "sms", "social", "email"]


class LiveFigures(Shape):
    """Work by what becomes of it: as it stands now, and contacts since the organization's midnight.

    `waiting`, `offered`, `active`, `wrapping`, `parked` and `callbacks` count items by their state, each in
    one of them. The longest wait is of those that no agent has accepted yet, so also of those on offer.
    `answered`, `abandoned_late` and what follows from them count voice, video and chat, where somebody
    waits in person: `service_level` is the share accepted within the queue's threshold, of all accepted and
    all who gave up after it (1 while there is nothing to count), `average_speed_of_answer_seconds` the mean
    from queued to accepted (0 while nothing was answered).
    """

    waiting: int
    longest_wait_seconds: int
    waiting_since: str | None
    offered: int
    active: int
    wrapping: int
    parked: int
    callbacks: int
    answered: int
    answered_in_time: int
    abandoned: int
    abandoned_late: int
    service_level: float
    average_speed_of_answer_seconds: float


class AgentCounts(Shape):
    """How many of a queue's members are in each state."""

    online: int
    away: int
    busy: int


class QueueLive(LiveFigures):
    """A queue's figures; `kinds` has them by kind of work. At risk: due within ten minutes, or over."""

    sla_at_risk: int
    sla_breached: int
    agents: AgentCounts
    kinds: dict[WorkKind, LiveFigures]


class BoardQueue(QueueLive):
    """A queue's row on the board."""

    id: str
    name: str
    icon: str
    handing: Literal["offer", "take"]
    service_level_percent: int
    service_level_seconds: int
    member_ids: list[str]


class LiveConversation(Shape):
    """A conversation that the board names."""

    conversation_id: str
    number: int
    subject: str
    contact: str
    queue_id: str | None


class LiveWork(LiveConversation):
    """Work that is not over; `agent_id` is who is on it or is asked now, `since` when it took its state."""

    id: str
    kind: WorkKind
    state: str
    agent_id: str | None
    queued_at: str | None
    since: str | None
    stuck_reason: str


class LivePromise(LiveConversation):
    """A promise at risk; `warning` says why it is expected to break, where it is not due yet."""

    assignee_id: str | None
    sla: SlaRing
    warning: str


class CountedConversation(LiveConversation):
    """One of those that a figure counts: work that is not over, a wait that ended today, or a promise.

    Of work there is what `LiveWork` has; of a wait `outcome`, `at` and `wait_seconds`; of a promise `sla`.
    """

    id: str | None = None
    kind: WorkKind | None = None
    state: str | None = None
    agent_id: str | None = None
    queued_at: str | None = None
    since: str | None = None
    stuck_reason: str | None = None
    outcome: Literal["answered", "abandoned"] | None = None
    at: str | None = None
    wait_seconds: float | None = None
    assignee_id: str | None = None
    sla: SlaRing | None = None
    warning: str | None = None


class BoardAgent(Shape):
    """An agent: state, since when, and what they are on or asked to take.

    `unavailable` has the classes of work that they get none of, `load` is what their work takes of 100.
    """

    id: str
    name: str
    team_ids: list[str]
    state: State
    reason: str
    since: str | None
    unavailable: dict[str, str]
    load: int
    work: list[LiveWork]


class Board(Shape):
    """Everything at once. `history` has how many waited at each full minute of the last hour, and now."""

    at: str
    since: str
    minute: int
    queues: list[BoardQueue]
    agents: list[BoardAgent]
    at_risk: list[LivePromise]
    stuck: list[LiveWork]
    history: dict[str, list[int]]
    teams: list[Team]
