"""Messages to Slack: what is sent, changed, taken back and reacted with."""

from collections.abc import Mapping
from typing import Any

from connectors.slack import files, web_api
from connectors.slack.emoji import name_of
from connectors.slack.markup import escaped, to_mrkdwn
from connectors.slack.places import Place, ids_of
from hub.messages import ErrorClass, MessageRef, OutboundMessage, Receipt, SendError
from hub.models import Channel

EVENT_TYPE = "omnihub_message"
"""Under this name our delivery's id travels with a message (https://docs.slack.dev/messaging/message-metadata)."""

_LOOKED_THROUGH = 100


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """One message, with its files. Raises `SendError`."""
    place = _place(channel, message)
    words = _words(message)
    if message.files:
        return Receipt("sent", files.share(channel, place, words, message.files))
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery_id": message.delivery_id}}
    told = web_api.call(
        channel,
        "chat.postMessage",
        {"channel": place.channel, "thread_ts": place.thread, "text": words, "metadata": metadata},
    )
    try:
        return Receipt("sent", Place(str(told["channel"])).message(str(told["ts"])))
    except (KeyError, ValueError) as error:
        raise SendError(ErrorClass.RETRY, "garbage", "Slack answered nonsense.", uncertain=True) from error


def reconcile(channel: Channel, message: OutboundMessage) -> Receipt | None:
    """The message if it stands in its thread, by our delivery's id; None when that cannot be told."""
    if message.files:
        return None
    try:
        place = _place(channel, message)
        method = "conversations.replies" if place.thread else "conversations.history"
        since = f"{message.created_at.timestamp() - 60:.6f}" if message.created_at else ""
        asked = {
            "channel": place.channel,
            "ts": place.thread,
            "oldest": since,
            "limit": _LOOKED_THROUGH,
            "include_all_metadata": "true",
        }
        found = web_api.call(channel, method, asked).get("messages") or ()
        for told in found:
            payload = (told.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery_id") == message.delivery_id:
                return Receipt("sent", place.message(str(told["ts"])))
    except (SendError, AttributeError, TypeError, KeyError, ValueError):
        return None
    return None


def edit(channel: Channel, target: MessageRef, text: str) -> None:
    """Have it say something else. Raises `SendError`."""
    web_api.call(channel, "chat.update", {**_target(channel, target, "ts"), "text": escaped(text)})


def delete(channel: Channel, target: MessageRef) -> None:
    """Take it back, with its files. Raises `SendError`."""
    _amend(channel, "chat.delete", _target(channel, target, "ts"), "message_not_found")


def react(channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
    """Put an emoji of ours on it, or take it back. Raises `SendError`."""
    name = name_of(emoji)
    if not name:
        raise SendError(
            ErrorClass.PERMANENT, "invalid_name", "The hub does not know Slack's name for this emoji."
        )
    method, done = ("reactions.remove", "no_reaction") if removed else ("reactions.add", "already_reacted")
    _amend(channel, method, {**_target(channel, target, "timestamp"), "name": name}, done)


def _amend(channel: Channel, method: str, parameters: Mapping[str, Any], done_already: str) -> None:
    try:
        web_api.call(channel, method, parameters)
    except SendError as error:
        if error.code != done_already:
            raise


def _words(message: OutboundMessage) -> str:
    return (to_mrkdwn(message.html) if message.html else "") or escaped(message.text)


def _place(channel: Channel, message: OutboundMessage) -> Place:
    """Where the customer wrote; a direct conversation is opened with who has not."""
    if message.thread_key:
        try:
            return Place.read(message.thread_key)
        except ValueError:
            words = "Slack does not know this conversation."
            raise SendError(ErrorClass.RECIPIENT, "channel_not_found", words) from None
    user = ids_of(message.recipient.value)[1]
    if not user:
        words = "This is no member of a workspace, such as T0123ABCD/U0123ABCD."
        raise SendError(ErrorClass.RECIPIENT, "user_not_found", words)
    told = web_api.call(channel, "conversations.open", {"users": user})
    try:
        return Place(str(told["channel"]["id"]))
    except (KeyError, TypeError) as error:
        raise SendError(ErrorClass.RETRY, "garbage", "Slack answered nonsense.") from error


def _target(channel: Channel, target: MessageRef, name: str) -> dict[str, str]:
    """Channel and time stamp of a message, the latter under its `name`."""
    place_id, _, stamp = target.provider_id.partition(":")
    if stamp.startswith("F"):
        stamp = files.message_of(channel, Place(place_id), stamp)
        if not stamp:
            words = "Slack has not said yet which message the file became."
            raise SendError(ErrorClass.RETRY, "no-message-yet", words)
    if not (place_id and stamp):
        raise SendError(ErrorClass.PERMANENT, "message_not_found", "Slack does not know this message.")
    return {"channel": place_id, name: stamp}
