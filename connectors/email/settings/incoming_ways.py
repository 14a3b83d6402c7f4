"""How mail for an address reaches this hub: what to tell the server or the DNS that has it today."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from connectors.email.sending.letterhead import public_host
from connectors.email.settings.presets import suggestion
from hub.channel_form import Paste
from hub.models import Channel

STANDARD_PORT = 25


def ways_in(channel: Channel) -> Iterator[Paste]:
    """For a channel that mail is forwarded to: the route for the mail server in front, or the MX record."""
    if channel.config.get("receive_by", "smtp") != "smtp" or not channel.address:
        return
    host, port = public_host(), settings.SMTP_PORT
    yield Paste(
        "text",
        "Deliver to",
        f"{host}:{port}",
        "Forwarding: let the mail server that has this address today hand its mail on to the hub.",
        detail="As a route or connector for this address that leaves the recipient as it is. Postfix, in"
        f" transport: {channel.address} smtp:[{host}]:{port}",
    )
    if not has_own_domain(channel.address) or not _is_name(host):
        return
    yield Paste(
        "dns",
        channel.address.rpartition("@")[2],
        f"10 {host}.",
        "Instead of forwarding: the hub takes all mail of the domain. Mail to other addresses is refused.",
        "MX",
        detail=""
        if port == STANDARD_PORT
        else f"Servers come by port {STANDARD_PORT}: lead it to port {port} of the hub.",
    )


def has_own_domain(address: str) -> bool:
    """Whether its owner can have records in the address's domain: not at a provider for everybody."""
    return suggestion(address) is None


def _is_name(host: str) -> bool:
    """Whether a record can lead to this host: an MX names no address (RFC 1035 §3.3.9)."""
    return "." in host and any(letter.isalpha() for letter in host) and ":" not in host
