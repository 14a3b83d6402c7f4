"""What answers hold. The values come from `inbox.payloads` and its like; these only describe them."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Presence as State
from inbox.api.schemas.sent import Priority, Status

Row = TypeVar("Row")


class Listing(Shape, Generic[Row]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[Row]
    next_cursor: str | None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """The name in the document: `ConversationList` for a list of `Conversation`."""
        return f"{params[0].__name__}List"


class Problem(Shape):
    """RFC 9457. `errors` has the reasons by field; a conflict may add what it is about."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] = Field(default_factory=dict)


class ChannelRef(Shape):
    id: str
    kind: str
    name: str
    address: str


class ContactRef(Shape):
    id: str
    name: str
    email: str | None
    phone: str | None
    locale: str


class ConversationState(Shape):
    """A conversation as everybody sees it."""

    id: str
    number: int
    subject: str
    status: Status
    priority: Priority
    assignee_id: str | None
    team_id: str | None
    queue_id: str | None
    channels: list[ChannelRef]
    last_seq: int
    waiting_since: str | None
    snoozed_until: str | None
    labels: list[str]
    contact: ContactRef
    preview: str
    last_direction: str
    last_agent_id: str | None
    last_activity_at: str
    created_at: str
    updated_at: str
    custom: dict[str, Any]
    version: int


class Conversation(ConversationState):
    """A conversation; `unread` counts the customer's messages after `read_seq`, the caller's own place."""

    read_seq: int
    unread: int


class LinkedConversation(Shape):
    id: str
    number: int
    subject: str
    status: Status


class ConversationLink(Shape):
    """Another conversation; `is_origin` when what is in this one came out of that one."""

    kind: Literal["continues", "forwarded", "split", "merged"]
    is_origin: bool
    conversation: LinkedConversation


class Author(Shape):
    type: Literal["contact", "agent", "system"]
    id: str | None
    name: str


class Address(Shape):
    name: str
    address: str


class Attachment(Shape):
    """A file; `url` works without signing in for at least ten minutes."""

    id: str
    filename: str
    content_type: str
    size: int
    content_id: str
    inline: bool
    url: str


class Delivery(Shape):
    """One message on its way to one recipient."""

    id: str
    recipient: str
    status: Literal[
        "queued", "sending", "sent", "delivered", "read", "undelivered", "failed", "unknown", "canceled"
    ]
    code: str
    detail: str
    via: str
    next_attempt_at: str | None
    delayed: bool
    updated_at: str


class Authentication(Shape):
    """What is known of the sender's right to their address, in words of RFC 8601; empty: not looked for."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    domain: str = ""
    by: str = ""


class Invitation(Shape):
    """A calendar invitation; instants in UTC, whole days begin and end at midnight UTC."""

    method: str
    uid: str
    summary: str = ""
    starts_at: str | None = None
    ends_at: str | None = None
    all_day: bool = False
    time_zone: str = ""
    location: str = ""
    organizer: str = ""
    attendees: list[str] = Field(default_factory=list)
    recurrence: str = ""


class SignatureText(Shape):
    """What stands under a message, apart from what was written."""

    text: str
    html: str


class RemoteImages(Shape):
    """Pictures that lie elsewhere: how many wait to be asked for, and how many could not be seen anyway."""

    policy: Literal["ask", "always", "never"]
    count: int
    trackers: int


class StatusEvent(Shape):
    name: str
    data: dict[str, Any]


class Item(Shape):
    """An entry of a timeline. `folds` are start, end (in characters) and kind of what `text` shows folded."""

    id: str
    conversation_id: str
    seq: int
    kind: Literal["message", "note", "call", "event"]
    direction: Literal["inbound", "outbound", "internal"]
    author: Author
    channel: ChannelRef | None
    subject: str
    text: str
    html: str | None
    attachments: list[Attachment]
    deliveries: list[Delivery]
    occurred_at: str
    recorded_at: str
    client_id: str | None
    from_: Address | None = Field(alias="from")
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    folds: list[tuple[int, int, Literal["quote", "signature"]]]
    authentication: Authentication | None
    invitation: Invitation | None
    reply_to: Address | None
    forwarded_from: Address | None
    forward_of_id: str | None
    signature: SignatureText | None
    remote_images: RemoteImages | None
    reply_to_id: str | None
    event: StatusEvent | None
    automatic: bool
    quarantined: bool
    mentions: list[str]


class Identity(Shape):
    id: str
    kind: str
    value: str
    display: str
    verified_at: str | None
    unreachable_since: str | None
    unreachable_reason: str


class Contact(ContactRef):
    """A person out there with every address."""

    time_zone: str
    custom: dict[str, Any]
    identities: list[Identity]
    created_at: str
    updated_at: str


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


class Channel(ChannelRef):
    """A channel with its state, and what it can do."""

    state: str
    health: dict[str, Any]
    capabilities: dict[str, Any]
    queue_id: str | None


class Queue(Shape):
    id: str
    name: str
    key: str
    icon: str
    team_id: str | None


class Team(Shape):
    id: str
    name: str


class Label(Shape):
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


class Event(Shape):
    """An event as the socket carries it."""

    type: Literal["event"]
    seq: int
    event: str
    at: str
    data: dict[str, Any]


class EventLog(Listing[Event]):
    """Events after `since`, oldest first; the log stands at `seq` in this `epoch`."""

    epoch: str
    seq: int


class Decision(Shape):
    """Why something was done with a message."""

    item_id: str
    seq: int
    at: str
    about: str
    reason: str
    candidates: list[Any]


class Envelope(Shape):
    """What came in, without its bytes."""

    id: str
    channel: ChannelRef
    state: Literal["received", "processed", "ignored", "quarantined"]
    received_at: str
    processed_at: str | None
    attempts: int
    error: str
    size: int


class Attempt(Shape):
    number: int
    started_at: str
    ended_at: str | None
    outcome: str
    code: str
    detail: str


class TracedDelivery(Delivery):
    attempts: list[Attempt]


class RemoteImage(Shape):
    """A picture of a message that lies elsewhere; `url` fetches it through the hub for twenty minutes."""

    source: str
    url: str


class Header(Shape):
    name: str
    value: str


class Hop(Shape):
    """A server that a message passed; `delay` in seconds since the one before."""

    by: str
    sender: str
    protocol: str
    at: str | None
    delay: float | None


class Headers(Shape):
    """The head of a message as it came, decoded; hops from the sender to the hub."""

    headers: list[Header]
    hops: list[Hop]
    authentication: Authentication | None


class Step(Shape):
    at: str
    step: str
    detail: str
    data: dict[str, Any]


class Trace(Shape):
    """A message's way through the hub, in the order of time."""

    message_id: str
    conversation_id: str
    direction: Literal["inbound", "outbound", "internal"]
    envelope: Envelope | None
    steps: list[Step]
    deliveries: list[TracedDelivery]
