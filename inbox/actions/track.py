"""Track: what a provider says later of a delivery; it only climbs."""

from hub.messages import InboundStatus
from hub.models import Channel, Delivery
from hub.transaction import unit
from inbox import outbox
from inbox.change import as_id
from inbox.errors import NotFound


def track(channel: Channel, status: InboundStatus) -> Delivery | None:
    """Note a provider's status; answers the delivery, None when it is not one of this channel's.

    Repeated, late and out-of-order statuses change nothing. One transaction.
    """
    with unit():
        delivery = _find(channel, status)
        if delivery is None or outbox.RANK[status.status] <= outbox.RANK[delivery.status]:
            return delivery
        delivery.status = status.status
        delivery.code, delivery.detail = status.code[:60], status.detail[:500]
        if status.provider_id and not delivery.provider_id:
            delivery.provider_id = status.provider_id[:255]
        delivery.updated_at = status.occurred_at or delivery.updated_at
        delivery.save()
        outbox.announce(delivery)
        return delivery


def _find(channel: Channel, status: InboundStatus) -> Delivery | None:
    deliveries = Delivery.objects.filter(channel=channel).select_for_update(of=("self",))
    deliveries = deliveries.select_related("organization", "recipient", "message__item__conversation")
    if status.delivery_id:
        try:
            return deliveries.filter(pk=as_id(status.delivery_id)).first()
        except NotFound:
            return None
    if status.provider_id:
        return deliveries.filter(provider_id=status.provider_id).first()
    return None
