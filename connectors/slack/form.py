"""What an administrator is asked about an app, how the answers are kept, and what Slack must be told."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from connectors.slack.places import KIND
from connectors.slack.sign_in import SCOPES
from hub.channel_form import Field, InvalidSettings, Paste, Step
from hub.models import Channel

EVENTS = (
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
"""What the app subscribes to; of channels only mentions come in without their `message.…`."""

FORM = (
    Step(
        "app",
        "The app",
        "At api.slack.com/apps, create an app; once this channel is saved, a manifest stands here for it."
        " The channel's address is the IDs of your workspace and of the app, such as T0123ABCD/A0123ABCD: the"
        " first stands in Slack's address in the browser, the second under “Basic Information”.",
        (
            Field(
                "receive_by",
                "How events come in",
                "choice",
                help="Slack must reach this hub over HTTPS for the first; the second works from anywhere.",
                default="events",
                choices=(("events", "Slack calls the hub"), ("socket", "The hub connects to Slack")),
            ),
            Field(
                "signing_secret",
                "Signing secret",
                help="Under “Basic Information”. By it the hub knows that a request is from Slack.",
                required=True,
                secret=True,
                shown_when=("receive_by", ("events",)),
            ),
            Field(
                "app_token",
                "App-level token",
                help="Under “Basic Information”, with the permission connections:write.",
                placeholder="xapp-…",
                required=True,
                secret=True,
                shown_when=("receive_by", ("socket",)),
            ),
        ),
    ),
    Step(
        "workspace",
        "The workspace",
        "The app is installed into your workspace: here by its sign-in, or over there, which gives a token.",
        (
            Field(
                "install_by",
                "How the app is installed",
                "choice",
                default="token",
                choices=(("token", "I paste the bot's token"), ("sign_in", "Sign in to Slack")),
            ),
            Field(
                "bot_token",
                "Bot token",
                help="Under “Install App”. Whoever has it can write in the app's name.",
                placeholder="xoxb-…",
                required=True,
                secret=True,
                shown_when=("install_by", ("token",)),
            ),
            Field(
                "client_id",
                "Client ID",
                help="Under “Basic Information”.",
                required=True,
                shown_when=("install_by", ("sign_in",)),
            ),
            Field(
                "client_secret",
                "Client secret",
                required=True,
                secret=True,
                shown_when=("install_by", ("sign_in",)),
            ),
            Field("account", "Workspace", kind="sign_in", shown_when=("install_by", ("sign_in",))),
            Field(
                "trusts_addresses",
                "Recognise the workspace's members by their e-mail addresses",
                "switch",
                help="Who has written by mail before is the same customer then; guests are not.",
                default=False,
            ),
        ),
    ),
)

_PREFIXES = {
    "bot_token": ("xoxb-", "A bot token begins with xoxb-."),
    "app_token": ("xapp-", "It begins with xapp-."),
}
_CHOICES = {"receive_by": ("events", "socket"), "install_by": ("token", "sign_in")}


def clean(config: Mapping[str, Any], secrets: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tokens as they must look. Raises `InvalidSettings`."""
    kept = {**config, **{name: config.get(name) or values[0] for name, values in _CHOICES.items()}}
    errors = {
        name: ["Choose one of the two."] for name, values in _CHOICES.items() if kept[name] not in values
    }
    known = {name: value.strip() if isinstance(value, str) else value for name, value in secrets.items()}
    needed = ["signing_secret" if kept["receive_by"] == "events" else "app_token"]
    needed += ["bot_token"] if kept["install_by"] == "token" else ["client_id", "client_secret"]
    for name in needed:
        if not (known.get(name) or (name == "client_id" and kept.get(name))):
            errors[name] = ["This is needed."]
    for name, (prefix, words) in _PREFIXES.items():
        if known.get(name) and not str(known[name]).startswith(prefix):
            errors[name] = [words]
    if errors:
        raise InvalidSettings(errors)
    return kept, known


def pastes(channel: Channel) -> Sequence[Paste]:
    """The app's manifest, and the addresses in it."""
    found = [Paste("text", "App manifest", manifest(channel), "Makes the app with all that it needs.")]
    if channel.config.get("receive_by") != "socket":
        purpose = "Where Slack sends events: “Event Subscriptions”, “Request URL”."
        found.append(Paste("url", "Request URL", request_url(channel), purpose))
    if channel.config.get("install_by") == "sign_in":
        purpose = "Where Slack sends you back to: “OAuth & Permissions”, “Redirect URLs”."
        found.append(Paste("url", "Redirect URL", _redirect_url(), purpose))
    return found


def request_url(channel: Channel) -> str:
    """Where Slack sends events for this channel."""
    return f"{_home()}/hooks/{KIND}/{channel.pk}/"


def manifest(channel: Channel) -> str:
    """The app as Slack takes it (https://docs.slack.dev/reference/app-manifest), as JSON."""
    by_socket = channel.config.get("receive_by") == "socket"
    subscriptions: dict[str, Any] = {"bot_events": list(EVENTS)}
    if not by_socket:
        subscriptions["request_url"] = request_url(channel)
    name = channel.name[:35] or "Omnihub"
    told = {
        "display_information": {"name": name},
        "features": {
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": name, "always_online": True},
        },
        "oauth_config": {"redirect_urls": [_redirect_url()], "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": subscriptions,
            "socket_mode_enabled": by_socket,
            "token_rotation_enabled": False,
        },
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _home() -> str:
    return str(settings.PUBLIC_URL).rstrip("/")


def _redirect_url() -> str:
    return f"{_home()}/settings/channels/signed-in"
