"""Takes up what was said of messages before they came or left; see `inbox.early_news`."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from hub import registry
from hub.clock import now
from hub.models import Delivery, Message
from hub.transaction import unit
from inbox.actions.happenings import happen
from inbox.models import EarlyNews

KEPT = timedelta(days=30)
_BATCH = 200


def take_up(channel_id: UUID | str, target: str) -> None:
    """Do what came early about a message, in the order in which it came. One transaction."""
    with unit():
        rows = EarlyNews.objects.unscoped("the worker's own job names the channel").select_for_update(
            of=("self",)
        )
        rows = rows.filter(channel_id=channel_id, target=target)
        for row in rows.select_related("envelope__channel__organization").order_by("created_at", "position"):
            envelope = row.envelope
            channel = envelope.channel
            found = registry.connector(channel.kind).parse(
                bytes(envelope.raw), envelope.headers, channel.config
            )
            if row.position >= len(found) or happen(channel, found[row.position]):
                row.delete()


def sweep() -> None:
    """Take up what was missed because both came at the same moment, and forget what waits in vain."""
    rows = EarlyNews.objects.unscoped("the clock strikes for every organization")
    rows.filter(created_at__lt=now() - KEPT).delete()
    came = Message.objects.unscoped("as above").filter(
        channel=OuterRef("channel"), external_id=OuterRef("target")
    )
    left = Delivery.objects.unscoped("as above").exclude(provider_id="")
    left = left.filter(channel=OuterRef("channel"), provider_id=OuterRef("target"))
    for channel_id, target in rows.filter(Exists(came) | Exists(left)).values_list("channel_id", "target")[
        :_BATCH
    ]:
        take_up(channel_id, target)
