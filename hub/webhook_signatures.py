"""What webhook signatures are made of, and the open standard among them; all comparisons in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from hub.connector import BadSignature

TOLERANCE = 300.0
"""Seconds that a signed time may be off."""

PREFIX = "whsec_"


def equal(given: str, wanted: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ. "" is never right."""
    known = wanted.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known) and bool(known)


def digest(
    secret: str | bytes,
    message: bytes,
    *,
    algorithm: Literal["sha1", "sha256"] = "sha256",
    encoding: Literal["hex", "base64"] = "hex",
) -> str:
    """The HMAC of a message (RFC 2104) as text."""
    key = secret.encode() if isinstance(secret, str) else secret
    made = hmac.new(key, message, getattr(hashlib, algorithm))
    return made.hexdigest() if encoding == "hex" else base64.b64encode(made.digest()).decode()


def check(given: str, wanted: str) -> None:
    """Raise `BadSignature` unless both are the same."""
    if not equal(given, wanted):
        raise BadSignature("the signature is wrong")


def check_time(stamp: str, at: datetime, tolerance: float = TOLERANCE) -> None:
    """Raise `BadSignature` unless a time in seconds since 1970 is close enough to `at`."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15):
        raise BadSignature("the request does not say when it was signed")
    if abs(at.timestamp() - int(stamp)) > tolerance:
        raise BadSignature("the request was signed too long ago, or in the future")


def sign_standard(secret: str, message_id: str, stamp: int, body: bytes) -> dict[str, str]:
    """The headers of a request as Standard Webhooks has them (standardwebhooks.com, version 1).

    `secret` is `whsec_` and base64; raises `ValueError` for another.
    """
    content = f"{message_id}.{stamp}.".encode() + body
    signature = digest(standard_key(secret), content, encoding="base64")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": f"v1,{signature}",
    }


def check_standard(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, at: datetime) -> None:
    """Raise `BadSignature` unless one of the secrets signed the request within the last five minutes.

    Header names in lower case. Several signatures may be given, and several secrets be good, while one
    takes another's place.
    """
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id:
        raise BadSignature("the request has no webhook-id")
    check_time(stamp, at)
    wanted = [sign_standard(secret, message_id, int(stamp), body)["webhook-signature"] for secret in secrets]
    given = headers.get("webhook-signature", "").split(" ")[:10]
    matches = [equal(one, other) for one in given for other in wanted]
    if not any(matches):
        raise BadSignature("the signature is wrong")


def standard_key(secret: str) -> bytes:
    """The bytes of a Standard Webhooks secret; raises `ValueError` when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(PREFIX) or len(key) < 16:
        raise ValueError(f"a secret is {PREFIX} and at least 16 bytes in base64")
    return key
