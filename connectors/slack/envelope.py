"""The envelope around an event: whose it is, and what tells it from others (https://docs.slack.dev/apis/events-api)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.slack.places import address_value, person_value

Told = Mapping[str, Any]


def read(raw: bytes) -> dict[str, Any]:
    """The envelope without what PostgreSQL cannot keep; raises `ValueError` for what is none."""
    try:
        told = json.loads(raw)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(told, dict) or not isinstance(told.get("type"), str):
        raise ValueError("an envelope has a type")
    cleaned = _without_nul(told)
    assert isinstance(cleaned, dict)
    return cleaned


def addresses(told: Told) -> list[str]:
    """The addresses of those channels of ours that an envelope may be for."""
    app = str(told.get("api_app_id") or "")
    return [address_value(team, app) for team in dict.fromkeys(_teams(told)) if app]


def is_for(told: Told, address: str) -> bool:
    """Whether it is for the channel with this address; what names nobody is for all."""
    named = addresses(told)
    return not (named and address) or address in named


def dedupe_key(told: Told) -> str:
    """An event keeps its id over all attempts; raises `ValueError` for what has none."""
    event_id = told.get("event_id")
    if told["type"] == "event_callback" and isinstance(event_id, str) and event_id:
        return f"event:{event_id[:200]}"
    if told["type"] == "app_rate_limited":
        return f"limited:{told.get('team_id')}:{told.get('minute_rate_limited')}"[:200]
    raise ValueError("no event")


def lane(told: Told) -> str:
    """The channel that an event is about: what happens there is understood in its order."""
    event = told.get("event")
    if not isinstance(event, dict):
        return ""
    item = event.get("item")
    channel = item.get("channel") if isinstance(item, dict) else event.get("channel")
    return f"channel:{channel[:60]}" if isinstance(channel, str) else ""


def own_users(told: Told, config: Told) -> set[str]:
    """The members that we are: the bot for which this was authorised, and the one that the settings name."""
    named = (one.get("user_id") for one in _authorizations(told) if one.get("is_bot", True))
    return {str(user) for user in (*named, config.get("bot_user_id")) if user}


def person(told: Told, address: str, user: str) -> str:
    """Somebody's address as seen from our workspace, by which they are the same in all its events."""
    team = address.partition("/")[0] or str(told.get("team_id") or "")
    return person_value(team, user)


def _teams(told: Told) -> Iterator[str]:
    for one in _authorizations(told):
        # Of an app that was let into a whole organization, the enterprise is what we know it by.
        yield from (str(one[name]) for name in ("team_id", "enterprise_id") if one.get(name))
    if told.get("team_id"):
        yield str(told["team_id"])


def _authorizations(told: Told) -> list[Told]:
    given = told.get("authorizations")
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {str(name).replace("\0", ""): _without_nul(one) for name, one in value.items()}
    return value
