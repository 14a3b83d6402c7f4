"""Rehearses an arrival: a message comes in by the same code as every other, and nothing of it is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from hub.clock import held_at
from hub.messages import InboundMessage, Party
from hub.models import Channel, Conversation, ConversationLabel, Organization, RuleRun, SlaClock, WorkItem
from hub.transaction import rehearsal
from inbox.actions.receive import receive
from inbox.actions.recipients import identity_kind


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A message that might come: from whom, on which channel, and when (aware)."""

    channel: Channel
    at: datetime
    address: str
    name: str = ""
    locale: str = ""
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: where the conversation went, which rules acted, and when what is due.

    `due` are the live clocks by name; `rules` are the names of those that acted, in their order.
    """

    status: str
    priority: str
    queue_id: str | None
    team_id: str | None
    assignee_id: str | None
    labels: list[str]
    due: dict[str, datetime]
    policy: str = ""
    rules: list[str] = field(default_factory=list)
    work: dict[str, Any] | None = None


def rehearse(message: Rehearsed, prepare: Callable[[], None] = lambda: None) -> Outcome:
    """Let the message come in at its moment, in a transaction of which nothing is kept.

    `prepare` may change settings first; they are undone with the rest. No event is logged, no job enqueued,
    nothing sent.
    """
    with held_at(message.at), rehearsal():
        prepare()
        item = receive(message.channel, inbound(message))
        return outcome(message.channel.organization, item.conversation)


def inbound(message: Rehearsed) -> InboundMessage:
    """The message as its connector would hand it over; it begins a conversation of its own."""
    kind = identity_kind(message.channel)
    return InboundMessage(
        external_id=(key := uuid4().hex),
        thread_key=key,
        sender=Party(kind, message.address, name=message.name, locale=message.locale),
        subject=message.subject,
        text=message.text,
        sent_at=message.at,
        to=(Party(message.channel.kind, message.channel.address),),
    )


def outcome(organization: Organization, conversation: Conversation) -> Outcome:
    """How a conversation stands, with its promises, and what rules made of it."""
    conversation = Conversation.objects.within(organization).get(pk=conversation.pk)
    clocks = SlaClock.objects.within(organization).filter(conversation=conversation, due_at__isnull=False)
    clocks = clocks.select_related("policy").order_by("due_at")
    runs = RuleRun.objects.within(organization).filter(conversation=conversation, has_acted=True)
    labels = ConversationLabel.objects.within(organization).filter(conversation=conversation)
    work = WorkItem.objects.within(organization).filter(conversation=conversation, is_over=False).first()
    return Outcome(
        status=conversation.status,
        priority=conversation.priority,
        queue_id=_text(conversation.queue_id),
        team_id=_text(conversation.team_id),
        assignee_id=_text(conversation.assignee_id),
        labels=sorted(labels.values_list("label__name", flat=True)),
        due={clock.clock: clock.due_at for clock in clocks if clock.due_at is not None},
        policy=next((clock.policy.name for clock in clocks if clock.policy is not None), ""),
        rules=list(runs.order_by("rule__position").values_list("rule__name", flat=True)),
        work=_work(work),
    )


def _work(work: WorkItem | None) -> dict[str, Any] | None:
    if work is None:
        return None
    return {"state": work.state, "kind": work.kind, "requirements": work.requirements}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
