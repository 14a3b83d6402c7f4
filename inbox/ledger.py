"""The message ledger: what came in raw, what was made of it, and every try to send an answer."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length

from hub import registry
from hub.connector import NotSupported
from hub.models import Delivery, InboundEnvelope, Message
from hub.viewer import Viewer
from inbox import outgoing, payloads
from inbox.errors import NotFound
from inbox.paging import LIMIT, Order, page
from inbox.payloads import Shape, moment
from inbox.queries import one

_NEWEST = Order("received", "received_at", is_descending=True)


def _envelopes(viewer: Viewer) -> QuerySet[InboundEnvelope]:
    rows = InboundEnvelope.objects.within(viewer.organization).select_related("channel")
    return rows.defer("raw", "channel__secrets").annotate(size=Length("raw"))


def envelopes(
    viewer: Viewer, state: str, limit: int = LIMIT, cursor: str = ""
) -> tuple[list[InboundEnvelope], str | None]:
    """A page of envelopes in this state, newest first, without their bytes. Raises `Invalid`."""
    return page([_envelopes(viewer).filter(state=state)], _NEWEST, limit, cursor)


def envelope(viewer: Viewer, envelope_id: Any) -> InboundEnvelope:
    """One envelope without its bytes, `size` of them; raises `NotFound`."""
    return one(_envelopes(viewer), envelope_id, "envelope")


def message(viewer: Viewer, message_id: Any) -> Message:
    """One message with its item and its channel; raises `NotFound`."""
    rows = Message.objects.within(viewer.organization).select_related("item", "channel", "item__author_user")
    return one(rows, message_id, "message")


def original(viewer: Viewer, message_id: Any) -> bytes:
    """The bytes of a message as they came in, or as they go out to its first recipient.

    Raises `NotFound` where the channel knows none.
    """
    row = message(viewer, message_id)
    raw = _raw(viewer, row)
    if raw is not None:
        return raw
    deliveries = Delivery.objects.within(viewer.organization).filter(message=row)
    delivery = deliveries.select_related("channel", "recipient__contact").order_by("created_at", "id").first()
    if delivery is None:
        raise NotFound("Nothing original is kept of this message.")
    try:
        return registry.connector(row.channel.kind).written(row.channel, outgoing.outbound(delivery, 1))
    except (NotSupported, registry.UnknownKind, FileNotFoundError):
        raise NotFound("Nothing original is kept of this message.") from None


def _raw(viewer: Viewer, row: Message) -> bytes | None:
    rows = InboundEnvelope.objects.within(viewer.organization)
    found = rows.filter(pk=row.envelope_id).only("raw").first() if row.envelope_id else None
    return bytes(found.raw) if found else None


def headers(viewer: Viewer, message_id: Any) -> Shape:
    """The head of a message and its way, as the connector reads them; raises `NotFound`."""
    row = message(viewer, message_id)
    raw = original(viewer, message_id)
    found = registry.connector(row.channel.kind).inspect(raw)
    return {
        "headers": [{"name": name, "value": value} for name, value in found.headers],
        "hops": [
            {
                "by": hop.by,
                "sender": hop.sender,
                "protocol": hop.protocol,
                "at": moment(hop.at),
                "delay": hop.delay,
            }
            for hop in found.hops
        ],
        "authentication": row.facts.get("authentication"),
    }


def trace(viewer: Viewer, message_id: Any) -> Shape:
    """All that is known of a message's way, as steps in the order of time; raises `NotFound`."""
    row = message(viewer, message_id)
    came = envelope(viewer, row.envelope_id) if row.envelope_id else None
    sent = list(
        Delivery.objects.within(viewer.organization)
        .filter(message=row)
        .select_related("recipient", "channel")
        .prefetch_related("attempts")
        .order_by("created_at", "id")
    )
    steps = [
        *(_inbound(came) if came else ()),
        *_kept(row),
        *(step for way in sent for step in _outbound(way)),
    ]
    return {
        "message_id": str(row.pk),
        "conversation_id": str(row.item.conversation_id),
        "direction": row.item.direction,
        "envelope": envelope_shape(came) if came else None,
        "steps": sorted(steps, key=lambda step: step["at"]),
        "deliveries": [delivery_shape(way) for way in sent],
    }


def _step(at: Any, name: str, detail: str, **data: Any) -> Shape:
    return {"at": moment(at), "step": name, "detail": detail, "data": data}


def _inbound(came: InboundEnvelope) -> list[Shape]:
    steps = [
        _step(
            came.received_at,
            "received",
            f"{came.channel.name} took {came.size} bytes and kept them before it said so.",  # type: ignore[attr-defined]
            envelope_id=str(came.pk),
            dedupe_key=came.dedupe_key,
        )
    ]
    if came.processed_at:
        detail = came.error or "Its content was understood."
        steps.append(_step(came.processed_at, "parsed", detail, state=came.state, attempts=came.attempts))
    return steps


def _kept(row: Message) -> list[Shape]:
    at = row.item.recorded_at
    reasons = [
        _step(at, str(found.get("about", "decided")), str(found.get("reason", ""))) for found in row.decisions
    ]
    author = f"by {row.item.author_user}" if row.item.author_user else f"from {row.channel.name}"
    return [
        *reasons,
        _step(at, "recorded", f"Item {row.item.seq} of the timeline, {author}.", seq=row.item.seq),
    ]


def _outbound(way: Delivery) -> list[Shape]:
    who = {"delivery_id": str(way.pk), "recipient": str(way.recipient)}
    steps = [_step(way.created_at, "queued", f"To {way.recipient} by {way.channel.name}.", **who)]
    for attempt in way.attempts.all():
        outcome = attempt.outcome or "running"
        detail = attempt.detail or f"Attempt {attempt.number}: {outcome}."
        steps.append(_step(attempt.started_at, "attempt", detail, outcome=outcome, code=attempt.code, **who))
    detail = way.detail or f"It is {way.status}."
    return [
        *steps,
        _step(way.updated_at, "status", detail, status=way.status, provider_id=way.provider_id, **who),
    ]


def delivery_shape(way: Delivery) -> Shape:
    """A delivery with each of its attempts."""
    attempts = sorted(way.attempts.all(), key=lambda attempt: attempt.number)
    return payloads.delivery(way) | {
        "attempts": [
            {
                "number": attempt.number,
                "started_at": moment(attempt.started_at),
                "ended_at": moment(attempt.ended_at),
                "outcome": attempt.outcome,
                "code": attempt.code,
                "detail": attempt.detail,
            }
            for attempt in attempts
        ]
    }


def envelope_shape(row: InboundEnvelope) -> Shape:
    """An envelope without its bytes; `row` comes from `envelope` or `envelopes`."""
    return {
        "id": str(row.pk),
        "channel": payloads.channel_ref(row.channel),
        "state": row.state,
        "received_at": moment(row.received_at),
        "processed_at": moment(row.processed_at),
        "attempts": row.attempts,
        "error": row.error,
        "size": row.size,  # type: ignore[attr-defined]
    }
