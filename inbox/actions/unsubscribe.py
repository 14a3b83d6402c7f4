"""Unsubscribe: a recipient wants no more automatic messages; what people write still reaches them."""

from uuid import UUID

from hub.clock import now
from hub.models import Delivery, Identity
from hub.transaction import unit


def unsubscribe(delivery_id: UUID) -> Identity | None:
    """Note it for the address to which this delivery went; None when there is no such delivery (any more).

    Twice is the same as once. One transaction.
    """
    with unit():
        rows = Delivery.objects.unscoped("a signed link names the delivery").select_related("recipient")
        delivery = rows.filter(pk=delivery_id).first()
        if delivery is None:
            return None
        identity = delivery.recipient
        if identity.unsubscribed_at is None:
            identity.unsubscribed_at = now()
            identity.save(update_fields=["unsubscribed_at"])
        return identity
