"""A fetched mail as an envelope: what makes it unique, and what the mailbox tells of its way."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from connectors.email.reading.charsets import storable
from hub.connector import Polled
from hub.models import Channel

HEAD_BYTES = 64 * 1024

_HEADER = re.compile(
    rb"^(return-path|delivered-to|x-original-to|envelope-to|from)[ \t]*:"
    rb"[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(rb"<([^<>\s]*)>|([^\s<>,;\"]+@[^\s<>,;\"]+)")


def envelope(
    channel: Channel, raw: bytes, source: str, received_at: datetime | None = None, fault: str = ""
) -> Polled:
    """The envelope of a mail that was fetched from a mailbox.

    `source` names the place in words ("imap INBOX 17 4711"). A mail that came whole is known by its content,
    by whatever way it comes again; one with a `fault`, of which `raw` is the head at most, by its place.
    """
    head = re.split(rb"\r?\n\r?\n", raw[:HEAD_BYTES], maxsplit=1)[0]
    way = _way(head)
    headers: dict[str, Any] = {
        "address": channel.address.lower(),
        "recipients": way["recipients"],
        "source": storable(source),
    }
    if way["return_path"] is not None:
        headers["sender"] = way["return_path"]
    if received_at is not None:
        headers["received_at"] = received_at.isoformat()
    if fault:
        headers["unfetched"] = storable(fault)
    key = hashlib.sha256(source.encode() if fault else raw).hexdigest()
    lane = hashlib.sha256(way["author"].lower().encode("utf-8", "replace")).hexdigest()[:16]
    return Polled(raw, f"unfetched:{key}" if fault else f"sha256:{key}", headers, lane)


def _way(head: bytes) -> dict[str, Any]:
    """Envelope sender and recipients, as the server that put the mail into the mailbox wrote them on top."""
    return_path: str | None = None
    author = ""
    recipients: list[str] = []
    for name, value in _HEADER.findall(head):
        found = _ADDRESS.search(value)
        address = storable((found[1] or found[2] or b"").decode("utf-8", "replace")) if found else ""
        match name.lower():
            case b"return-path" if return_path is None and found:
                return_path = address
            case b"from" if not author:
                author = address
            case b"delivered-to" | b"x-original-to" | b"envelope-to" if address:
                recipients.append(address[:320])
    return {
        "return_path": return_path[:320] if return_path is not None else None,
        "author": author or return_path or "",
        "recipients": list(dict.fromkeys(recipients))[:50],
    }
