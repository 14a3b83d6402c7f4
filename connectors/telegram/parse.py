"""What Telegram sends to a bot, as the inbox knows it. Pure; https://core.telegram.org/bots/api#update."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.telegram.files import files_of
from connectors.telegram.markup import to_html
from connectors.telegram.places import Place
from hub.messages import (
    Choice,
    ContactCard,
    Ignored,
    Inbound,
    InboundConsent,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    Location,
    Party,
)

KIND = "telegram"

UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
"""What we ask for; reactions come only to those who do."""

_GONE = ("kicked", "left")
_CUSTOM_EMOJI = "⭐"
"""Stands for emoji of a sender's own, which have no character."""

Told = Mapping[str, Any]


def parse(raw: bytes, headers: Told, config: Told) -> Sequence[Inbound]:
    """The one thing that an update brings; raises `ValueError` for what is no update."""
    try:
        update = json.loads(raw)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise ValueError("an update has an update_id")
    try:
        return _update(_without_nul(update))
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        return [Ignored(f"{type(error).__name__}: {str(error)[:200]}")]


def lane(raw: bytes) -> str:
    """The chat that an update is about: what happens there is understood in its order."""
    try:
        update = json.loads(raw)
        told = next(value for name, value in update.items() if name != "update_id")
        chat = (told.get("message") or told)["chat"]
        return f"chat:{int(chat['id'])}"
    except (ValueError, StopIteration, AttributeError, KeyError, TypeError, RecursionError):
        return ""


def _update(update: Told) -> Sequence[Inbound]:
    for name in ("message", "business_message"):
        if name in update:
            return [_message(update[name])]
    for name in ("edited_message", "edited_business_message"):
        if name in update:
            return [_edit(update[name])]
    if "callback_query" in update:
        return [_choice(update["callback_query"])]
    if "message_reaction" in update:
        return _reactions(update["message_reaction"])
    if "my_chat_member" in update:
        return [_consent(update["my_chat_member"])]
    if "deleted_business_messages" in update:
        told = update["deleted_business_messages"]
        return [InboundDeletion(Place.of(told).message(number)) for number in told["message_ids"]]
    named = next((name for name in update if name != "update_id"), "nothing")
    return [Ignored(f"an update of the type {named[:60]!r} says nothing to the inbox")]


def _message(told: Told) -> Inbound:
    place, author = Place.of(told), _author(told)
    is_echo = place.is_business and not place.is_group and author.value != str(place.chat)
    customer = _person(told["chat"]) if is_echo else author
    text, entities = _words(told)
    files, location = tuple(files_of(told)), _location(told)
    card = told.get("contact")
    if not (text or files or location or card):
        return Ignored("a notice of Telegram's own, such as that somebody joined")
    answered = told.get("reply_to_message")
    return InboundMessage(
        external_id=place.message(told["message_id"]),
        sender=Party(KIND, "") if is_echo else customer,
        to=(customer,) if is_echo else (),
        echo=is_echo,
        text=text,
        html=to_html(text, entities),
        sent_at=_instant(told["date"]),
        thread_key=str(place),
        quoted_id=place.message(answered["message_id"]) if answered else "",
        automatic=bool(told.get("from", {}).get("is_bot")),
        remote_files=files,
        location=location,
        contacts=(_card(card),) if card else (),
        subject=str(told["chat"].get("title") or "")[:200],
    )


def _edit(told: Told) -> InboundEdit:
    text, entities = _words(told)
    edited_at = _instant(told.get("edit_date") or told["date"])
    return InboundEdit(Place.of(told).message(told["message_id"]), text, to_html(text, entities), edited_at)


def _choice(told: Told) -> Inbound:
    """A button that was pressed; it is said in the chat of the message that has the button."""
    message = told.get("message")
    if not message or "data" not in told:
        return Ignored("a button of a message that is gone")
    place, pressed = Place.of(message), str(told["data"])
    return InboundMessage(
        external_id=f"pressed:{told['id']}",
        sender=_person(told["from"]),
        text=_title(message, pressed),
        thread_key=str(place),
        quoted_id=place.message(message["message_id"]),
        choice=Choice(pressed, _title(message, pressed)),
    )


def _title(message: Told, pressed: str) -> str:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or ()
    titles = (button["text"] for row in rows for button in row if button.get("callback_data") == pressed)
    return str(next(titles, pressed))


def _reactions(told: Told) -> Sequence[Inbound]:
    """A person's reactions are told whole: the first replaces what was there, the others come beside it."""
    if "user" not in told:
        return [Ignored("a reaction of nobody in particular")]
    person, at = _person(told["user"]), _instant(told["date"])
    target = Place.of(told).message(told["message_id"])
    emoji = [str(one.get("emoji") or _CUSTOM_EMOJI) for one in told.get("new_reaction") or ()]
    if not emoji:
        return [InboundReaction(target, person, removed=True, reacted_at=at)]
    return [
        InboundReaction(target, person, one, replaces=number == 0, reacted_at=at)
        for number, one in enumerate(emoji)
    ]


def _consent(told: Told) -> Inbound:
    if told["chat"].get("type") != "private":
        return Ignored("the bot joined or left a group")
    is_gone = told["new_chat_member"]["status"] in _GONE
    detail = "They blocked the bot." if is_gone else "They started the bot."
    return InboundConsent(_person(told["from"]), not is_gone, detail)


def _words(told: Told) -> tuple[str, Sequence[Told]]:
    """What is written, and how: the text, or what stands under a file."""
    if "text" in told:
        return str(told["text"]), told.get("entities") or ()
    sticker = (told.get("sticker") or {}).get("emoji") or ""
    return str(told.get("caption") or sticker), told.get("caption_entities") or ()


def _author(told: Told) -> Party:
    """Who wrote it; anonymous administrators and channels write in the name of a chat."""
    return _person(told.get("from") or told.get("sender_chat") or told["chat"])


def _person(told: Told) -> Party:
    name = " ".join(str(told[part]) for part in ("first_name", "last_name") if told.get(part))
    username = f"@{told['username']}" if told.get("username") else ""
    value = str(int(told["id"]))
    return Party(
        kind=KIND,
        value=value,
        name=(name or str(told.get("title") or "") or username)[:200],
        display=username or value,
        locale=str(told.get("language_code") or "")[:16],
        verified=True,
    )


def _location(told: Told) -> Location | None:
    venue = told.get("venue") or {}
    place = told.get("location") or venue.get("location")
    if not place:
        return None
    named = str(venue.get("title") or ""), str(venue.get("address") or "")
    return Location(float(place["latitude"]), float(place["longitude"]), *named)


def _card(told: Told) -> ContactCard:
    name = " ".join(str(told[part]) for part in ("first_name", "last_name") if told.get(part))
    return ContactCard(name, (str(told["phone_number"]),))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps no U+0000."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    return value
