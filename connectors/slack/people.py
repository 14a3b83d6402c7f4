"""What people are called: asked for when an event comes, kept with it, so that reading stays pure."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache

from connectors.slack import envelope, markup, web_api
from connectors.slack.places import KIND, ids_of
from hub.messages import Party, SendError
from hub.models import Channel

HEADER = "people"
"""The envelope's header: by member's id their `name`, `locale`, and `email` where that is proved."""

SECONDS = 4.0
"""All events that wait together take so long at most; who is not known then stays an id."""

_KNOWN_FOR = 3600
_MOST = 20

Told = Mapping[str, Any]


def enrich(batch: Sequence[tuple[Channel, bytes, Told]]) -> list[Told]:
    """The headers with the people whom each event names. Never raises."""
    asking = _Asking()
    return [_enriched(asking, channel, raw, headers) for channel, raw, headers in batch]


def party(headers: Told, config: Told, value: str, user: str) -> Party:
    """Somebody, with what is known of them."""
    known = (headers.get(HEADER) or {}).get(user) or {}
    email = str(known.get("email") or "") if config.get("trusts_addresses") else ""
    name = str(known.get("name") or "")
    return Party(
        kind=KIND,
        value=value,
        name=name[:200],
        display=name[:200] or user,
        locale=str(known.get("locale") or "")[:16],
        verified=True,
        aliases=(("email", email.lower()),) if email else (),
    )


def names(headers: Told) -> dict[str, str]:
    """What people are called, by their ids."""
    return {user: str(known.get("name") or "") for user, known in (headers.get(HEADER) or {}).items()}


def _enriched(asking: "_Asking", channel: Channel, raw: bytes, headers: Told) -> Told:
    if HEADER in headers:
        return headers
    try:
        told = envelope.read(raw)
        wanted = _named(told)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return headers
    found = {user: known for user in wanted[:_MOST] if (known := asking.about(channel, user))}
    return {**headers, HEADER: found} if found else headers


def _named(told: Told) -> list[str]:
    event = told.get("event")
    if told.get("type") != "event_callback" or not isinstance(event, dict):
        return []
    inner = event.get("message") if isinstance(event.get("message"), dict) else {}
    said = [event, inner or {}]
    authors = [str(one["user"]) for one in said if isinstance(one.get("user"), str) and not one.get("bot_id")]
    mentions = [user for one in said for user in markup.mentioned(str(one.get("text") or ""))]
    return list(dict.fromkeys([*authors, *mentions]))


class _Asking:
    """Asks Slack until the time is over, or until it does not answer well once."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS
        self._tired: set[object] = set()

    def about(self, channel: Channel, user: str) -> dict[str, str]:
        key = f"slack-member:{channel.pk}:{user[:40]}"
        known = cache.get(key)
        if known is not None:
            return dict(known)
        left = self._until - time.monotonic()
        if left <= 0.2 or channel.pk in self._tired:
            return {}
        try:
            parameters = {"user": user, "include_locale": "true"}
            told = web_api.call(channel, "users.info", parameters, seconds=left)
            found = _described(told["user"], ids_of(channel.address)[0])
        except (SendError, KeyError, TypeError, AttributeError) as error:
            if getattr(error, "code", "") != "user_not_found":
                self._tired.add(channel.pk)
            return {}
        cache.set(key, found, _KNOWN_FOR)
        return found


def _described(told: Told, team: str) -> dict[str, str]:
    profile = told.get("profile") or {}
    named = (profile.get("display_name"), profile.get("real_name"), told.get("real_name"), told.get("name"))
    found = {
        "name": next((str(name) for name in named if name), ""),
        "locale": str(told.get("locale") or ""),
    }
    # What the administrators of somebody else's workspace write into a profile proves nothing here.
    is_ours = str(told.get("team_id") or "") == team and not told.get("is_stranger")
    if is_ours and told.get("is_email_confirmed") and profile.get("email"):
        found["email"] = str(profile["email"])
    return {name: value.replace("\0", "") for name, value in found.items() if value}
