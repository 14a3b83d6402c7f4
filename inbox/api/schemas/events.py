"""What each event carries under `data`: one shape a name, out of the shapes that the API answers with."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.settings import Signature, Template
from inbox.api.schemas.shapes import (
    Agent,
    Channel,
    ChannelRef,
    Contact,
    ConversationState,
    Delivery,
    Item,
    Offer,
    Work,
)


class ConversationChanged(Shape):
    """The conversation as it is now, and the counters that moved, with their new values.

    `item` is the timeline's own line about it, where there is one.
    """

    conversation_id: str
    conversation: ConversationState
    counters: dict[str, int] = Field(default_factory=dict)
    item: Item | None = None


class MovedItem(Shape):
    """Where an item is now."""

    id: str
    conversation_id: str
    seq: int


class TimelinesChanged(ConversationChanged):
    """Items went from one timeline to another: `moved` says where they are, `lines` stand in their places."""

    moved: list[MovedItem] = Field(default_factory=list)
    lines: list[Item] = Field(default_factory=list)


class MessageChanged(Shape):
    """A message as it is now, in its conversation as it is now."""

    conversation_id: str
    message: Item
    conversation: ConversationState
    counters: dict[str, int] = Field(default_factory=dict)


class NoteCreated(Shape):
    """A note that an agent wrote."""

    conversation_id: str
    note: Item
    conversation: ConversationState
    counters: dict[str, int] = Field(default_factory=dict)


class DeliveryUpdated(Shape):
    """Where a message to one recipient stands now."""

    conversation_id: str
    message_id: str
    delivery: Delivery


class AgentStateChanged(Shape):
    """What a colleague says of their state now."""

    agent: Agent


class OfferChanged(Shape):
    """Work was put before an agent, or that ended; `offer.reason` says how."""

    conversation_id: str
    offer: Offer


class WorkChanged(Shape):
    """Where a conversation's work, or that of a call in it, stands now."""

    conversation_id: str
    work: Work


class PromiseTold(ConversationChanged):
    """A clock will probably be late, is late, or was kept: `clock` is its kind, `about` what it is about.

    A warning because of a prediction says how likely, and why.
    """

    clock: str
    clock_id: str | None
    about: str
    started_at: str
    ended_at: str | None
    probability: float | None = None
    reason: str = ""


class SettingChanged(Shape):
    """A setting was made, changed or removed; fetch it afresh. `agent_skills` and `agent_capacity` go by
    the agent's id, `routing` by the organization's."""

    noun: Literal[
        "queue",
        "skill",
        "agent_skills",
        "agent_capacity",
        "capacity_policy",
        "state_reason",
        "routing",
        "schedule",
        "sla_policy",
        "rule",
        "macro",
        "policy_test",
    ]
    id: str
    is_removed: bool


class ContactUpdated(Shape):
    """A person outside as they are known now."""

    contact: Contact


class ChannelHealth(ChannelRef):
    """A channel and how it is."""

    state: str
    health: dict[str, object]


class ChannelHealthChanged(Shape):
    """A channel fails, needs an administrator, or is well again."""

    channel: ChannelHealth


class ChannelUpdated(Shape):
    """A channel as it is set up now."""

    channel: Channel


class SignatureChanged(Shape):
    """A signature as it is now, or as it was."""

    signature: Signature


class TemplateChanged(Shape):
    """A template as it is now, or as it was."""

    template: Template


class QuarantinedEnvelope(Shape):
    """What came in and could not be understood."""

    id: str
    channel_id: str
    error: str


class EnvelopeQuarantined(Shape):
    """Something that came in could not be understood; it is kept raw and waits for a person."""

    envelope: QuarantinedEnvelope


EVENTS: Mapping[str, tuple[type[Shape], str]] = {
    "conversation.created": (ConversationChanged, "A conversation began."),
    "conversation.updated": (ConversationChanged, "Fields of a conversation changed."),
    "conversation.assigned": (ConversationChanged, "A conversation went to an agent or team, or back."),
    "conversation.status_changed": (ConversationChanged, "A conversation has another status."),
    "conversation.merged": (TimelinesChanged, "A conversation became part of another."),
    "conversation.split": (TimelinesChanged, "A part of a conversation became one of its own."),
    "message.created": (MessageChanged, "Somebody said something, in or out."),
    "message.updated": (MessageChanged, "A message changed, or somebody put an emoji on it."),
    "message.deleted": (MessageChanged, "A message was taken back by whoever wrote it."),
    "note.created": (NoteCreated, "An agent wrote a note."),
    "delivery.updated": (DeliveryUpdated, "A message got further on its way, or failed."),
    "agent.state_changed": (AgentStateChanged, "A colleague has another state."),
    "offer.created": (OfferChanged, "Work was put before an agent."),
    "offer.updated": (OfferChanged, "An offer was accepted, declined, missed or taken back."),
    "work.updated": (WorkChanged, "Work waits, was begun, rests, or is over."),
    "sla.warning": (PromiseTold, "A promise will soon be due, or will probably be broken."),
    "sla.breached": (PromiseTold, "A promise was broken."),
    "sla.met": (PromiseTold, "A promise was kept."),
    "settings.updated": (SettingChanged, "A setting was made, changed or removed."),
    "contact.updated": (ContactUpdated, "What is known of a contact changed."),
    "channel.health_changed": (ChannelHealthChanged, "A channel fails, or is well again."),
    "channel.updated": (ChannelUpdated, "A channel was set up, changed or switched off."),
    "channel.created": (ChannelUpdated, "A channel is being set up."),
    "channel.removed": (ChannelUpdated, "A channel was removed, or archived with its conversations."),
    "signature.updated": (SignatureChanged, "A signature was written."),
    "signature.removed": (SignatureChanged, "A signature was taken away."),
    "template.created": (TemplateChanged, "Agents can insert another text."),
    "template.updated": (TemplateChanged, "A text that agents insert changed."),
    "template.removed": (TemplateChanged, "A text that agents insert was deleted."),
    "envelope.quarantined": (EnvelopeQuarantined, "Something that came in could not be understood."),
}
"""Every event by name: the shape of its `data`, and what it means."""
