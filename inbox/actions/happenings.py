"""What channels tell beside messages, each to the action that takes it up."""

from hub.messages import (
    Inbound,
    InboundConsent,
    InboundDeletion,
    InboundEdit,
    InboundHealth,
    InboundReaction,
    InboundRead,
    InboundStatus,
    InboundTyping,
)
from hub.models import Channel
from inbox.actions.amending import delete, edit
from inbox.actions.channel_health import channel_health
from inbox.actions.consent import consent
from inbox.actions.customer_typing import customer_typing
from inbox.actions.reactions import react
from inbox.actions.read_by_customer import read_by_customer
from inbox.actions.track import track


def happen(channel: Channel, inbound: Inbound) -> bool:
    """Take it up; False when the message that it is about is not known (yet). In a unit of work."""
    match inbound:
        case InboundStatus():
            return track(channel, inbound) is not None
        case InboundEdit():
            return edit(channel, inbound) is not None
        case InboundDeletion():
            return delete(channel, inbound) is not None
        case InboundReaction():
            return react(channel, inbound) is not None
        case InboundRead():
            read_by_customer(channel, inbound)
        case InboundTyping():
            customer_typing(channel, inbound)
        case InboundConsent():
            consent(channel, inbound)
        case InboundHealth():
            channel_health(
                str(channel.pk),
                ok=inbound.ok,
                code=inbound.code,
                detail=inbound.detail,
                needs_reconnect=inbound.needs_reconnect,
            )
    return True
