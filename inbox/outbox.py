"""The outbox: hands queued deliveries to their providers, never blindly twice.

`sending` and the attempt are committed before the provider is called. Whatever interrupts
the call leaves a delivery that says so: idempotent transports try again with the same id,
the others ask the provider what became of it, and where that gives no answer the delivery is
`unknown` and waits for a person. What a provider does not take yet is tried again for as long as
its connector has patience; `pacing` says when, and how many go to one place at once.
"""

from datetime import timedelta
from typing import Any, NamedTuple

import structlog

from hub import registry
from hub.clock import now
from hub.connector import Connector
from hub.jobs import Retry, RunningJob
from hub.jobs import enqueue as enqueue_job
from hub.messages import ErrorClass, OutboundMessage, Receipt, SendError
from hub.models import (
    Channel,
    Conversation,
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
)
from hub.transaction import unit
from inbox import early_news, pacing, payloads, reachability
from inbox.outgoing import outbound
from realtime import events

log = structlog.get_logger(__name__)

_UNWANTED = "The recipient asked for no automatic messages."

DELIVER = "inbox.deliver"
"""The job that hands one delivery to its provider."""

_HOLD_SECONDS = 60.0
_LONG = timedelta(seconds=60)
"""Who waits longer does not hold up what is said later to the same recipient, and says so on screen."""


def enqueue(delivery: Delivery, conversation: Conversation, hold: timedelta = timedelta(0)) -> None:
    """Have a delivery sent once the open unit of work has committed, or a while after that.

    A recipient gets the messages of a conversation in their order, unless one has to wait for long.
    """
    lane = _lane(delivery, conversation)
    payload = {"delivery_id": str(delivery.pk)}
    enqueue_job(DELIVER, payload, queue="send", lane=lane, delay=hold.total_seconds())


def _enqueue_again(delivery: Delivery, pause: timedelta = timedelta(0)) -> None:
    """Have a delivery tried again after a pause; the earlier one wins where it waits already."""
    is_long = pause > _LONG
    enqueue_job(
        DELIVER,
        {"delivery_id": str(delivery.pk)},
        queue="send",
        lane=None if is_long else _lane(delivery, delivery.message.item.conversation),
        unique_key=f"{DELIVER}:{delivery.pk}",
        delay=pause.total_seconds(),
    )


def _lane(delivery: Delivery, conversation: Conversation) -> str:
    return f"{conversation.pk}:{delivery.recipient_id}"


def requeue(delivery: Delivery) -> None:
    """Send a delivery now because a person said so: once more, or without waiting any longer."""
    delivery.failing_since = None
    _set(delivery, DeliveryStatus.QUEUED)
    _enqueue_again(delivery)


def cancel(delivery: Delivery) -> None:
    """Give up a delivery that has not left, because a person said so."""
    _set(delivery, DeliveryStatus.CANCELED)


def deliver(job: RunningJob, delivery_id: str) -> None:
    """Hand a delivery to its provider: exactly one call, its outcome committed with the job's end."""
    departure = _begin(job, delivery_id)
    if departure is None:
        return
    delivery = departure.delivery
    connector = registry.connector(delivery.channel.kind)
    message = outbound(delivery, job.attempt)
    try:
        receipt = _hand_over(connector, delivery, message)
    except SendError as error:
        _failed(job, delivery, error)
    else:
        _sent(job, departure, message, receipt)


class _Departure(NamedTuple):
    """A delivery that is marked as being sent, and which of its destinations were slowed down lately."""

    delivery: Delivery
    was_slow: tuple[str, ...]


def _begin(job: RunningJob, delivery_id: str) -> _Departure | None:
    """Mark the delivery as being sent, or end the job when there is nothing to send now."""
    with unit():
        delivery = _locked(delivery_id)
        if delivery is None or delivery.status not in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING):
            job.finish()
            return None
        if _is_held(delivery.channel):
            raise Retry(_HOLD_SECONDS, "the channel waits for an administrator", counts=False)
        if delivery.status == DeliveryStatus.SENDING and not _may_repeat(delivery):
            _settle(job, delivery, "interrupted", "The hub stopped while this was being sent.")
            return None
        if delivery.message.is_automatic and delivery.recipient.unsubscribed_at is not None:
            _set(delivery, DeliveryStatus.CANCELED, code="unsubscribed", detail=_UNWANTED)
            job.finish()
            return None
        verdict = _verdict(delivery)
        if verdict.wait:
            _wait(job, delivery, verdict)
            return None
        job.confirm()
        number = delivery.attempts.count() + 1
        DeliveryAttempt(
            organization_id=delivery.organization_id, delivery=delivery, number=number, started_at=now()
        ).save(force_insert=True)
        _set(delivery, DeliveryStatus.SENDING)
    return _Departure(delivery, verdict.was_slow)


def _verdict(delivery: Delivery) -> pacing.Verdict:
    """Whether there is room at its destinations, the narrowest of which it remembers."""
    connector = registry.connector(delivery.channel.kind)
    destinations = connector.destinations(delivery.channel, delivery.recipient.value)
    delivery.destination = list(destinations)[-1][:300] if destinations else ""
    return pacing.may_go(delivery, destinations)


def _wait(job: RunningJob, delivery: Delivery, verdict: pacing.Verdict) -> None:
    """Have it wait: for moments in its job, for longer in a new one that is seen on screen."""
    pause = timedelta(seconds=verdict.wait)
    if pause <= _LONG:
        raise Retry(verdict.wait, "too many are on their way to the same place", counts=False)
    place = verdict.slowed.split()[-1] if verdict.slowed else ""
    detail = (
        f"{place} does not take more at present."
        if place
        else "Many go to the same place; it waits its turn."
    )
    _set(delivery, DeliveryStatus.QUEUED, code="waiting", detail=detail, pause=pause)
    _enqueue_again(delivery, pause)
    job.finish()


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


def _hand_over(connector: Connector, delivery: Delivery, message: OutboundMessage) -> Receipt:
    try:
        return connector.send(delivery.channel, message)
    except SendError:
        raise
    except Exception as error:  # The edge to a provider's SDK: anything may come out of it.
        raise connector.classify(error) from error


def _sent(job: RunningJob, departure: _Departure, message: OutboundMessage, receipt: Receipt) -> None:
    with unit():
        fresh = _locked(departure.delivery.pk)
        assert fresh is not None
        _end_attempt(fresh, "sent", "", receipt.detail)
        _record(fresh, receipt)
        pacing.speed_up(departure.was_slow)
        registry.connector(fresh.channel.kind).sent(fresh.channel, message, receipt)
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
    if receipt.provider_id:
        early_news.arrived(delivery.channel, [receipt.provider_id])


def _failed(job: RunningJob, delivery: Delivery, error: SendError) -> None:
    with unit():
        fresh = _locked(delivery.pk)
        assert fresh is not None
        if error.uncertain and not _may_repeat(fresh):
            _settle(job, fresh, error.code, error.detail)
            return
        _end_attempt(fresh, error.error_class, error.code, error.detail)
        if error.error_class == ErrorClass.RECONNECT:
            _hold(fresh.channel, error)
        pause = _pause(fresh, error)
        if pause is None:
            if error.error_class == ErrorClass.RECIPIENT:
                reachability.give_up(fresh.recipient, error.detail)
            _set(fresh, DeliveryStatus.FAILED, code=error.code, detail=error.detail)
        else:
            _set(fresh, DeliveryStatus.QUEUED, code=error.code, detail=error.detail, pause=pause)
            _enqueue_again(fresh, pause)
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
    pause = _slowdown(delivery, error)
    failures = _failures(delivery)
    if error.retry_after is not None:
        pause = max(pause, timedelta(seconds=error.retry_after))
    else:
        pause = max(pause, pacing.pause_after(failures))
    assert delivery.failing_since is not None
    patience = registry.connector(delivery.channel.kind).patience
    return pause if now() + pause - delivery.failing_since <= patience else None


def _slowdown(delivery: Delivery, error: SendError) -> timedelta:
    """Have the destination left alone that cannot take more; for how long."""
    is_throttled = error.error_class == ErrorClass.THROTTLED
    destination = error.destination or (delivery.destination if is_throttled else "")
    return pacing.slow_down(destination, error.retry_after) if destination else timedelta(0)


def _failures(delivery: Delivery) -> int:
    """How often it failed since somebody last had it sent, this time included."""
    newest = delivery.attempts.order_by("-number").first()
    if delivery.failing_since is None:
        delivery.failing_since = newest.started_at if newest else now()
    return max(1, delivery.attempts.filter(started_at__gte=delivery.failing_since).count())


def _is_held(channel: Channel) -> bool:
    """Whether sending waits for an administrator; that receiving does is no reason."""
    return channel.state == Channel.State.NEEDS_RECONNECT and channel.health.get("by") != "receiving"


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
    if RANK[status] >= RANK[DeliveryStatus.SENT]:
        delivery.failing_since = None
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
