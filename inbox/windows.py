"""Whether a conversation's customer may be answered on a channel now, and as what."""

from typing import Any

from hub import registry
from hub.clock import now
from hub.messages import Exchange, Window
from hub.models import Channel, Conversation, Identity, Message, TimelineItem
from inbox.payloads import moment


def window(channel: Channel, conversation: Conversation, identity: Identity | None = None) -> Window:
    """What the channel's connector says of an answer now; `identity` is who would get it."""
    last = _last(channel, conversation)
    known = identity or (last.item.author_identity if last else None)
    exchange = Exchange(
        at=now(),
        last_inbound_at=last.item.occurred_at if last else None,
        unsubscribed_at=known.unsubscribed_at if known else None,
        facts=last.facts if last else {},
    )
    return registry.connector(channel.kind).window(channel, exchange)


def _last(channel: Channel, conversation: Conversation) -> Message | None:
    """What the customer said last on the channel, in this conversation or in others of theirs."""
    rows = Message.objects.within(conversation.organization_id).filter(
        channel=channel,
        item__direction=TimelineItem.Direction.INBOUND,
        item__author_identity__contact=conversation.requester_id,
        is_automatic=False,
    )
    return rows.select_related("item__author_identity").order_by("-item__occurred_at").first()


def shape(found: Window) -> dict[str, Any]:
    """A window as it leaves the hub."""
    return {
        "mode": found.mode,
        "until": moment(found.until),
        "tags": list(found.tags),
        "reason": found.reason,
    }
