"""Signs a mail (DKIM, RFC 6376), so that its receivers know that its domain stands behind it."""

from __future__ import annotations

import base64

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.email.trust.dkim_keys import read_key
from hub.messages import ErrorClass, SendError

SIGNED = (
    *("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding", "auto-submitted"),
    *("list-unsubscribe", "list-unsubscribe-post"),
)
"""The fields that a signature covers (RFC 6376 §5.4.1, RFC 8058 §4)."""

SEALED = ("from", "to", "cc", "subject", "date", "reply-to", "message-id", "content-type")
"""Fields of which nobody may add another one: signed once more than they occur (RFC 6376 §8.15)."""


def sign(raw: bytes, domain: str, selector: str, pem: str) -> bytes:
    """The mail with a signature of the domain before it.

    Header and body are canonicalised "relaxed", so that a server which folds anew does no harm. Raises
    `SendError` (an administrator must act) for a key that cannot sign.
    """
    try:
        key = read_key(pem)
        algorithm, material = _material(key, pem)
        signer = dkim.DKIM(raw)
        field = signer.sign(
            selector.encode("ascii"),
            domain.encode("ascii"),
            material,
            signature_algorithm=algorithm,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_covered(signer),
        )
    except (ValueError, dkim.DKIMException) as error:
        detail = f"The DKIM key of this channel cannot sign: {error}"
        raise SendError(ErrorClass.RECONNECT, "dkim-key", detail[:300]) from error
    return bytes(field) + raw


def _covered(signer: dkim.DKIM) -> list[bytes]:
    present = [name.lower() for name, _ in signer.headers]
    covered = [name for name in SIGNED for _ in range(present.count(name.encode()))]
    return [name.encode() for name in (*covered, *SEALED)]


def _material(key: object, pem: str) -> tuple[bytes, bytes]:
    """The algorithm of a key, and the key in the form that dkimpy reads."""
    if isinstance(key, Ed25519PrivateKey):
        return b"ed25519-sha256", base64.b64encode(key.private_bytes_raw())
    return b"rsa-sha256", pem.encode()
