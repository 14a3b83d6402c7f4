"""The demo organizations' numbers."""

from secrets import token_hex, token_urlsafe
from typing import Any

from django.conf import settings

from connectors.whatsapp.people import KIND
from hub.models import Channel, Organization


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The organization's number, made on the first call, and what demo.json says of it."""
    base = 10**14 + int(organization.pk.hex[-10:], 16)
    address = str(base)
    channel = Channel.objects.within(organization).filter(kind=KIND, address=address).first()
    if channel is None:
        channel = Channel(
            organization=organization,
            kind=KIND,
            name="WhatsApp",
            address=address,
            config={"demo": True, "waba_id": str(base + 10**14)},
            secrets={  # type: ignore[misc]
                "access_token": f"EAA{token_urlsafe(40)}",
                "app_secret": token_hex(16),
                "verify_token": token_urlsafe(24),
            },
        )
        channel.save()
    return channel, {
        "id": str(channel.pk),
        "phone_number_id": channel.address,
        "waba_id": str(channel.config["waba_id"]),
        "webhook_url": f"{settings.PUBLIC_URL}/hooks/{KIND}/{channel.pk}/",
        **{name: str(channel.secrets[name]) for name in ("access_token", "app_secret", "verify_token")},
    }
