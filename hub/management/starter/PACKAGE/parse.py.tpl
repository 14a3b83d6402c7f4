"""What the provider posts, as messages. Pure: it may be read again years later."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hub.messages import Ignored, Inbound, InboundMessage, InboundStatus, Party


def events(raw: bytes) -> list[Inbound]:
    """What a request says; raises `ValueError` when nothing can be made of it."""
    try:
        found = json.loads(raw)["events"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a request of $label") from error
    if not isinstance(found, list):
        raise ValueError("the events are no list")
    return [_event(event) for event in found]


def _event(event: Any) -> Inbound:
    """One event; a bad one is ignored with its reason and spoils no other."""
    try:
        if event["type"] == "message":
            return _message(event)
        if event["type"] == "delivered":
            return InboundStatus("delivered", provider_id=_text(event["id"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        return Ignored(f"{type(error).__name__}: {error}")
    return Ignored(f"an event of the type {event['type']!r} is not known")


def _message(event: Mapping[str, Any]) -> InboundMessage:
    customer = event["from"]
    return InboundMessage(
        external_id=_text(event["id"]),
        sender=Party("$kind", _text(customer["id"]), _text(customer["name"])),
        text=_text(event["text"]),
        sent_at=datetime.fromtimestamp(event["time"], UTC) if event.get("time") else None,
        thread_key=_text(customer["id"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value.replace("\0", "")  # PostgreSQL keeps no U+0000
