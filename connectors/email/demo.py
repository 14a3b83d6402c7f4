"""The demo mailbox of an organization."""

from __future__ import annotations

from typing import Any

from hub.models import Channel, Organization
from hub.transaction import unit


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The channel `support@SLUG.test`, made once, and what `demo.json` says of it."""
    address = f"support@{organization.slug}.test"
    with unit():
        channel = Channel.objects.filter(organization=organization, kind="email", address=address).first()
        if channel is None:
            channel = Channel(
                organization=organization, kind="email", name=f"{organization.name} Support", address=address
            )
            channel.save(force_insert=True)
    return channel, {"id": str(channel.pk), "address": address}
