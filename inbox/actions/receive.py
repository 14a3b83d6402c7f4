"""Receive: what a person outside said becomes an item of a conversation."""

from collections.abc import Sequence
from typing import Any

from hub.messages import InboundMessage
from hub.models import Channel, InboundEnvelope, Message, Organization, TimelineItem
from hub.prepared import Prepared
from hub.transaction import unit
from inbox import early_news
from inbox.actions.arrival import Arrival, Place, StoredFile
from inbox.actions.intake import Intake
from inbox.actions.own_echoes import own_echoes

__all__ = ["Arrival", "StoredFile", "receive", "receive_all"]


def receive(
    channel: Channel,
    inbound: InboundMessage,
    *,
    envelope: InboundEnvelope | None = None,
    files: Sequence[StoredFile] = (),
) -> TimelineItem:
    """Put an inbound message where it belongs, and tell everyone. One transaction.

    The same `external_id` on the same channel again changes nothing and answers the item of
    the first time, so an envelope can be processed any number of times.
    """
    return receive_all([Arrival(channel, inbound, envelope, files)])[0]


def receive_all(arrivals: Sequence[Arrival]) -> list[TimelineItem]:
    """`receive` for several, in their order: the number of statements hardly grows with their number."""
    by_organization: dict[Any, list[Arrival]] = {}
    for arrival in arrivals:
        by_organization.setdefault(arrival.channel.organization_id, []).append(arrival)
    items: dict[Place, TimelineItem] = {}
    with unit():
        for own in by_organization.values():
            items |= _receive(own[0].channel.organization, own)
    return [items[arrival.place] for arrival in arrivals]


def _receive(organization: Organization, arrivals: Sequence[Arrival]) -> dict[Place, TimelineItem]:
    items = _known(organization, arrivals)
    items |= own_echoes([arrival for arrival in arrivals if arrival.place not in items])
    new: dict[Place, Arrival] = {}
    for arrival in arrivals:
        if arrival.place not in items:
            new.setdefault(arrival.place, arrival)
    if new:
        items |= Intake(organization, list(new.values())).take_in()
        _tell_of_early_news(list(new.values()))
    return items


def _tell_of_early_news(arrivals: Sequence[Arrival]) -> None:
    by_channel: dict[Channel, list[str]] = {}
    for arrival in arrivals:
        by_channel.setdefault(arrival.channel, []).append(arrival.inbound.external_id)
    for channel, external_ids in by_channel.items():
        early_news.arrived(channel, external_ids)


def _known(organization: Organization, arrivals: Sequence[Arrival]) -> dict[Place, TimelineItem]:
    """The items of those that came before."""
    channels = {arrival.channel.pk for arrival in arrivals}
    messages = _messages(organization.pk, channels, {arrival.place[1] for arrival in arrivals})
    return {(message.channel_id, str(message.external_id)): message.item for message in messages}


_messages = Prepared[Message](
    lambda organization_id, channel_ids, external_ids: (
        Message.objects.within(organization_id)
        .filter(channel_id__in=channel_ids, external_id__in=external_ids)
        .select_related("item")
        .only("channel", "external_id", "item")
    )
)
