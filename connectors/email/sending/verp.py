"""Variable envelope return paths: a bounce's address says which delivery of ours it is about."""

from __future__ import annotations

import re
import uuid

from hub import tokens

PURPOSE = "return-path"
"""The purpose of the tokens in return paths; a reply token is none of them."""

_LOCAL_PART_LIMIT = 64  # octets, RFC 5321 §4.5.3.1.1
_RETURN_PATH = re.compile(r"^<?(?:[^@]*\+)?b-([a-z2-7]{39})@", re.IGNORECASE)


def return_path(delivery_id: str, domain_or_address: str) -> str:
    """The envelope sender of a delivery: `b-TOKEN@domain`, or `local+b-TOKEN@domain` for an address.

    Lower-case letters, digits and a hyphen only, so that no server on the way changes it. Answers ""
    where the local part would grow longer than SMTP allows, or the delivery has no id of the hub's form.
    """
    local, _, domain = domain_or_address.strip().rpartition("@")
    try:
        token = tokens.sign_id(PURPOSE, uuid.UUID(delivery_id))
    except ValueError:
        return ""
    sender = f"{local}+b-{token}" if local else f"b-{token}"
    return f"{sender}@{domain}" if domain and len(sender.encode()) <= _LOCAL_PART_LIMIT else ""


def read(address: str) -> str | None:
    """The id of the delivery whose return path this is, or None when we did not make it."""
    match = _RETURN_PATH.match(address.strip())
    delivery = tokens.read_id(PURPOSE, match[1]) if match else None
    return str(delivery) if delivery is not None else None
