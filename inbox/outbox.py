"""The outbox: hands queued deliveries to their providers, never blindly twice.

`sending` and the attempt are committed before the provider is called. Whatever interrupts
the call leaves a delivery that says so: idempotent transports try again with the same id,
the others ask the provider what became of it, and where that gives no answer the delivery is
`unknown` and waits for a person.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog

from hub import registry, tokens
from hub.clock import now
from hub.connector import Connector
from hub.jobs import Retry, RunningJob
from hub.jobs import enqueue as enqueue_job
from hub.messages import ErrorClass, OutboundFile, OutboundMessage, Party, Receipt, SendError
from hub.models import (
    Channel,
    ChannelThread,
    Conversation,
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    Identity,
    Message,
)
from hub.transaction import unit
from inbox import payloads
from inbox.threading import references_of
from media import attachments
from realtime import events

log = structlog.get_logger(__name__)

DELIVER = "inbox.deliver"
"""The job that hands one delivery to its provider."""

MAX_ATTEMPTS = 12
_HOLD_SECONDS = 60.0
_LONGEST_PAUSE = timedelta(hours=4)


def enqueue(delivery: Delivery, conversation: Conversation, pause: timedelta = timedelta(0)) -> None:
    """Have a delivery sent once the open unit of work has committed, or a pause after that.

    A recipient gets the messages of a conversation in their order.
    """
    enqueue_job(
        DELIVER,
        {"delivery_id": str(delivery.pk)},
        queue="send",
        lane=f"{conversation.pk}:{delivery.recipient_id}",
        delay=pause.total_seconds(),
    )


def requeue(delivery: Delivery) -> None:
    """Send a delivery once more because a person said so."""
    _set(delivery, DeliveryStatus.QUEUED)
    enqueue(delivery, delivery.message.item.conversation)


def deliver(job: RunningJob, delivery_id: str) -> None:
    """Hand a delivery to its provider: exactly one call, its outcome committed with the job's end."""
    delivery = _begin(job, delivery_id)
    if delivery is None:
        return
    connector = registry.connector(delivery.channel.kind)
    try:
        receipt = _hand_over(connector, delivery, job.attempt)
    except SendError as error:
        _failed(job, delivery, error)
    else:
        _sent(job, delivery, receipt)


def _begin(job: RunningJob, delivery_id: str) -> Delivery | None:
    """Mark the delivery as being sent, or end the job when there is nothing to send."""
    with unit():
        delivery = _locked(delivery_id)
        if delivery is None or delivery.status not in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING):
            job.finish()
            return None
        if delivery.channel.state == Channel.State.NEEDS_RECONNECT:
            raise Retry(_HOLD_SECONDS, "the channel waits for an administrator", counts=False)
        if delivery.status == DeliveryStatus.SENDING and not _may_repeat(delivery):
            _settle(job, delivery, "interrupted", "The hub stopped while this was being sent.")
            return None
        job.confirm()
        number = delivery.attempts.count() + 1
        DeliveryAttempt(
            organization_id=delivery.organization_id, delivery=delivery, number=number, started_at=now()
        ).save(force_insert=True)
        _set(delivery, DeliveryStatus.SENDING)
    return delivery


def _locked(delivery_id: Any) -> Delivery | None:
    return (
        Delivery.objects.unscoped("the worker's own job names the row")
        .select_for_update(of=("self",))
        .select_related(
            "organization",
            "channel",
            "recipient__contact",
            "message__item__conversation",
            "message__item__author_user",
        )
        .filter(pk=delivery_id)
        .first()
    )


def _may_repeat(delivery: Delivery) -> bool:
    connector = registry.connector(delivery.channel.kind)
    return connector.capabilities(delivery.channel.config).idempotent_send


def _settle(job: RunningJob, delivery: Delivery, code: str, detail: str) -> None:
    """An outcome nobody knows: ask the provider; without an answer a person decides."""
    connector = registry.connector(delivery.channel.kind)
    receipt = connector.reconcile(delivery.channel, outbound(delivery, job.attempt))
    _end_attempt(delivery, "sent" if receipt else "unknown", code, detail)
    if receipt is not None:
        _record(delivery, receipt)
    else:
        _set(delivery, DeliveryStatus.UNKNOWN, code=code, detail=f"{detail} It may have arrived.")
    job.finish()


def _hand_over(connector: Connector, delivery: Delivery, attempt: int) -> Receipt:
    try:
        return connector.send(delivery.channel, outbound(delivery, attempt))
    except SendError:
        raise
    except Exception as error:  # The edge to a provider's SDK: anything may come out of it.
        raise connector.classify(error) from error


def _sent(job: RunningJob, delivery: Delivery, receipt: Receipt) -> None:
    with unit():
        fresh = _locked(delivery.pk)
        assert fresh is not None
        _end_attempt(fresh, "sent", "", receipt.detail)
        _record(fresh, receipt)
        job.finish()


def _record(delivery: Delivery, receipt: Receipt) -> None:
    """Keep what the provider said; a status that was faster than the call's answer stays."""
    message = delivery.message
    if receipt.reference and not message.reference:
        message.reference = receipt.reference[:998]
        message.save(update_fields=["reference"])
    delivery.provider_id = receipt.provider_id[:255]
    delivery.via = receipt.via[:60]
    status = receipt.status if RANK[receipt.status] > RANK[delivery.status] else delivery.status
    _set(delivery, status, code="", detail=receipt.detail)


def _failed(job: RunningJob, delivery: Delivery, error: SendError) -> None:
    with unit():
        fresh = _locked(delivery.pk)
        assert fresh is not None
        pause = _pause(fresh, error)
        if error.uncertain and not _may_repeat(fresh):
            _settle(job, fresh, error.code, error.detail)
            return
        _end_attempt(fresh, error.error_class, error.code, error.detail)
        if error.error_class == ErrorClass.RECONNECT:
            _hold(fresh.channel, error)
        if pause is None:
            _set(fresh, DeliveryStatus.FAILED, code=error.code, detail=error.detail)
        else:
            _set(fresh, DeliveryStatus.QUEUED, code=error.code, detail=error.detail, pause=pause)
            enqueue(fresh, fresh.message.item.conversation, pause)
        job.finish()
    log.warning(
        "delivery.failed",
        delivery=str(delivery.pk),
        channel=str(delivery.channel_id),
        code=error.code,
        error_class=str(error.error_class),
        again_in=pause.total_seconds() if pause else None,
    )


def _pause(delivery: Delivery, error: SendError) -> timedelta | None:
    """How long to wait before the next try; None when trying again is of no use."""
    if error.error_class == ErrorClass.RECONNECT:
        return timedelta(seconds=_HOLD_SECONDS)
    if error.error_class not in (ErrorClass.RETRY, ErrorClass.THROTTLED):
        return None
    tried = delivery.attempts.count()
    if tried >= MAX_ATTEMPTS:
        return None
    if error.retry_after is not None:
        return timedelta(seconds=error.retry_after)
    return min(timedelta(seconds=5 * 3 ** (tried - 1)), _LONGEST_PAUSE)


def _hold(channel: Channel, error: SendError) -> None:
    """Stop sending on a channel whose sign-in fails; what waits is held, not failed."""
    channel.state = Channel.State.NEEDS_RECONNECT
    channel.health = {"ok": False, "code": error.code, "detail": error.detail, "at": payloads.moment(now())}
    channel.save(update_fields=["state", "health"])
    events.append(
        channel.organization,
        "channel.health_changed",
        {"channel": payloads.channel_ref(channel) | {"state": channel.state, "health": channel.health}},
    )


def _end_attempt(delivery: Delivery, outcome: str, code: str, detail: str) -> None:
    newest = delivery.attempts.order_by("-number").first()
    if newest is not None:
        newest.ended_at, newest.outcome = now(), outcome[:16]
        newest.code, newest.detail = code[:60], detail[:500]
        newest.save(update_fields=["ended_at", "outcome", "code", "detail"])


RANK: dict[str, int] = {
    DeliveryStatus.QUEUED: 0,
    DeliveryStatus.SENDING: 1,
    DeliveryStatus.UNKNOWN: 2,
    DeliveryStatus.SENT: 3,
    DeliveryStatus.FAILED: 4,
    DeliveryStatus.UNDELIVERED: 4,
    DeliveryStatus.DELIVERED: 5,
    DeliveryStatus.READ: 6,
    DeliveryStatus.CANCELED: 7,
}
"""Statuses only climb; what a late or repeated callback says of a lower rank is ignored."""


def _set(
    delivery: Delivery, status: str, *, code: str = "", detail: str = "", pause: timedelta | None = None
) -> None:
    """Save a delivery's status and tell everyone who sees the conversation."""
    delivery.status = status
    delivery.code, delivery.detail = code[:60], detail[:500]
    delivery.next_attempt_at = now() + pause if pause else None
    delivery.updated_at = now()
    delivery.save()
    announce(delivery)


def announce(delivery: Delivery) -> None:
    """Append `delivery.updated` to the log."""
    item = delivery.message.item
    events.append(
        delivery.organization,
        "delivery.updated",
        {
            "conversation_id": str(item.conversation_id),
            "message_id": str(item.pk),
            "delivery": payloads.delivery(delivery),
        },
        conversation=item.conversation,
    )


def outbound(delivery: Delivery, attempt: int) -> OutboundMessage:
    """All that a connector needs to send this delivery."""
    message, channel = delivery.message, delivery.channel
    conversation = message.item.conversation
    earlier = [ref for ref in references_of(conversation, channel) if ref != message.reference]
    thread = ChannelThread.objects.filter(conversation=conversation, channel=channel).order_by("-id").first()
    return OutboundMessage(
        delivery_id=str(delivery.pk),
        item_id=str(message.pk),
        conversation_id=str(conversation.pk),
        attempt=attempt,
        recipient=_party(delivery.recipient),
        text=message.text,
        html=message.html,
        subject=message.subject,
        sender_name=str(message.item.author_user or ""),
        to=tuple(_listed(message.to, delivery.recipient.kind)),
        cc=tuple(_listed(message.cc, delivery.recipient.kind)),
        files=tuple(_files(message)),
        in_reply_to=_answered(message, earlier),
        references=tuple(earlier),
        reply_token=tokens.sign_id(tokens.REPLY, conversation.pk),
        thread_key=thread.key if thread else "",
        client_id=message.client_id or "",
        created_at=message.item.recorded_at,
        automatic=message.is_automatic,
    )


def _answered(message: Message, earlier: list[str]) -> str:
    """The reference that this message answers: the chosen one, else the newest."""
    if message.reply_to is not None and message.reply_to.reference:
        return message.reply_to.reference
    return earlier[-1] if earlier else ""


def _party(identity: Identity) -> Party:
    return Party(
        kind=identity.kind, value=identity.value, name=identity.contact.name, display=identity.display
    )


def _listed(addresses: list[dict[str, str]], kind: str) -> Iterator[Party]:
    for entry in addresses:
        yield Party(kind=kind, value=entry["address"], name=entry.get("name", ""), display=entry["address"])


def _files(message: Message) -> Iterator[OutboundFile]:
    for file in message.item.attachments.order_by("position", "id"):
        yield OutboundFile(
            file.filename, file.content_type, attachments.read(file), file.content_id, file.is_inline
        )
