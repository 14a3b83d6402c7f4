"""Finds the message that a provider speaks of: what came by its own id, what we sent by the one we got."""

from hub.models import Channel, Delivery, Message


def find(channel: Channel, provider_id: str) -> Message | None:
    """The message that the channel's provider calls by this id, its item and conversation loaded."""
    if not provider_id:
        return None
    rows = Message.objects.within(channel.organization_id).select_related("item__conversation", "channel")
    return rows.filter(channel=channel, external_id=provider_id[:255]).first() or _sent(channel, provider_id)


def _sent(channel: Channel, provider_id: str) -> Message | None:
    deliveries = Delivery.objects.within(channel.organization_id).filter(channel=channel)
    # SQLite takes the index of these ids only when the query says, too, that none is empty.
    deliveries = deliveries.exclude(provider_id="").filter(provider_id=provider_id[:255])
    found = deliveries.select_related("message__item__conversation", "message__channel").first()
    return found.message if found else None
