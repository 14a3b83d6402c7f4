"""How far channels were read: committed together with what was read."""

from collections.abc import Mapping
from typing import Any

from hub.clock import now
from hub.connector import Batch, accept_all
from hub.models.channels import Channel, ChannelCursor
from hub.transaction import unit


def cursor(channel: Channel, name: str) -> Mapping[str, Any]:
    """The committed cursor of this name; empty when there is none yet."""
    row = ChannelCursor.objects.within(channel.organization_id).filter(channel=channel, name=name).first()
    return row.value if row else {}


def keep(channel: Channel, batch: Batch) -> int:
    """Commit a batch and its cursor, both or neither; how many of its items were new.

    Raises `StorageUnavailable` when the database cannot take it.
    """
    following = dict(batch.cursor)
    if not batch.items and following == cursor(channel, batch.name):
        return 0
    with unit():
        accepted = accept_all([(channel, item) for item in batch.items])
        ChannelCursor.objects.within(channel.organization_id).update_or_create(
            channel=channel,
            name=batch.name,
            defaults={"value": following, "updated_at": now()},
            create_defaults={
                "organization_id": channel.organization_id,
                "value": following,
                "updated_at": now(),
            },
        )
    return sum(not envelope.duplicate for envelope in accepted)
