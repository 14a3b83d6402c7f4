"""Consent: somebody wants no more messages on a channel, or wants them again."""

from hub.clock import now
from hub.messages import InboundConsent
from hub.models import Channel, Identity
from hub.transaction import unit
from inbox import contacts, reachability

DEFAULT_REASON = "They asked for no more messages."


def consent(channel: Channel, inbound: InboundConsent) -> Identity:
    """Note it for the address; where the channel's window obeys it, nobody writes there any more.

    Twice is the same as once. One transaction.
    """
    with unit():
        identity = contacts.identify(channel.organization_id, inbound.sender)
        if inbound.allowed:
            identity.unsubscribed_at = None
            identity.save(update_fields=["unsubscribed_at"])
            reachability.revive(identity)
        elif identity.unsubscribed_at is None:
            identity.unsubscribed_at = now()
            identity.save(update_fields=["unsubscribed_at"])
            reachability.give_up(identity, inbound.detail or DEFAULT_REASON)
        return identity
