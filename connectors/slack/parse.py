"""What Slack's events say, as the inbox knows it. Pure; https://docs.slack.dev/reference/events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.slack import envelope, people
from connectors.slack.emoji import emoji_of
from connectors.slack.files import files_of, links_of
from connectors.slack.markup import to_html, to_text
from connectors.slack.places import Place, ids_of, instant
from hub.messages import (
    Ignored,
    Inbound,
    InboundDeletion,
    InboundEdit,
    InboundHealth,
    InboundMessage,
    InboundReaction,
    InboundStatus,
    Party,
)

Told = Mapping[str, Any]

_SAID = frozenset(["", "file_share", "thread_broadcast", "me_message", "bot_message"])
_DIRECT = frozenset(["im", "mpim"])
_MISFORMED = (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError, RecursionError)


def parse(raw: bytes, headers: Told, config: Told) -> Sequence[Inbound]:
    """The one thing that an event brings; raises `ValueError` for what is no envelope of Slack's."""
    told = envelope.read(raw)
    try:
        return [_understood(told, headers, config)]
    except _MISFORMED as error:
        return [Ignored(f"{type(error).__name__}: {str(error)[:200]}")]


def _understood(told: Told, headers: Told, config: Told) -> Inbound:
    address = str(headers.get("address") or "")
    if not envelope.is_for(told, address):
        return Ignored("it is of another workspace or app")
    if told["type"] == "app_rate_limited":
        return InboundHealth(False, "app_rate_limited", "So much happens that Slack holds events back.")
    if told["type"] != "event_callback":
        return Ignored(f"an envelope of the type {told['type'][:60]!r} says nothing to the inbox")
    return _Event(told, told["event"], headers, config, address).understood()


@dataclass(frozen=True, slots=True)
class _Event:
    """One event, in the envelope around it."""

    told: Told
    event: Told
    headers: Told
    config: Told
    address: str

    def understood(self) -> Inbound:
        kind, subtype = str(self.event["type"]), str(self.event.get("subtype") or "")
        if kind == "message" and subtype == "message_changed":
            return self._changed()
        if kind == "message" and subtype == "message_deleted":
            place = Place(str(self.event["channel"]))
            return InboundDeletion(
                place.message(str(self.event["deleted_ts"])), instant(str(self.event["event_ts"]))
            )
        if kind == "app_mention" or (kind == "message" and subtype in _SAID):
            return self._message()
        if kind in ("reaction_added", "reaction_removed"):
            return self._reaction(kind == "reaction_removed")
        if kind == "app_uninstalled":
            return self._gone("The app was removed from the workspace.")
        if kind == "tokens_revoked" and (self.event.get("tokens") or {}).get("bot"):
            return self._gone("Somebody took the hub's permission back in Slack.")
        return Ignored(f"an event of the type {f'{kind} {subtype}'.strip()[:60]!r} says nothing to the inbox")

    def _message(self) -> Inbound:
        event = self.event
        place = self._place()
        external_id = place.message(str(event["ts"]))
        if self._is_own(event):
            return _own(event, external_id)
        author = str(event.get("user") or event.get("bot_id") or "")
        if not author:
            return Ignored("nobody said it")
        files, links = tuple(files_of(event)), links_of(event)
        text, html = self._words(event)
        if not (text or files or links):
            return Ignored("a message without words and files")
        return InboundMessage(
            external_id=external_id,
            sender=self._person(author),
            text="\n".join([text, *links]).strip("\n"),
            html="" if links else html,
            sent_at=instant(str(event["ts"])),
            thread_key=str(place),
            automatic=bool(event.get("bot_id")),
            remote_files=files,
            public=not self._is_direct(place),
        )

    def _changed(self) -> Inbound:
        now, before = self.event["message"], self.event.get("previous_message") or {}
        place = Place(str(self.event["channel"]))
        external_id = place.message(str(now["ts"]))
        if now.get("subtype") == "tombstone":
            return InboundDeletion(external_id, self._at())
        if self._is_own(now):
            return Ignored("our own message was changed")
        if now.get("text") == before.get("text"):
            return Ignored("Slack added a preview or a thread to a message")
        text, html = self._words(now)
        changed = str((now.get("edited") or {}).get("ts") or self.event["event_ts"])
        return InboundEdit(external_id, text, html, instant(changed))

    def _reaction(self, is_removal: bool) -> Inbound:
        item, user = self.event["item"], str(self.event["user"])
        if item.get("type") != "message":
            return Ignored("a reaction to what is no message")
        if user in envelope.own_users(self.told, self.config):
            return Ignored("our own reaction")
        return InboundReaction(
            Place(str(item["channel"])).message(str(item["ts"])),
            self._person(user),
            emoji_of(str(self.event["reaction"])),
            removed=is_removal,
            reacted_at=self._at(),
        )

    def _gone(self, words: str) -> Inbound:
        return InboundHealth(False, str(self.event["type"]), words, needs_reconnect=True)

    def _place(self) -> Place:
        """Outside of direct conversations each message begins a thread."""
        channel, thread = str(self.event["channel"]), str(self.event.get("thread_ts") or "")
        is_direct = self._is_direct(Place(channel))
        return Place.read(str(Place(channel, thread or ("" if is_direct else str(self.event["ts"])))))

    def _is_direct(self, place: Place) -> bool:
        return self.event.get("channel_type") in _DIRECT or place.channel.startswith("D")

    def _is_own(self, told: Told) -> bool:
        """Whether our app wrote it: Slack repeats to us what we say."""
        app = ids_of(self.address)[1] or str(self.told.get("api_app_id") or "")
        apps = (told.get("app_id"), (told.get("bot_profile") or {}).get("app_id"))
        return told.get("user") in envelope.own_users(self.told, self.config) or bool(app and app in apps)

    def _person(self, user: str) -> Party:
        value = envelope.person(self.told, self.address, user)
        return people.party(self.headers, self.config, value, user)

    def _words(self, told: Told) -> tuple[str, str]:
        written, names = str(told.get("text") or ""), people.names(self.headers)
        return to_text(written, names), to_html(written, names)

    def _at(self) -> datetime:
        return instant(str(self.event["event_ts"]))


def _own(event: Told, external_id: str) -> Inbound:
    """What the hub sent comes back with its delivery's id: that tells what became of an interrupted call."""
    payload = (event.get("metadata") or {}).get("event_payload") or {}
    if not payload.get("delivery_id"):
        return Ignored("our own message")
    return InboundStatus("sent", delivery_id=str(payload["delivery_id"]), provider_id=external_id)
