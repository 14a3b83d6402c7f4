"""The nouns of the house. One file a subject; everything is importable from here."""

from hub.models.organization import Organization  # isort: skip
from hub.models.automation import Backtest, Macro, PolicyTest, Rule, RuleRun
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
    ReadMark,
    Status,
)
from hub.models.events import Event, EventCounter
from hub.models.jobs import Job
from hub.models.outbound import Delivery, DeliveryAttempt, DeliveryStatus, Slowdown
from hub.models.people import AgentState, ApiToken, Membership, Role, Team, TeamMember, User
from hub.models.promises import (
    ClockKind,
    EscalationFired,
    EscalationStep,
    SlaClock,
    SlaPolicy,
    SlaSegment,
    SlaStanding,
    SlaTarget,
)
from hub.models.queues import Queue, QueueMember
from hub.models.requests import IdempotentRequest
from hub.models.schedules import Schedule
from hub.models.skills import AgentCapacity, AgentSkill, CapacityPolicy, Skill, StateReason
from hub.models.timeline import Attachment, Message, Note, StatusEvent, TimelineItem
from hub.models.work import NEVER, Offer, RoutingDecision, WorkItem, WorkKind
from hub.models.writing import Signature, Template

__all__ = [
    "ACTIVE",
    "NEVER",
    "AgentCapacity",
    "AgentSkill",
    "AgentState",
    "ApiToken",
    "Attachment",
    "AwaitedReference",
    "Backtest",
    "CapacityPolicy",
    "Channel",
    "ChannelCursor",
    "ChannelThread",
    "ClockKind",
    "Contact",
    "Conversation",
    "ConversationLabel",
    "ConversationLink",
    "Counter",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryStatus",
    "EscalationFired",
    "EscalationStep",
    "Event",
    "EventCounter",
    "IdempotentRequest",
    "Identity",
    "InboundEnvelope",
    "Job",
    "Label",
    "Macro",
    "Membership",
    "Message",
    "Note",
    "Offer",
    "Organization",
    "Participant",
    "PolicyTest",
    "Priority",
    "Queue",
    "QueueMember",
    "ReadMark",
    "Role",
    "RoutingDecision",
    "Rule",
    "RuleRun",
    "Schedule",
    "Signature",
    "Skill",
    "SlaClock",
    "SlaPolicy",
    "SlaSegment",
    "SlaStanding",
    "SlaTarget",
    "Slowdown",
    "StateReason",
    "Status",
    "StatusEvent",
    "Team",
    "TeamMember",
    "Template",
    "TimelineItem",
    "User",
    "WorkItem",
    "WorkKind",
]
