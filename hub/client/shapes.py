"""The shapes of the API that programs use most; keys that are not listed here may come as well.

Ids are strings, instants ISO 8601 in UTC with `Z`. The OpenAPI document is their source.
"""

from typing import Any, Literal, NotRequired, TypedDict

Status = Literal["new", "open", "pending", "snoozed", "resolved", "closed"]
State = Literal["online", "away", "busy", "offline"]


class ChannelRef(TypedDict):
    """The channel that an item came or goes by."""

    id: str
    kind: str
    name: str
    address: str


class ContactRef(TypedDict):
    """A person outside, as conversations name them."""

    id: str
    name: str
    email: str | None
    phone: str | None
    locale: str


class Identity(TypedDict):
    """One address of a contact."""

    id: str
    kind: str
    value: str
    display: str
    verified_at: str | None


class Contact(ContactRef):
    """A person outside with every address."""

    time_zone: str
    custom: dict[str, Any]
    identities: list[Identity]
    created_at: str
    updated_at: str


class Conversation(TypedDict):
    """A conversation; the figures of the reader (`unread`, `read_seq`) come from the API, not with events."""

    id: str
    number: int
    subject: str
    status: Status
    priority: Literal["low", "normal", "high", "urgent"]
    assignee_id: str | None
    team_id: str | None
    queue_id: str | None
    channels: list[ChannelRef]
    last_seq: int
    waiting_since: str | None
    snoozed_until: str | None
    sla: dict[str, Any] | None
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
    unread: NotRequired[int]
    read_seq: NotRequired[int]


class Author(TypedDict):
    """Who wrote an item."""

    type: Literal["contact", "agent", "system"]
    id: str | None
    name: str


class Attachment(TypedDict):
    """A file; `url` works without a token for a few minutes."""

    id: str
    filename: str
    content_type: str
    size: int
    content_id: str
    inline: bool
    url: str


class Delivery(TypedDict):
    """Where a message stands on its way to one recipient."""

    id: str
    recipient: str
    status: Literal[
        "queued", "sending", "sent", "delivered", "read", "undelivered", "failed", "unknown", "canceled"
    ]
    code: str
    detail: str
    via: str
    updated_at: str


class Item(TypedDict):
    """One item of a timeline; `event` is set on items of kind "event" alone."""

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
    reply_to_id: str | None
    event: dict[str, Any] | None


class Offer(TypedDict):
    """Work that was put before an agent; `expires_at` is None for what was assigned at once."""

    id: str
    conversation_id: str
    agent_id: str
    status: Literal["pending", "accepted", "declined", "timeout", "rescinded"]
    kind: str
    queue_id: str | None
    created_at: str
    expires_at: str | None
    reason: str


class Agent(TypedDict):
    """A colleague and what they say of their state; `unavailable` has a reason by class of work."""

    id: str
    name: str
    email: str
    role: str
    state: State
    reason: str
    unavailable: dict[str, str]
    since: str | None
