"""Installing the app into a workspace by OAuth 2 (https://docs.slack.dev/authentication/installing-with-oauth)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from connectors.slack import web_api
from connectors.slack.places import address_value, ids_of
from hub.messages import ErrorClass, SendError
from hub.models import Channel

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
)
"""What the app needs to be allowed."""


def url(channel: Channel, redirect_url: str, state: str) -> str:
    """Where an administrator of the workspace installs the app. Raises `SendError` without a client id."""
    query = {
        "client_id": _client(channel)[0],
        "scope": ",".join(SCOPES),
        "redirect_uri": redirect_url,
        "state": state,
    }
    team = ids_of(channel.address)[0]
    if team.startswith("T"):
        query["team"] = team
    return f"{web_api.base_url()}/oauth/v2/authorize?{urlencode(query)}"


def finish(channel: Channel, answer: Mapping[str, str], redirect_url: str) -> dict[str, str]:
    """The bot's token, for the code that Slack sent the administrator back with. Raises `SendError`."""
    if not answer.get("code"):
        words = str(answer.get("error") or "no reason given")[:100]
        raise SendError(ErrorClass.RECONNECT, "sign-in-refused", f"Slack did not allow it: {words}.")
    client_id, client_secret = _client(channel)
    asked = {
        "client_id": client_id,
        "client_secret": client_secret,
        "code": answer["code"],
        "redirect_uri": redirect_url,
    }
    told = web_api.ask("oauth.v2.access", asked, {})
    team = (told.get("team") or told.get("enterprise") or {}).get("id", "")
    got = address_value(str(team), str(told.get("app_id") or ""))
    if got != channel.address.lower():
        words = (
            f"The app was installed as {got.upper()}; this channel's address is {channel.address.upper()}."
        )
        raise SendError(ErrorClass.RECONNECT, "another-workspace", words)
    if told.get("refresh_token"):
        words = "The app's tokens expire after twelve hours. Make a new app without token rotation."
        raise SendError(ErrorClass.RECONNECT, "token-rotation", words)
    if not told.get("access_token"):
        raise SendError(ErrorClass.RECONNECT, "no-token", "Slack gave no token.")
    return {"bot_token": str(told["access_token"])}


def _client(channel: Channel) -> tuple[str, str]:
    client_id = str(channel.config.get("client_id") or "")
    client_secret = str(channel.secrets.get("client_secret") or "")
    if not (client_id and client_secret):
        words = "Enter the app's client ID and client secret, and save them."
        raise SendError(ErrorClass.RECONNECT, "no-client", words)
    return client_id, client_secret
