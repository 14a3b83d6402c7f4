"""Track: what a provider says later of a delivery; it only climbs."""

from hub.messages import InboundStatus
from hub.models import Channel, Delivery, DeliveryStatus, Status
from hub.transaction import unit
from inbox import outbox, payloads, reachability
from inbox.change import Change, as_id, lock
from inbox.errors import NotFound

_WAITING_ELSEWHERE = (Status.PENDING, Status.SNOOZED, Status.RESOLVED)


def track(channel: Channel, status: InboundStatus) -> Delivery | None:
    """Note a provider's status; answers the delivery, None when it is not one of this channel's.

    Repeated, late and out-of-order statuses change nothing. A message that did not arrive is a line in
    its timeline and opens its conversation again; a dead or unwilling address is marked. One transaction.
    """
    with unit():
        delivery = _find(channel, status)
        if delivery is None:
            return None
        is_doubted = (status.address_is_dead or status.complaint) and reachability.give_up(
            delivery.recipient, reachability.COMPLAINED if status.complaint else _reason(status)
        )
        is_news = outbox.RANK[status.status] > outbox.RANK[delivery.status]
        if is_news:
            _climb(delivery, status)
        if is_doubted or (is_news and status.status in (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)):
            report(delivery, status.code, status.detail, is_complaint=status.complaint)
        return delivery


def report(delivery: Delivery, code: str, detail: str, *, is_complaint: bool = False) -> None:
    """Put a line into the timeline that says that a message did not arrive, and have somebody look at it.

    A lost automatic message is a line alone. Called in a unit of work.
    """
    item = delivery.message.item
    change = Change(lock(delivery.organization, item.conversation_id), None)
    line = change.record(
        "complaint" if is_complaint else "delivery_failed",
        {
            "item_id": str(item.pk),
            "delivery_id": str(delivery.pk),
            "recipient": str(delivery.recipient),
            "code": code,
            "detail": detail[:500],
            "is_unreachable": delivery.recipient.unreachable_since is not None,
        },
    )
    change.announce("conversation.updated", item=payloads.item(line))
    before = change.conversation.status
    if before in _WAITING_ELSEWHERE and not delivery.message.is_automatic and not is_complaint:
        change.set_status(Status.OPEN)
        opened = change.record("status_changed", {"from": before, "to": Status.OPEN, "by": "bounce"})
        change.announce("conversation.status_changed", item=payloads.item(opened))
    change.finish()


def _climb(delivery: Delivery, status: InboundStatus) -> None:
    delivery.status = status.status
    delivery.code, delivery.detail = status.code[:60], status.detail[:500]
    if status.provider_id and not delivery.provider_id:
        delivery.provider_id = status.provider_id[:255]
    delivery.updated_at = status.occurred_at or delivery.updated_at
    delivery.save()
    outbox.announce(delivery)


def _reason(status: InboundStatus) -> str:
    return status.detail or f"A mail server said {status.code or 'that it does not exist'}."


def _find(channel: Channel, status: InboundStatus) -> Delivery | None:
    deliveries = Delivery.objects.filter(channel=channel).select_for_update(of=("self",))
    deliveries = deliveries.select_related("organization", "recipient", "message__item__conversation")
    if status.delivery_id:
        try:
            return deliveries.filter(pk=as_id(status.delivery_id)).first()
        except NotFound:
            return None
    if status.provider_id:
        # SQLite takes the index of these ids only when the query says, too, that none is empty.
        return deliveries.exclude(provider_id="").filter(provider_id=status.provider_id).first()
    return None
