"""Recognises what a provider repeats of our own messages, so that nothing is shown twice."""

from collections.abc import Sequence
from datetime import timedelta

from hub.clock import now
from hub.messages import InboundStatus
from hub.models import Delivery, DeliveryStatus, TimelineItem
from inbox.actions.arrival import Arrival, Place
from inbox.actions.track import track

_DOUBTED = timedelta(hours=1)
"""For so long an echo with the same words tells what became of a message whose sending was interrupted."""


class TooEarly(Exception):
    """An echo may be of a message that is just being sent: who sent it is known in a moment."""


def own_echoes(arrivals: Sequence[Arrival]) -> dict[Place, TimelineItem]:
    """The items of those echoes that the hub itself sent; their deliveries learn the provider's id.

    Called in a unit of work. Raises `TooEarly` while nobody can know.
    """
    echoes = [arrival for arrival in arrivals if arrival.inbound.echo and not arrival.is_history]
    found = ((arrival, _delivery(arrival)) for arrival in echoes)
    return {arrival.place: delivery.message.item for arrival, delivery in found if delivery is not None}


def _delivery(arrival: Arrival) -> Delivery | None:
    channel, inbound = arrival.channel, arrival.inbound
    rows = Delivery.objects.within(channel.organization_id).filter(channel=channel)
    rows = rows.select_related("message__item")
    # SQLite takes the index of these ids only when the query says, too, that none is empty.
    known = rows.exclude(provider_id="").filter(provider_id=inbound.external_id[:255]).first()
    if known is not None:
        return known
    if inbound.delivery_id:
        status = InboundStatus("sent", inbound.delivery_id, inbound.external_id, occurred_at=inbound.sent_at)
        return track(channel, status)
    to_them = rows.filter(recipient__value__in=[party.value for party in inbound.to])
    if to_them.filter(status=DeliveryStatus.SENDING).exists():
        raise TooEarly
    doubted = to_them.filter(status=DeliveryStatus.UNKNOWN, updated_at__gt=now() - _DOUBTED, provider_id="")
    same = doubted.filter(message__text=inbound.text).order_by("created_at").first()
    if same is None:
        return None
    return track(channel, InboundStatus("sent", str(same.pk), inbound.external_id))
