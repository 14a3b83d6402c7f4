"""Short-lived signed links to files, which work without signing in."""

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from hub.clock import now

WINDOW = 600
"""A link lives for one to two windows of this many seconds. Within a window it stays the same,
so that a browser fetches a picture once however often the timeline is asked for."""

_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine token says: which attachment, and until when (Unix seconds)."""

    attachment_id: uuid.UUID
    expires: int

    @property
    def seconds_left(self) -> int:
        """How long it still works; not positive once it has expired."""
        return self.expires - int(now().timestamp())


def _mac(payload: bytes) -> bytes:
    key = hashlib.sha256(f"omnihub files {settings.SECRET_KEY}".encode()).digest()
    return hmac.digest(key, payload, "sha256")[:_MAC_BYTES]


def token(attachment_id: uuid.UUID) -> str:
    """A token for this attachment, good for 10 to 20 minutes from now."""
    expires = (int(now().timestamp()) // WINDOW + 2) * WINDOW
    payload = attachment_id.bytes + expires.to_bytes(5, "big")
    return _written(payload + _mac(payload))


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read(text: str) -> Link | None:
    """What a token says, expired or not; None when we did not make it."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    payload, mac = data[:21], data[21:]
    if len(mac) != _MAC_BYTES or not hmac.compare_digest(mac, _mac(payload)):
        return None
    if _written(data) != text:  # The last character has bits to spare: only one way of writing them is ours.
        return None
    return Link(uuid.UUID(bytes=payload[:16]), int.from_bytes(payload[16:], "big"))


def path(attachment_id: uuid.UUID, filename: str) -> str:
    """The link itself: `/files/TOKEN/NAME`, the name only there for people to read."""
    return f"/files/{token(attachment_id)}/{quote(filename, safe='')}"
