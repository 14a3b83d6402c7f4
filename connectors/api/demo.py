"""The demo organizations' generic channels."""

from secrets import token_hex, token_urlsafe
from typing import Any

from django.conf import settings

from connectors.api.parse import KIND
from hub.models import Channel, Organization


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The organization's channel, made on the first call, and what demo.json says of it."""
    channel = Channel.objects.within(organization).filter(kind=KIND, config__demo=True).first()
    if channel is None:
        channel = Channel(
            organization=organization,
            kind=KIND,
            name="Shop system",
            config={
                "demo": True,
                "scope": token_hex(4),
                "typing": True,
                "edit": True,
                "delete": True,
                "react": True,
            },
            secrets={"token": token_urlsafe(32)},  # type: ignore[misc]
        )
        channel.save()
    token = str(channel.secrets["token"])
    url = f"{settings.PUBLIC_URL}/hooks/{KIND}/{channel.pk}/messages"
    return channel, {"id": str(channel.pk), "token": token, "webhook_url": url}
