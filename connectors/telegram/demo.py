"""The demo organizations' bots."""

from secrets import token_urlsafe
from typing import Any

from django.conf import settings

from connectors.telegram.parse import KIND
from hub.models import Channel, Organization


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The organization's bot, made on the first call, and what demo.json says of it."""
    address = f"@{organization.slug}_demo_bot"
    channel = Channel.objects.within(organization).filter(kind=KIND, address=address).first()
    if channel is None:
        number = int(organization.pk.hex[:8], 16)
        channel = Channel(
            organization=organization,
            kind=KIND,
            name="Telegram",
            address=address,
            config={"demo": True, "receive_by": "webhook"},
            secrets={  # type: ignore[misc]
                "bot_token": f"{number}:{token_urlsafe(26)}",
                "webhook_secret": token_urlsafe(32),
            },
        )
        channel.save()
    url = f"{settings.PUBLIC_URL}/hooks/{KIND}/{channel.pk}/"
    secret = str(channel.secrets["webhook_secret"])
    return channel, {
        "id": str(channel.pk),
        "webhook_url": url,
        "secret_token": secret,
        "bot_token": str(channel.secrets["bot_token"]),
    }
