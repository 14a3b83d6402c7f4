"""Keeps what is said of a message that has not come or left yet, until the message is known.

Providers' webhooks overtake one another: a status comes before the call that sent the message returns, an
edit before the message. Only where it stands is kept: the envelope, which is understood again.
"""

from collections.abc import Collection

from hub import registry
from hub.jobs import enqueue
from hub.messages import Inbound, InboundDeletion, InboundEdit, InboundReaction, InboundStatus
from hub.models import Channel, InboundEnvelope
from inbox.models import EarlyNews

TAKE_UP = "inbox.take_up_early"
"""The job that takes up what came early about one message."""


def target_of(inbound: Inbound) -> str:
    """The provider's id of the message that it is about; "" when it is about none, or known otherwise."""
    match inbound:
        case InboundEdit() | InboundDeletion() | InboundReaction():
            return inbound.external_id[:255]
        case InboundStatus(delivery_id=""):
            return inbound.provider_id[:255]
    return ""


def keep(envelope: InboundEnvelope, position: int, target: str) -> bool:
    """Keep that the envelope's element at `position` waits for the message `target`; in a unit of work.

    Only on channels where messages are spoken of later; answers whether it was kept.
    """
    channel = envelope.channel
    if not target or not registry.connector(channel.kind).capabilities(channel.config).is_amended:
        return False
    EarlyNews.objects.within(channel.organization_id).get_or_create(
        envelope=envelope,
        position=position,
        defaults={"organization_id": channel.organization_id, "channel": channel, "target": target},
    )
    return True


def arrived(channel: Channel, provider_ids: Collection[str]) -> None:
    """Messages with these ids are known from now on: have what came early about them taken up."""
    if not registry.connector(channel.kind).capabilities(channel.config).is_amended:
        return
    rows = EarlyNews.objects.within(channel.organization_id)
    rows = rows.filter(channel=channel, target__in=[one[:255] for one in provider_ids])
    for target in rows.values_list("target", flat=True).distinct():
        payload = {"channel_id": str(channel.pk), "target": target}
        enqueue(TAKE_UP, payload, queue="receive", unique_key=f"{TAKE_UP}:{channel.pk}:{target}")
