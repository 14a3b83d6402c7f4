"""The nouns of the house. One file a subject; everything is importable from here."""

from hub.models.organization import Organization  # isort: skip
from hub.models.channels import Channel, ChannelCursor, InboundEnvelope
from hub.models.contacts import Contact, Identity
from hub.models.conversations import (
    ACTIVE,
    AwaitedReference,
    ChannelThread,
    Conversation,
    ConversationLabel,
    ConversationLink,
    Counter,
    Label,
    Participant,
    Priority,
    Queue,
    ReadMark,
    Status,
)
from hub.models.events import Event, EventCounter
from hub.models.jobs import Job
from hub.models.outbound import Delivery, DeliveryAttempt, DeliveryStatus, Slowdown
from hub.models.people import AgentState, ApiToken, Membership, Role, Team, TeamMember, User
from hub.models.requests import IdempotentRequest
from hub.models.timeline import Attachment, Message, Note, StatusEvent, TimelineItem
from hub.models.writing import Signature, Template

__all__ = [
    "ACTIVE",
    "AgentState",
    "ApiToken",
    "Attachment",
    "AwaitedReference",
    "Channel",
    "ChannelCursor",
    "ChannelThread",
    "Contact",
    "Conversation",
    "ConversationLabel",
    "ConversationLink",
    "Counter",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryStatus",
    "Event",
    "EventCounter",
    "IdempotentRequest",
    "Identity",
    "InboundEnvelope",
    "Job",
    "Label",
    "Membership",
    "Message",
    "Note",
    "Organization",
    "Participant",
    "Priority",
    "Queue",
    "ReadMark",
    "Role",
    "Signature",
    "Slowdown",
    "Status",
    "StatusEvent",
    "Team",
    "TeamMember",
    "Template",
    "TimelineItem",
    "User",
]
