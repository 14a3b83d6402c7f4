"""The demo organizations' chat channels."""

from typing import Any

from django.utils.crypto import get_random_string

from connectors.chat.visitors import KIND
from hub.models import Channel, Organization

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The organization's widget, made on the first call, and what demo.json says of it.

    Pages on any loopback address may embed it; `config["demo"]` opens the demo shop.
    """
    channel = Channel.objects.within(organization).filter(kind=KIND, config__demo=True).first()
    if channel is None:
        channel = Channel(
            organization=organization,
            kind=KIND,
            name="Website chat",
            address=f"site_{get_random_string(24, _LETTERS)}",
            config={"allowed_origins": ["loopback"], "demo": True},
            secrets={"identity_secret": get_random_string(48)},  # type: ignore[misc]
        )
        channel.save()
    secret = channel.secrets["identity_secret"]
    return channel, {"id": str(channel.pk), "site_key": channel.address, "identity_secret": secret}


def shop_channel(slug: str) -> Channel | None:
    """The chat channel of a demo organization's shop; None where there is no demo data."""
    return (
        Channel.objects.unscoped("the demo shop is a public page")
        .filter(kind=KIND, organization__slug=slug, config__demo=True)
        .first()
    )
