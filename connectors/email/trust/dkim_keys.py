"""Keys with which a channel signs its mail (DKIM, RFC 6376), and their public half as a DNS record."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

RSA_BITS = 2048
"""What RFC 8301 asks for; longer keys do not fit into one string of a DNS record."""

PrivateKey = RSAPrivateKey | Ed25519PrivateKey


def new_key(kind: str = "rsa") -> str:
    """A private key in PEM: "rsa", which everybody verifies, or "ed25519" (RFC 8463), which many do not."""
    key: PrivateKey
    if kind == "ed25519":
        key = Ed25519PrivateKey.generate()
    else:
        key = generate_private_key(public_exponent=65_537, key_size=RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_key(pem: str) -> PrivateKey:
    """The key that a PEM text holds; raises `ValueError` for anything that cannot sign mail."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise ValueError("This is no private key in PEM without a password.") from error
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("An RSA or Ed25519 key is needed.")
    if isinstance(key, RSAPrivateKey) and key.key_size < 1024:
        raise ValueError("An RSA key of at least 1024 bits is needed.")
    return key


def public_record(pem: str) -> str:
    """What belongs into the TXT record of the selector (RFC 6376 §3.6.1)."""
    public = read_key(pem).public_key()
    if hasattr(public, "public_bytes_raw"):
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(public.public_bytes_raw()).decode()}"
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def selector_for(moment: datetime) -> str:
    """A name for a key made now; the date says how old it is."""
    return f"hub{moment:%Y%m}"


def completed(
    config: Mapping[str, Any], secrets: Mapping[str, Any], moment: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of a channel that signs, with the key and the selector that are missing."""
    config, secrets = dict(config), dict(secrets)
    if config.get("sign_dkim"):
        if not secrets.get("dkim_private_key"):
            secrets["dkim_private_key"] = new_key(str(config.get("dkim_key") or "rsa"))
        config.setdefault("dkim_selector", selector_for(moment))
    return config, secrets
