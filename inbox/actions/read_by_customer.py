"""Read by the customer: everything up to an instant has come, or was seen, on their side."""

from hub.messages import InboundRead
from hub.models import Channel, ChannelThread, Delivery, DeliveryStatus
from hub.transaction import unit
from inbox import outbox

_BEFORE = {
    DeliveryStatus.DELIVERED: [DeliveryStatus.SENT],
    DeliveryStatus.READ: [DeliveryStatus.SENT, DeliveryStatus.DELIVERED],
}


def read_by_customer(channel: Channel, read: InboundRead) -> int:
    """Mark deliveries of a provider's thread as delivered or read; answers how many changed."""
    with unit():
        thread = ChannelThread.objects.filter(channel=channel, key=read.thread_key).first()
        if thread is None:
            return 0
        seen = list(
            Delivery.objects.filter(
                channel=channel,
                message__item__conversation_id=thread.conversation_id,
                message__item__recorded_at__lte=read.until,
                status__in=_BEFORE[DeliveryStatus(read.status)],
            )
            .select_for_update(of=("self",))
            .select_related("organization", "recipient", "message__item__conversation")
        )
        for delivery in seen:
            delivery.status, delivery.updated_at = DeliveryStatus(read.status), read.until
            delivery.save(update_fields=["status", "updated_at"])
            outbox.announce(delivery)
        return len(seen)
