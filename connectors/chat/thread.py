"""A visitor's conversation, as far as that visitor may see it: messages to and from this visitor alone."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from connectors.chat.models import IDENTITY_KIND, Visitor
from connectors.chat.parse import client_id_of
from hub.models import ChannelThread, Delivery, DeliveryStatus, ReadMark, TimelineItem
from media import attachments

HISTORY = 50
"""How many messages a browser gets that knows none yet."""

PAGE = 200
"""How many messages are read at once."""

Frame = dict[str, Any]


def conversation_of(visitor: Visitor) -> UUID | None:
    """The conversation that goes on in the visitor's thread; None before the first message."""
    return (
        ChannelThread.objects.within(visitor.organization_id)
        .filter(channel_id=visitor.channel_id, key=str(visitor.thread))
        .values_list("conversation_id", flat=True)
        .first()
    )


def after(visitor: Visitor, conversation_id: UUID, seq: int) -> list[Frame]:
    """The next page of messages after an item, oldest first."""
    rows = _visible(visitor, conversation_id).filter(seq__gt=seq).order_by("seq")[:PAGE]
    return [frame_of(visitor, row) for row in rows]


def newest(visitor: Visitor, conversation_id: UUID) -> list[Frame]:
    """The last messages, oldest first."""
    rows = _visible(visitor, conversation_id).order_by("-seq")[:HISTORY]
    return [frame_of(visitor, row) for row in reversed(rows)]


def read_seq(visitor: Visitor, conversation_id: UUID) -> int:
    """Up to which item somebody here has read the conversation; an answer counts as reading."""
    marks = ReadMark.objects.within(visitor.organization_id).filter(conversation_id=conversation_id)
    answers = _visible(visitor, conversation_id).filter(direction=TimelineItem.Direction.OUTBOUND)
    read = marks.aggregate(seq=Max("seq"))["seq"] or 0
    return max(read, answers.aggregate(seq=Max("seq"))["seq"] or 0)


def open_deliveries(visitor: Visitor, conversation_id: UUID, seq: int, status: str) -> Sequence[UUID]:
    """Deliveries of messages up to an item that have not reached `status` ("delivered" or "read") yet."""
    reached = {DeliveryStatus.READ, DeliveryStatus.CANCELED, DeliveryStatus(status)}
    return list(
        Delivery.objects.within(visitor.organization_id)
        .filter(
            channel_id=visitor.channel_id,
            recipient__kind=IDENTITY_KIND,
            recipient__value=str(visitor.thread),
            message__item__conversation_id=conversation_id,
            message__item__seq__lte=seq,
        )
        .exclude(status__in=reached)
        .order_by("message__item__seq")
        .values_list("pk", flat=True)
    )


def frame_of(visitor: Visitor, row: TimelineItem) -> Frame:
    """A message as the widget gets it."""
    message = row.message
    mine = row.direction == TimelineItem.Direction.INBOUND
    return {
        "type": "message",
        "id": str(row.pk),
        "seq": row.seq,
        "client_id": client_id_of(message.external_id or "") if mine else None,
        "direction": row.direction,
        "text": message.text,
        "author": {"name": _author(visitor, row)},
        "attachments": [_attachment(file) for file in row.attachments.all()],
        "at": row.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _visible(visitor: Visitor, conversation_id: UUID) -> QuerySet[TimelineItem]:
    """Messages of this channel that the visitor wrote or that were addressed to the visitor.

    Notes and events are other kinds, so they are out by the first condition; mails of the same
    conversation, and what other visitors wrote before a merge, by the others.
    """
    own = Q(direction=TimelineItem.Direction.INBOUND) & Q(
        author_identity__kind=IDENTITY_KIND, author_identity__value=str(visitor.thread)
    )
    sent = Q(direction=TimelineItem.Direction.OUTBOUND) & Q(
        message__deliveries__recipient__kind=IDENTITY_KIND,
        message__deliveries__recipient__value=str(visitor.thread),
    )
    return (
        TimelineItem.objects.within(visitor.organization_id)
        .filter(conversation_id=conversation_id, kind=TimelineItem.Kind.MESSAGE)
        .filter(own | sent, message__channel_id=visitor.channel_id)
        .exclude(message__deliveries__status=DeliveryStatus.CANCELED)
        .select_related("message", "author_user", "organization")
        .prefetch_related("attachments")
    )


def _author(visitor: Visitor, row: TimelineItem) -> str:
    if row.direction == TimelineItem.Direction.INBOUND:
        return visitor.name
    return str(row.author_user) if row.author_user else row.organization.name


def _attachment(file: Any) -> dict[str, Any]:
    return {
        "id": str(file.pk),
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "url": attachments.signed_url(file),
    }
