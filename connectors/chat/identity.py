"""Proof of who a visitor is: the site's own server signs its user's id with the channel's identity secret.

The signed text is `<site key>.<external id>.<exp>`, where `exp` is the proof's end in whole seconds
since 1970 (UTC), written in decimal. The proof is HMAC-SHA256 over its UTF-8 bytes with the identity
secret as key, in hexadecimal:

    hmac.new(secret.encode(), f"{site_key}.{external_id}.{exp}".encode(), "sha256").hexdigest()
"""

import hmac
from datetime import datetime


def sign(secret: str, site_key: str, external_id: str, exp: int) -> str:
    """The proof that a site's server gives its page for a signed-in user."""
    text = f"{site_key}.{external_id}.{exp}"
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def proves(secret: str, site_key: str, external_id: str, exp: int, proof: str, at: datetime) -> bool:
    """Whether a proof is genuine and has not ended at `at`; compared in constant time.

    Without a secret, or without an id, nothing is proved.
    """
    genuine = hmac.compare_digest(sign(secret, site_key, external_id, exp).encode(), proof.lower().encode())
    return bool(secret and external_id) and genuine and exp > at.timestamp()
