"""Retry and cancel: a person decides about what failed, waits, or may not have arrived."""

from typing import Any

from hub.models import Delivery, DeliveryStatus
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import outbox
from inbox.change import as_id
from inbox.errors import Conflict, NotFound

_AGAIN = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED, DeliveryStatus.UNKNOWN})


def retry_delivery(viewer: Viewer, delivery_id: Any) -> Delivery:
    """Queue a failed, undelivered or unknown delivery again, or send now one that waits for its next try.

    Raises `Conflict` ("not-retryable") when it is on its way or has arrived, `NotFound`.
    """
    with unit():
        delivery = _locked(viewer, delivery_id)
        waits = delivery.status == DeliveryStatus.QUEUED and delivery.next_attempt_at is not None
        if delivery.status not in _AGAIN and not waits:
            raise Conflict(f"This delivery is {delivery.status}.", slug="not-retryable")
        outbox.requeue(delivery)
        return delivery


def cancel_delivery(viewer: Viewer, delivery_id: Any) -> Delivery:
    """Give up a delivery that has not left yet.

    Raises `Conflict` ("not-cancelable") when it is being sent or was sent, `NotFound`.
    """
    with unit():
        delivery = _locked(viewer, delivery_id)
        if delivery.status != DeliveryStatus.QUEUED:
            raise Conflict(f"This delivery is {delivery.status}.", slug="not-cancelable")
        outbox.cancel(delivery)
        return delivery


def _locked(viewer: Viewer, delivery_id: Any) -> Delivery:
    delivery = (
        Delivery.objects.within(viewer.organization)
        .select_for_update(of=("self",))
        .select_related("organization", "recipient", "message__item__conversation")
        .filter(pk=as_id(delivery_id))
        .first()
    )
    if delivery is None:
        raise NotFound("There is no such delivery.")
    return delivery
