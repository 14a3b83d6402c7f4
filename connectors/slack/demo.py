"""The demo organizations' apps."""

from secrets import token_hex
from typing import Any

from connectors.slack.form import request_url
from connectors.slack.places import KIND, address_value, ids_of
from hub.models import Channel, Organization


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The organization's app, made on the first call, and what demo.json says of it."""
    number = organization.pk.hex[-8:].upper()
    address = address_value(f"T{number}", f"A{number}")
    channel = Channel.objects.within(organization).filter(kind=KIND, address=address).first()
    if channel is None:
        channel = Channel(
            organization=organization,
            kind=KIND,
            name="Slack",
            address=address,
            config={
                "demo": True,
                "receive_by": "events",
                "install_by": "token",
                "bot_user_id": f"U{number}",
            },
            secrets={"bot_token": f"xoxb-{token_hex(24)}", "signing_secret": token_hex(16)},  # type: ignore[misc]
        )
        channel.save()
    team, app = ids_of(channel.address)
    return channel, {
        "id": str(channel.pk),
        "webhook_url": request_url(channel),
        "signing_secret": str(channel.secrets["signing_secret"]),
        "bot_token": str(channel.secrets["bot_token"]),
        "team_id": team,
        "app_id": app,
        "bot_user_id": str(channel.config["bot_user_id"]),
    }
