"""Channels as they leave the hub."""

import dataclasses
import uuid
from collections.abc import Iterable
from typing import Any

from hub import registry
from hub.models import Channel
from hub.prepared import Prepared
from inbox.payloads.moments import Shape, id_of, moment


def channel_ref(channel: Channel) -> Shape:
    """A channel as conversations and items name it."""
    return {"id": str(channel.pk), "kind": channel.kind, "name": channel.name, "address": channel.address}


def channel(row: Channel) -> Shape:
    """A channel as settings and the composer need it; secrets never leave."""
    connector = registry.connectors().get(row.kind)
    return channel_ref(row) | {
        "state": row.state,
        "health": row.health,
        "queue_id": id_of(row.queue_id),
        "capabilities": dataclasses.asdict(connector.capabilities(row.config)) if connector else {},
        "archived_at": moment(row.archived_at),
    }


def channel_refs(organization_id: Any, ids: Iterable[Any]) -> dict[str, Shape]:
    """References of these channels by id, in one query."""
    wanted = [uuid.UUID(str(key)) for key in set(ids)]
    found = _channels(organization_id, wanted) if wanted else ()
    return {str(channel.pk): channel_ref(channel) for channel in found}


_channels = Prepared[Channel](
    lambda organization_id, ids: (
        Channel.objects.within(organization_id).filter(pk__in=ids).only("kind", "name", "address")
    )
)
