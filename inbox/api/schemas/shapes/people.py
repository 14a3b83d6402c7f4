"""People here, where they work, and what they see first."""

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Presence as State


class Agent(Shape):
    """A colleague and what they say of their state."""

    id: str
    name: str
    email: str
    role: str
    state: State
    since: str | None


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
    since: str | None


class Queue(Shape):
    id: str
    name: str
    key: str
    icon: str
    team_id: str | None


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
