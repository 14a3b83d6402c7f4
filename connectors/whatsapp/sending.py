"""Messages to WhatsApp (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages)."""

from collections.abc import Mapping
from typing import Any

from connectors.whatsapp import files, graph, templates
from connectors.whatsapp.people import target
from hub.messages import (
    Button,
    ContactCard,
    ErrorClass,
    Menu,
    MessageRef,
    OutboundMessage,
    Receipt,
    SendError,
)
from hub.models import Channel

CAPTION = 1024
"""Characters under a file."""
BUTTONS = 3
ROWS = 10

_INTERACTIVE_TEXT = 1024
_BUTTON_TITLE = 20
_ROW_TITLE = 24
_ROW_DESCRIPTION = 72


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """One message; a file is handed in first, which says nothing to the customer. Raises `SendError`."""
    request = _envelope(message.recipient.value) | content(channel, message)
    request["biz_opaque_callback_data"] = message.delivery_id
    if message.quoted_id:
        request["context"] = {"message_id": message.quoted_id}
    answer = graph.post(channel, f"{graph.number_id(channel)}/messages", request)
    return Receipt("sent", _sent_id(answer))


def react(channel: Channel, reference: MessageRef, emoji: str, *, removed: bool = False) -> None:
    """Put our one reaction on a message, or take it back. Raises `SendError`."""
    reaction = {"message_id": reference.provider_id, "emoji": "" if removed else emoji}
    request = _envelope(reference.recipient.value) | {"type": "reaction", "reaction": reaction}
    graph.post(channel, f"{graph.number_id(channel)}/messages", request)


def show_typing(channel: Channel, message_id: str) -> None:
    """Mark a message and all before it as read, and show for 25 seconds that somebody writes.

    https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators
    """
    request = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
    shown = {"typing_indicator": {"type": "text"}}
    graph.post(channel, f"{graph.number_id(channel)}/messages", request | shown, seconds=4)


def content(channel: Channel, message: OutboundMessage) -> dict[str, Any]:
    """The type of the message, and what stands under it. Hands files in. Raises `SendError`."""
    if message.template is not None:
        return {"type": "template", "template": templates.filled(message.template)}
    if message.files:
        return _file(channel, message)
    if message.location is not None:
        return _location(message)
    if message.contacts:
        if message.text:
            raise _refused("words-beside-card", "A contact's card goes without words: send them apart.")
        return {"type": "contacts", "contacts": [_card(card) for card in message.contacts]}
    if message.menu is not None:
        return _interactive("list", message.text, _menu(message.menu))
    if message.buttons:
        return _buttons(message)
    has_link = "https://" in message.text or "http://" in message.text
    return {"type": "text", "text": {"body": message.text, "preview_url": has_link}}


def _envelope(recipient: str) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **target(recipient)}


def _sent_id(answer: Mapping[str, Any]) -> str:
    try:
        return str(answer["messages"][0]["id"])
    except (KeyError, TypeError, IndexError):
        words = "WhatsApp answered nonsense."
        raise SendError(ErrorClass.RETRY, "garbage", words, uncertain=True) from None


def _file(channel: Channel, message: OutboundMessage) -> dict[str, Any]:
    (file,) = message.files[:1]
    kind = files.outgoing_kind(file, message.text)
    part = {"id": graph.upload(channel, file)}
    if message.text:
        part["caption"] = message.text
    if kind == "document":
        part["filename"] = file.filename
    return {"type": kind, kind: part}


def _location(message: OutboundMessage) -> dict[str, Any]:
    place = message.location
    assert place is not None
    if message.text and place.name:
        raise _refused("words-beside-place", "A place goes without words: send them apart.")
    part = {"latitude": str(place.latitude), "longitude": str(place.longitude)}
    named = {"name": place.name or message.text, "address": place.address}
    return {"type": "location", "location": part | {name: value for name, value in named.items() if value}}


def _card(card: ContactCard) -> dict[str, Any]:
    first, _, last = card.name.partition(" ")
    name = {"formatted_name": card.name, "first_name": first or card.name}
    told: dict[str, Any] = {"name": name | ({"last_name": last} if last else {})}
    if card.phones:
        told["phones"] = [{"phone": phone} for phone in card.phones]
    if card.emails:
        told["emails"] = [{"email": email} for email in card.emails]
    if card.organization:
        told["org"] = {"company": card.organization}
    return told


def _buttons(message: OutboundMessage) -> dict[str, Any]:
    """Buttons that answer; one that leads to a page stands alone, and among others becomes a line of text."""
    links = [button for button in message.buttons if button.url]
    answering = [button for button in message.buttons if not button.url]
    if len(links) == 1 and not answering:
        parameters = {"display_text": _cut(links[0].title, _BUTTON_TITLE), "url": links[0].url}
        return _interactive("cta_url", message.text, {"name": "cta_url", "parameters": parameters})
    text = "\n".join([message.text, *(f"{button.title}: {button.url}" for button in links)])
    if not answering:
        return {"type": "text", "text": {"body": text, "preview_url": True}}
    if len(answering) > BUTTONS:
        raise _refused("too-many-buttons", f"WhatsApp shows {BUTTONS} buttons at most.")
    return _interactive("button", text, {"buttons": [_reply(button) for button in answering]})


def _reply(button: Button) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": button.id, "title": _cut(button.title, _BUTTON_TITLE)}}


def _menu(menu: Menu) -> dict[str, Any]:
    rows = []
    for row in menu.rows:
        told = {"id": row.id, "title": _cut(row.title, _ROW_TITLE)}
        if row.description:
            told["description"] = _cut(row.description, _ROW_DESCRIPTION)
        rows.append(told)
    return {"button": _cut(menu.label, _BUTTON_TITLE), "sections": [{"rows": rows}]}


def _interactive(kind: str, text: str, action: Mapping[str, Any]) -> dict[str, Any]:
    if not text:
        raise _refused("no-words", "WhatsApp shows buttons and lists only under words.")
    if len(text) > _INTERACTIVE_TEXT:
        words = f"WhatsApp takes {_INTERACTIVE_TEXT:,} characters at most above buttons and lists."
        raise _refused("too-long", words)
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _refused(code: str, words: str) -> SendError:
    return SendError(ErrorClass.PERMANENT, code, words)
