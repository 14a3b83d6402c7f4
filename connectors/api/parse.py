"""What a system posts, as JSON: messages, and what becomes of them. Pure; one bad element spoils nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hub.messages import (
    Choice,
    ContactCard,
    File,
    Ignored,
    Inbound,
    InboundConsent,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRead,
    InboundStatus,
    InboundTyping,
    Location,
    Party,
    RemoteFile,
)

KIND = "api"
MOST = 500
"""Elements of one request."""

Told = Mapping[str, Any]


def parse(raw: bytes, route: str, config: Told) -> Sequence[Inbound]:
    """The elements of a request to `messages` or `events`; raises `ValueError` for what is no JSON."""
    try:
        told = json.loads(raw)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error
    elements = told.get(route, [told]) if isinstance(told, dict) else told
    if not isinstance(elements, list) or not elements or len(elements) > MOST:
        raise ValueError(f"one object, or 1 to {MOST} of them, are needed")
    read = _event if route == "events" else _message
    return [_element(read, element, config) for element in elements]


def _element(read: Callable[[Told, Told], Inbound], element: Any, config: Told) -> Inbound:
    if not isinstance(element, dict):
        return Ignored("not an object")
    try:
        return read(_without_nul(element), config)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        return Ignored(f"{type(error).__name__}: {str(error)[:200]}")


def _message(told: Told, config: Told) -> InboundMessage:
    contact = _party(told["contact"], config)
    is_echo = told.get("direction") == "outbound"
    files = [_file(file) for file in told.get("attachments") or ()]
    text, html = _text(told, "text"), _text(told, "html")
    location = told.get("location")
    if not (text or html or files or location or told.get("contacts") or told.get("choice")):
        raise ValueError("the message says nothing")
    return InboundMessage(
        external_id=_needed(told, "id"),
        sender=Party(KIND, "", "") if is_echo else contact,
        to=(contact,) if is_echo else (),
        echo=is_echo,
        delivery_id=_text(told, "delivery_id"),
        text=text,
        html=html,
        subject=_text(told, "subject"),
        sent_at=_instant(told.get("sent_at")),
        thread_key=_thread(told, contact),
        quoted_id=_text(told, "reply_to"),
        automatic=told.get("automatic") is True,
        public=told.get("public") is True,
        files=tuple(file for file in files if isinstance(file, File)),
        remote_files=tuple(file for file in files if isinstance(file, RemoteFile)),
        location=_location(location) if location else None,
        contacts=tuple(_card(card) for card in told.get("contacts") or ()),
        choice=_choice(told["choice"]) if told.get("choice") else None,
    )


def _event(told: Told, config: Told) -> Inbound:
    name = told.get("type")
    at = _instant(told.get("at"))
    match name:
        case "message.updated":
            return InboundEdit(_needed(told, "message_id"), _text(told, "text"), _text(told, "html"), at)
        case "message.deleted":
            return InboundDeletion(_needed(told, "message_id"), at)
        case "reaction.added" | "reaction.removed":
            sender = _party(told["contact"], config)
            is_removed = name == "reaction.removed"
            emoji = _text(told, "emoji")
            if not (emoji or is_removed):
                raise ValueError("a reaction has an emoji")
            return InboundReaction(
                _needed(told, "message_id"), sender, emoji, removed=is_removed, reacted_at=at
            )
        case "delivery.updated":
            return _status(told, at)
        case "thread.read":
            return InboundRead(_thread(told, _party(told["contact"], config)), at or _missing("at"))
        case "typing":
            contact = _party(told["contact"], config)
            is_over = told.get("state") == "stop"
            return InboundTyping(_thread(told, contact), contact, "stop" if is_over else "start")
        case "consent":
            return InboundConsent(
                _party(told["contact"], config), told["allowed"] is True, _text(told, "detail")
            )
    return Ignored(f"an event of the type {str(name)[:60]!r} is not known")


def _status(told: Told, at: datetime | None) -> InboundStatus:
    status = told.get("status")
    if status not in ("sent", "delivered", "read", "undelivered", "failed"):
        raise ValueError("the status is none")
    delivery_id, message_id = _text(told, "delivery_id"), _text(told, "message_id")
    if not (delivery_id or message_id):
        raise ValueError("a status needs a delivery_id or a message_id")
    return InboundStatus(
        status,
        delivery_id,
        message_id,
        code=_text(told, "code"),
        detail=_text(told, "error"),
        occurred_at=at,
        address_is_dead=told.get("address_is_dead") is True,
    )


def _party(told: Told, config: Told) -> Party:
    known = _needed(told, "id")
    addresses = {"email": _text(told, "email").lower(), "phone": _text(told, "phone")}
    is_trusted = config.get("trusts_addresses") is True
    return Party(
        kind=KIND,
        value=f"{config.get('scope', '')}:{known}"[:320],
        name=_text(told, "name")[:200],
        display=known[:320],
        locale=_text(told, "locale")[:16],
        verified=True,
        aliases=tuple((kind, value) for kind, value in addresses.items() if value and is_trusted),
    )


def _thread(told: Told, contact: Party) -> str:
    """The system's own thread; else all that it has with the contact is one."""
    thread = _text(told, "thread")
    return f"thread:{thread}" if thread else f"contact:{contact.display}"


def _file(told: Told) -> File | RemoteFile:
    name, content_type = _text(told, "name")[:255], _text(told, "type")[:127]
    if "data" in told:
        try:
            data = base64.b64decode(told["data"], validate=True)
        except binascii.Error as error:
            raise ValueError("a file's data is not base64") from error
        return File(name or "attachment", content_type or "application/octet-stream", data)
    size = told.get("size")
    return RemoteFile(
        url=_needed(told, "url"),
        filename=name,
        content_type=content_type,
        size=size if isinstance(size, int) else None,
    )


def _location(told: Told) -> Location:
    return Location(
        float(told["latitude"]), float(told["longitude"]), _text(told, "name"), _text(told, "address")
    )


def _card(told: Told) -> ContactCard:
    return ContactCard(
        _needed(told, "name"),
        _texts(told.get("phones")),
        _texts(told.get("emails")),
        _text(told, "organization"),
    )


def _choice(told: Told) -> Choice:
    data = {str(name): str(value) for name, value in (told.get("data") or {}).items()}
    return Choice(_needed(told, "id"), _text(told, "title"), "form" if data else "button", data)


def _texts(values: Iterable[Any] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())


def _text(told: Told, name: str) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value


def _needed(told: Told, name: str) -> str:
    return _text(told, name) or _missing(name)


def _missing(name: str) -> Any:
    raise ValueError(f"{name} is missing")


def _instant(value: Any) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone")
    return moment.astimezone(UTC)


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps no U+0000."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    return value
