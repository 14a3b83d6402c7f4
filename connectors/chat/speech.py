"""What a visitor does, written down: says something, was shown an answer, has looked at it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from django.db import DatabaseError, IntegrityError

from connectors.chat import parse, thread, visitors
from connectors.chat.models import Visitor
from connectors.chat.protocol import Message, Refusal, checked_text
from hub.clock import now
from hub.messages import InboundStatus
from hub.models import Channel, InboundEnvelope, TimelineItem
from hub.transaction import unit
from inbox import actions

log = structlog.get_logger("connectors.chat")


class NotWelcome(Exception):
    """The visitor was revoked, or the channel switched off, after the socket had opened."""


def say(channel: Channel, visitor: Visitor, message: Message) -> TimelineItem:
    """Keep a visitor's message: envelope and item in one transaction, so that an answer means kept.

    The same `client_id` again answers the same item. Raises `Refusal` for what cannot be taken, now
    or at all, and `NotWelcome`.
    """
    text = checked_text(message)
    try:
        return _say_once_more(channel, visitor, message.client_id, text)
    except DatabaseError as error:
        log.warning("message_not_taken", channel=str(channel.pk), error=type(error).__name__)
        raise Refusal(
            "unavailable", "The message could not be stored just now.", message.client_id
        ) from error


def _say_once_more(channel: Channel, visitor: Visitor, client_id: str, text: str) -> TimelineItem:
    try:
        return _say(channel, visitor, client_id, text, now())
    except IntegrityError:
        return _say(channel, visitor, client_id, text, now())  # Two sockets of one browser sent it at once.


def _say(channel: Channel, visitor: Visitor, client_id: str, text: str, at: datetime) -> TimelineItem:
    with unit():
        if not visitors.is_welcome(visitor):
            raise NotWelcome
        envelope = _envelope(channel, parse.external_id(visitor.pk, client_id))
        if envelope is None:
            envelope = InboundEnvelope(
                organization_id=channel.organization_id,
                channel=channel,
                dedupe_key=parse.external_id(visitor.pk, client_id),
                raw=parse.envelope(visitor, client_id, text, at),
                received_at=at,
                processed_at=at,
                state=InboundEnvelope.State.PROCESSED,
            )
            envelope.save(force_insert=True)
        return actions.receive(channel, parse.message(bytes(envelope.raw)), envelope=envelope)


def _envelope(channel: Channel, key: str) -> InboundEnvelope | None:
    return InboundEnvelope.objects.filter(channel=channel, dedupe_key=key).first()


def taken(channel: Channel, visitor: Visitor, conversation_id: UUID, seq: int) -> None:
    """The visitor's browser has been shown everything up to an item."""
    if seq > visitor.taken_seq:
        with unit():
            _mark(visitor, taken_seq=seq)
            _settle(channel, visitor, conversation_id, seq, "delivered")


def seen(channel: Channel, visitor: Visitor, conversation_id: UUID, seq: int) -> None:
    """The visitor has looked at everything up to an item; what was never shown cannot be seen."""
    seq = min(seq, visitor.taken_seq)
    if seq > visitor.seen_seq:
        with unit():
            _mark(visitor, seen_seq=seq)
            _settle(channel, visitor, conversation_id, seq, "read")


def _mark(visitor: Visitor, **marks: int) -> None:
    """Raise a mark of the visitor's, here and in the database; another tab may be further."""
    for name, seq in marks.items():
        setattr(visitor, name, seq)
        behind = Visitor.objects.within(visitor.organization_id).filter(pk=visitor.pk, **{f"{name}__lt": seq})
        behind.update(**{name: seq})


def _settle(
    channel: Channel, visitor: Visitor, conversation_id: UUID, seq: int, status: Literal["delivered", "read"]
) -> None:
    for delivery_id in thread.open_deliveries(visitor, conversation_id, seq, status):
        told = InboundStatus(status=status, delivery_id=str(delivery_id), occurred_at=now())
        actions.track(channel, told)
