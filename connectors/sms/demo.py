"""The demo organizations' numbers."""

from secrets import token_hex
from typing import Any

from connectors.sms.places import KIND, PROVIDER, callback_url, status_url
from hub import providers
from hub.models import Channel, Organization
from hub.transaction import unit


def demo_channel(organization: Organization) -> tuple[Channel, dict[str, Any]]:
    """The organization's number, made on the first call, and what demo.json says of it."""
    with unit():
        channel = Channel.objects.within(organization).filter(kind=KIND, name="SMS").first()
        if channel is None:
            number = organization.pk.int % 10_000_000
            channel = Channel(
                organization=organization,
                kind=KIND,
                name="SMS",
                address=f"+1555{number:07}",
                config={
                    "demo": True,
                    "account_sid": f"AC{organization.pk.hex}",
                    "mms": True,
                    # The account does not exist: only a stand-in for the provider may be asked about it.
                    "asks_for_missed": providers.is_moved(PROVIDER),
                },
                secrets={"auth_token": token_hex(16)},  # type: ignore[misc]
            )
            channel.save(force_insert=True)
    return channel, {
        "id": str(channel.pk),
        "number": channel.address,
        "account_sid": str(channel.config["account_sid"]),
        "auth_token": str(channel.secrets["auth_token"]),
        "webhook_url": callback_url(channel),
        "status_url": status_url(channel),
    }
