"""Mailboxes on other servers: which channels fetch from one, and by which protocol."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from connectors.email.fetching import imap_listener, pop3_listener
from hub.connector import Batch, Cursors, NotSupported
from hub.models import Channel
from hub.stopping import Stopping

_PROTOCOLS = ("imap", "pop3")


def listening_key(channel: Channel) -> str:
    """What a connection to the mailbox depends on; empty for a channel whose mail comes by SMTP.

    New tokens are no reason to connect again, a new permission is.
    """
    protocol = channel.config.get("receive_by")
    if protocol not in _PROTOCOLS:
        return ""
    config = {key: value for key, value in channel.config.items() if key.startswith(f"{protocol}_")}
    common = [channel.config.get(key) for key in ("sign_in", "oauth_tenant", "import_since_days")]
    oauth = channel.secrets.get("oauth") or {}
    secrets = [channel.secrets.get(f"{protocol}_password"), oauth.get("client_id"), oauth.get("granted_at")]
    facts = json.dumps([protocol, channel.address, config, common, secrets], sort_keys=True, default=str)
    return hashlib.sha256(facts.encode()).hexdigest()


def listen(channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
    """Fetch from the channel's mailbox until told to stop."""
    match channel.config.get("receive_by"):
        case "imap":
            return imap_listener.listen(channel, cursors, stopping)
        case "pop3":
            return pop3_listener.listen(channel, cursors, stopping)
    raise NotSupported("mail for this channel comes by SMTP")
