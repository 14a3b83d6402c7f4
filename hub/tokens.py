"""Short signed tokens that travel through other people's systems and come back.

A reply token names a conversation inside an address such as `support+TOKEN@example.org`:
lower-case letters and digits only, because mail systems fold the case of local parts.
"""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings

_MAC_BYTES = 8


def _mac(purpose: str, payload: bytes) -> bytes:
    key = hashlib.sha256(f"omnihub {purpose} {settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, payload, hashlib.sha256).digest()[:_MAC_BYTES]


def sign_id(purpose: str, value: uuid.UUID) -> str:
    """A token for this id, 39 characters of a–z and 2–7, valid for `purpose` only."""
    payload = value.bytes
    return _written(payload + _mac(purpose, payload))


def read_id(purpose: str, token: str) -> uuid.UUID | None:
    """The id inside a token, or None when it is not one of ours; takes constant time."""
    text = token.strip().lower()
    try:
        data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None
    payload, mac = data[:16], data[16:]
    if len(data) != 16 + _MAC_BYTES or not hmac.compare_digest(mac, _mac(purpose, payload)):
        return None
    # The last letter has bits to spare: only one way of writing them is ours.
    return uuid.UUID(bytes=payload) if _written(data) == text else None


def _written(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def digest(secret: str) -> str:
    """SHA-256 of a random secret, in hex: how API and visitor tokens are kept at rest."""
    return hashlib.sha256(secret.encode()).hexdigest()


REPLY = "reply"
"""The purpose of tokens that lead an answer back to its conversation."""
