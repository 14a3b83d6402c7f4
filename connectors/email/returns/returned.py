"""Which mail a report is about, and to whom that went: what all kinds of reports share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from connectors.email.reading.addresses import read_message_ids
from connectors.email.reading.structure import Budget, Part, read_headers

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_MESSAGE_ID = re.compile(r"^[ >]*Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)


def addresses_in(text: str) -> list[str]:
    """All mail addresses in a text, in lower case, in order."""
    return [match[0].lower() for match in _ADDRESS.finditer(text)]


def unique(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(addresses))


def original_ids(parts: Sequence[Part], returned: str = "") -> tuple[str, ...]:
    """Message-IDs of the mail that came back, from its attached headers or those quoted in `returned`."""
    for part in parts:
        if part.content_type == "text/rfc822-headers":
            raw = part.content().lstrip()
            headers, _ = read_headers(raw, 0, len(raw), Budget())
            found = [value.decode("latin-1") for name, value in headers if name.lower() == "message-id"]
            return read_message_ids(found)
        if part.content_type in ("message/rfc822", "message/global") and part.children:
            return read_message_ids(part.children[0].values("message-id"))
    return read_message_ids(_MESSAGE_ID.findall(returned)[:1])
