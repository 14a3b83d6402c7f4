"""People here, where they work, and what they see first."""

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Presence as State


class Agent(Shape):
    """A colleague and what they say of their state; `unavailable` has why they get none of some classes."""

    id: str
    name: str
    email: str
    role: str
    state: State
    reason: str
    unavailable: dict[str, str]
    since: str | None


class Capacity(Shape):
    """How much of an agent's capacity their work takes."""

    used: int
    total: int


class SkillOfAgent(Shape):
    """How well an agent can do something, from 1 to 10."""

    skill_id: str
    name: str
    level: int


class AgentAtWork(Agent):
    """A colleague; how they work is there for supervisors, and of oneself.

    `classes` are those of which they get new work now, `on` the conversations that they work on.
    """

    classes: list[str] | None = None
    capacity: Capacity | None = None
    capacity_policy_id: str | None = None
    skills: list[SkillOfAgent] | None = None
    on: list[str] | None = None


class User(Shape):
    """A member of the organization as its administrators see them."""

    id: str
    name: str
    email: str
    role: str
    active: bool
    created_at: str


class Presence(Shape):
    state: State
    reason: str
    unavailable: dict[str, str]
    since: str | None


class Team(Shape):
    id: str
    name: str


class LogPosition(Shape):
    """A place in the event log."""

    epoch: str
    seq: int


class Me(Shape):
    """Who the caller is. `csrf_token` is null for API tokens, which need none.

    `position` is where the event log stands: who follows it from there misses nothing that comes after this.
    Who `returns_by_itself` takes work again with the first thing they do after not having answered.
    """

    class Person(Shape):
        id: str
        name: str
        email: str
        locale: str
        time_zone: str

    class Place(Shape):
        id: str
        slug: str
        name: str

    user: Person
    organization: Place
    role: str
    permissions: list[str]
    state: State
    returns_by_itself: bool
    csrf_token: str | None
    position: LogPosition


class Counters(Shape):
    """The numbers beside the inbox's views; `open` means new, open or pending."""

    open: int
    unassigned: int
    mine: int
    snoozed: int
    queues: dict[str, int]
    teams: dict[str, int]
