"""Retry: a person decides to send again what failed or may not have arrived."""

from typing import Any

from hub.models import Delivery, DeliveryStatus
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import outbox
from inbox.change import as_id
from inbox.errors import Conflict, NotFound

_AGAIN = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED, DeliveryStatus.UNKNOWN})


def retry_delivery(viewer: Viewer, delivery_id: Any) -> Delivery:
    """Queue a failed, undelivered or unknown delivery again.

    Raises `Conflict` ("not-retryable") when it is on its way or has arrived, `NotFound`.
    """
    with unit():
        delivery = (
            Delivery.objects.within(viewer.organization)
            .select_for_update(of=("self",))
            .select_related("organization", "recipient", "message__item__conversation")
            .filter(pk=as_id(delivery_id))
            .first()
        )
        if delivery is None:
            raise NotFound("There is no such delivery.")
        if delivery.status not in _AGAIN:
            raise Conflict(f"This delivery is {delivery.status}.", slug="not-retryable")
        outbox.requeue(delivery)
        return delivery
