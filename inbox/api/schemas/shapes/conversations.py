"""Conversations, and how they are linked."""

from typing import Any, Literal

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.sent import Priority, Status
from inbox.api.schemas.shapes.channels import ChannelRef
from inbox.api.schemas.shapes.contacts import ContactRef


class SlaRisk(Shape):
    """How likely it will be late, 0 to 1, and why."""

    probability: float
    reason: str
    at: str


class SlaRing(Shape):
    """The promise that is due first: `due_at` is null while its clock stands still.

    `state` is "breached" from the due moment on, until the clock is fulfilled.
    """

    clock: Literal[
        "first_reply",
        "next_reply",
        "update",
        "agent_work",
        "requester_wait",
        "resolution",
        "answer",
        "ownership",
    ]
    state: Literal["active", "paused", "breached"]
    started_at: str
    due_at: str | None
    target_seconds: int
    risk: SlaRisk | None = None


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
    sla: SlaRing | None
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


class Label(Shape):
    id: str
    name: str
