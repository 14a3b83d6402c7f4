"""Queues, skills, capacity and reasons; work, offers, and why they went where they went."""

from typing import Any, Literal

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Presence
from inbox.api.schemas.shapes.listing import Listing
from inbox.api.schemas.shapes.record import Decision


class SkillLevel(Shape):
    """A skill that is asked for, by its id, and from which level on."""

    skill: str
    level: int


class Queue(Shape):
    """Where work waits. `steps` are as they were sent; `warnings` say in words what is strange."""

    id: str
    name: str
    key: str
    icon: str
    team_id: str | None
    position: int
    is_open_to_all: bool
    member_ids: list[str]
    member_team_ids: list[str]
    handing: Literal["offer", "take"]
    schedule_id: str | None
    requirements: list[SkillLevel]
    steps: list[dict[str, Any]]
    sticky_seconds: int
    wrap_up_seconds: int | None
    service_level_percent: int
    service_level_seconds: int
    archived_at: str | None
    warnings: list[str]


class Skill(Shape):
    """Something that work may ask for; `agents` counts who has it."""

    id: str
    name: str
    agents: int
    warnings: list[str]


class AgentSkill(Shape):
    """How well an agent can do something, from 1 to 10."""

    skill_id: str
    name: str
    level: int


class CapacityPolicy(Shape):
    """What each kind of work takes of an agent's 100; `agents` counts who has it as their own."""

    id: str
    name: str
    weights: dict[str, int]
    is_default: bool
    agents: int
    warnings: list[str]


class StateReason(Shape):
    """A reason that agents can give for their state."""

    id: str
    state: Presence
    name: str
    takes: list[Literal["realtime", "live", "async"]]
    position: int


class Offer(Shape):
    """Work that was put before one agent; `reason` says how it ended."""

    id: str
    conversation_id: str
    agent_id: str
    status: Literal["pending", "accepted", "declined", "timeout", "rescinded"]
    kind: str
    queue_id: str | None
    created_at: str
    expires_at: str | None
    reason: str


class Work(Shape):
    """One stay of a conversation, or of a call in it, with whoever works on it."""

    id: str
    conversation_id: str
    queue_id: str | None
    kind: str
    state: Literal[
        "queued",
        "offered",
        "active",
        "wrapping",
        "done",
        "parked",
        "abandoned",
        "callback_wait",
        "overflowed",
    ]
    assignee_id: str | None
    queued_at: str
    accepted_at: str | None
    first_accepted_at: str | None
    ended_at: str | None
    step: int
    stuck_reason: str
    virtual_start_at: str
    requirements: list[SkillLevel]


class Standing(Shape):
    """How the work on a conversation stands; `position` counts from 1, and a null wait is not known."""

    work: Work | None
    position: int | None
    expected_wait_seconds: int | None


class RoutingSettings(Shape):
    """How patient routing is, in seconds and by class or kind of work.

    An offer stands for `offer_seconds`; who misses `missed_limit` of a class gets no more of it; work that
    was assigned and not opened goes back after `return_after_seconds`; who declined or missed an item is
    passed over for `skip_seconds`. Agents have `wrap_up_seconds` after their work, keep room for
    `park_after_seconds` after an answer, and keep what can wait for `absent_seconds` while they are away.
    """

    offer_seconds: dict[str, int]
    missed_limit: dict[str, int]
    wrap_up_seconds: dict[str, int]
    park_after_seconds: dict[str, int]
    return_after_seconds: int
    skip_seconds: int
    absent_seconds: int
    returning_burst: int


class Preview(Shape):
    """Who would be offered such work now, in words, and everybody who was looked at."""

    agent_id: str | None
    text: str
    candidates: list[dict[str, Any]]


class Why(Listing[Decision]):
    """Everything that was decided about a conversation, by what decided it; `items` are the decisions of
    threading and routing together, in the order of time."""

    threading: list[Decision]
    routing: list[dict[str, Any]]
    sla: list[dict[str, Any]]
    rules: list[dict[str, Any]]
