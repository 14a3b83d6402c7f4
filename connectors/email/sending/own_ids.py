"""The signs by which our own mail is known again: addresses, Message-IDs and marks that carry a token."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from hub import tokens

_SIGNED = r"[a-z2-7]{39}"
_LOCAL_PART_LIMIT = 64  # octets, RFC 5321 §4.5.3.1.1

_REPLY_ADDRESS = re.compile(rf"^[^@]+\+({_SIGNED})@", re.IGNORECASE)
_MARKER = re.compile(rf"\bhub[-:]({_SIGNED})(?![a-z0-9])", re.IGNORECASE)
_MARKERS_READ = 20
_MESSAGE_ID = re.compile(rf"^<([0-9a-f]{{32}})(?:\.({_SIGNED}))?@")


class OwnId(NamedTuple):
    """What a Message-ID of ours says; `token` is unchecked, and empty when the mail carried none."""

    delivery_id: str
    token: str


def reply_address(address: str, token: str) -> str:
    """The channel's address with the token as subaddress (RFC 5233), or "" when it would grow too long."""
    local, _, domain = address.rpartition("@")
    tokened = f"{local}+{token}"
    return f"{tokened}@{domain}" if token and len(tokened.encode()) <= _LOCAL_PART_LIMIT else ""


def message_id(delivery_id: str, token: str, domain: str) -> str:
    """The one Message-ID of a delivery, the same for each attempt."""
    try:
        name = uuid.UUID(delivery_id).hex
    except ValueError:
        name = uuid.uuid5(uuid.NAMESPACE_OID, delivery_id).hex
    return f"<{name}.{token}@{domain}>" if token else f"<{name}@{domain}>"


def read_message_id(value: str) -> OwnId | None:
    """What a Message-ID says if it has the form of ours, else None."""
    match = _MESSAGE_ID.match(value)
    return OwnId(str(uuid.UUID(hex=match[1])), match[2] or "") if match else None


def tokens_in_addresses(addresses: Iterable[str]) -> list[str]:
    """The tokens that recipients' subaddresses hold, in order, unchecked."""
    return [match[1].lower() for address in addresses if (match := _REPLY_ADDRESS.match(address))]


def tokens_in_message_ids(ids: Iterable[str]) -> list[str]:
    """The tokens that Message-IDs of ours hold, in order, unchecked."""
    return [own.token for value in ids if (own := read_message_id(value)) is not None and own.token]


def without_subaddress(address: str) -> str:
    """The address without "+…", in lower case: the form under which a channel may be known."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def marker(token: str) -> str:
    """HTML that nobody sees and that stays in what mail programs quote; "" without a token.

    Some programs drop classes, some drop what is hidden by one means or another; hardly any drops text.
    """
    if not token:
        return ""
    hidden = "display:none;font-size:1px;line-height:0;max-height:0;overflow:hidden;color:#fff;mso-hide:all"
    return f'<div class="hub-{token}" style="{hidden}" aria-hidden="true">[hub:{token}]</div>'


def tokens_in_marks(*bodies: str) -> list[str]:
    """The tokens of marks in quoted HTML or text, nearest first, unchecked."""
    found = (match[1].lower() for body in bodies for match in _MARKER.finditer(body))
    return list(dict.fromkeys(token for token, _ in zip(found, range(_MARKERS_READ), strict=False)))


LOOP = "loop"
"""The purpose of the tokens in our header against loops."""

LOOP_HEADER = "X-Omnihub-Loop"


def loop_mark(address: str) -> str:
    """What a channel's own mail carries, so that it knows it again, whoever rewrote From on the way."""
    return tokens.sign_id(LOOP, _name_of(address))


def is_loop(value: str, address: str) -> bool:
    """Whether this is the mark of mail that the channel of this address sent itself."""
    return tokens.read_id(LOOP, value) == _name_of(address)


def _name_of(address: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"mailto:{without_subaddress(address)}")
