"""Channels."""

from typing import Any

from inbox.api.schemas.kinds import Shape


class ChannelRef(Shape):
    id: str
    kind: str
    name: str
    address: str


class Channel(ChannelRef):
    """A channel with its state, and what it can do."""

    state: str
    health: dict[str, Any]
    capabilities: dict[str, Any]
    queue_id: str | None
