"""Messages to Telegram: what is sent, changed, taken back and reacted with."""

from collections.abc import Mapping
from typing import Any

from connectors.telegram import bot
from connectors.telegram.places import Place, number_of
from hub.messages import ErrorClass, MessageRef, OutboundFile, OutboundMessage, Receipt, SendError
from hub.models import Channel

PHOTO_LIMIT = 10 * 1024 * 1024
CAPTION = 1024
"""Characters under a file, in UTF-16 code units (https://core.telegram.org/bots/api#sendphoto)."""

EMOJI = (
    "❤️",
    *(
        "👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭"
        "💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝🤗🫡"
        "🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
    ),
)
"""With what bots may react (https://core.telegram.org/bots/api#reactiontypeemoji), without joined ones."""

_PHOTOS = ("image/jpeg", "image/png")


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """One message, or one file with its caption. Raises `SendError`."""
    place = _place(message)
    method, parameters, files = _call(message)
    common = _common(place, message)
    try:
        sent = bot.call(channel, method, common | parameters, files)
    except bot.Migrated as moved:
        # The refused call did nothing, so the second one is the only one.
        sent = bot.call(channel, method, common | parameters | {"chat_id": moved.chat}, files)
    if not isinstance(sent, dict) or "message_id" not in sent:
        raise SendError(ErrorClass.RETRY, "garbage", "Telegram answered nonsense.", uncertain=True)
    chat = sent.get("chat", {}).get("id", place.chat)
    return Receipt("sent", Place(int(chat)).message(sent["message_id"]))


def _place(message: OutboundMessage) -> Place:
    try:
        return Place.read(message.thread_key or message.recipient.value)
    except ValueError:
        words = "The customer has not written to the bot, and bots cannot write first."
        raise SendError(ErrorClass.RECIPIENT, "no-chat", words) from None


def _common(place: Place, message: OutboundMessage) -> dict[str, Any]:
    parameters: dict[str, Any] = {"chat_id": place.chat}
    if place.topic:
        parameters["message_thread_id"] = place.topic
    if place.business:
        parameters["business_connection_id"] = place.business
    if message.quoted_id:
        number = number_of(message.quoted_id)[1]
        parameters["reply_parameters"] = {"message_id": number, "allow_sending_without_reply": True}
    if message.buttons:
        parameters["reply_markup"] = {"inline_keyboard": [[_button(one)] for one in message.buttons]}
    return parameters


def _button(button: Any) -> dict[str, str]:
    target = {"url": button.url} if button.url else {"callback_data": button.id}
    return {"text": button.title} | target


def _call(message: OutboundMessage) -> tuple[str, dict[str, Any], list[tuple[str, OutboundFile]]]:
    """The method, its parameters, and the file that goes with it."""
    if not message.files:
        return "sendMessage", {"text": message.text}, []
    (file,) = message.files[:1]
    caption = {"caption": message.text} if message.text else {}
    if file.content_type in _PHOTOS and len(file.data) <= PHOTO_LIMIT:
        return "sendPhoto", caption, [("photo", file)]
    return "sendDocument", caption, [("document", file)]


def edit(channel: Channel, target: MessageRef, text: str) -> None:
    """Have it say something else; under a file, its caption. Raises `SendError`."""
    parameters = _target(target)
    try:
        _amend(channel, "editMessageText", parameters | {"text": text})
    except SendError as error:
        if "no text in the message" not in error.detail:
            raise
        _amend(channel, "editMessageCaption", parameters | {"caption": text[:CAPTION]})


def delete(channel: Channel, target: MessageRef) -> None:
    """Take it back; possible for 48 hours. Raises `SendError`."""
    _amend(channel, "deleteMessage", _target(target))


def react(channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
    """Put our one reaction on it, or take it back. Raises `SendError`."""
    # Telegram knows the heart without the selector that makes it colourful.
    reaction = [] if removed else [{"type": "emoji", "emoji": emoji.removesuffix("\ufe0f")}]
    _amend(channel, "setMessageReaction", _target(target) | {"reaction": reaction})


def typing(channel: Channel, thread_key: str) -> None:
    """Show for five seconds that somebody writes."""
    place = Place.read(thread_key)
    bot.call(channel, "sendChatAction", {"chat_id": place.chat, "action": "typing"}, seconds=3)


_DONE_ALREADY = ("message is not modified", "message to delete not found")


def _amend(channel: Channel, method: str, parameters: Mapping[str, Any]) -> None:
    try:
        bot.call(channel, method, parameters)
    except SendError as error:
        if not any(words in error.detail for words in _DONE_ALREADY):
            raise


def _target(target: MessageRef) -> dict[str, int]:
    try:
        chat, number = number_of(target.provider_id)
    except ValueError:
        raise SendError(ErrorClass.PERMANENT, "no-message", "Telegram does not know this message.") from None
    return {"chat_id": chat, "message_id": number}
