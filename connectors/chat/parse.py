"""Envelopes of the chat: what a visitor said as JSON, written when it came and read when it is understood."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.chat.models import IDENTITY_KIND, Visitor
from hub.messages import InboundMessage, Party


def external_id(visitor_id: Any, client_id: str) -> str:
    """What makes a visitor's message unique on its channel: the browser's id counts beside its owner only."""
    return f"{visitor_id}:{client_id}"


def client_id_of(key: str) -> str:
    """The browser's id in an external id."""
    return key.partition(":")[2]


def envelope(visitor: Visitor, client_id: str, text: str, at: datetime) -> bytes:
    """The raw form of a message, complete in itself: it can be understood again at any time."""
    return json.dumps(
        {
            "visitor": str(visitor.pk),
            "thread": str(visitor.thread),
            "display": str(visitor),
            "name": visitor.name,
            "locale": visitor.locale,
            "verified": visitor.is_identified,
            "client_id": client_id,
            "text": text,
            "at": at.astimezone(UTC).isoformat(),
        },
        ensure_ascii=False,
    ).encode()


def message(raw: bytes) -> InboundMessage:
    """The message in an envelope. Pure; raises `ValueError` when there is none."""
    try:
        return _message(json.loads(raw))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a visitor's message: {type(error).__name__}") from None


def _message(told: Mapping[str, Any]) -> InboundMessage:
    visitor, client_id, text = _text(told, "visitor"), _text(told, "client_id"), _text(told, "text")
    if not (visitor and client_id and text):
        raise ValueError("a visitor's message needs a visitor, a client_id and a text")
    return InboundMessage(
        external_id=external_id(visitor, client_id),
        sender=Party(
            kind=IDENTITY_KIND,
            value=_text(told, "thread"),
            name=_text(told, "name"),
            display=_text(told, "display"),
            locale=_text(told, "locale"),
            verified=told["verified"] is True,
        ),
        text=text,
        sent_at=_instant(told["at"]),
        thread_key=_text(told, "thread"),
    )


def _text(told: Mapping[str, Any], field: str) -> str:
    value = told[field]
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{field} is not text")
    return value


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("the time has no zone")
    return moment.astimezone(UTC)
