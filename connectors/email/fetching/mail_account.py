"""Where a mailbox is and how we sign in to it, read from a channel's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Protocol = Literal["imap", "pop3", "smtp"]

PORTS: dict[tuple[str, str], int] = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("pop3", "tls"): 995,
    ("pop3", "starttls"): 110,
    ("pop3", "none"): 110,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 25,
}
"""The usual port of each protocol and kind of security (RFC 8314, RFC 3501, RFC 1939)."""


@dataclass(frozen=True, slots=True)
class MailAccount:
    """One account on a mail server. With `token` the sign-in is by OAuth 2, else by `password`."""

    protocol: Protocol
    host: str
    port: int
    security: str
    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """The server as people write it."""
        return f"{self.host}:{self.port}"


def account_of(
    protocol: Protocol,
    config: Mapping[str, Any],
    secrets: Mapping[str, Any],
    *,
    token: str = "",
    address: str = "",
) -> MailAccount:
    """The account that a channel's `config` and `secrets` name for a protocol.

    `token` is a fresh access token, for a channel that signs in by Google or Microsoft. Without a user's name
    `address` is it. Raises `ValueError` without a host.
    """
    host = str(config.get(f"{protocol}_host") or "").strip()
    if not host:
        raise ValueError(f"No {protocol.upper()} server is set.")
    security = str(config.get(f"{protocol}_security") or "tls")
    # Outgoing mail goes by the account of the incoming one, unless it has its own.
    incoming = str(config.get("receive_by") or "") if protocol == "smtp" else protocol
    port = int(config.get(f"{protocol}_port") or 0) or PORTS.get((protocol, security), 0)
    return MailAccount(
        protocol=protocol,
        host=host,
        port=port,
        security=security,
        user=str(config.get(f"{protocol}_user") or config.get(f"{incoming}_user") or address),
        password=str(secrets.get(f"{protocol}_password") or secrets.get(f"{incoming}_password") or ""),
        token=token,
    )
