"""What an administrator is asked about a generic channel, and how the answers are kept."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from hub.channel_form import Field, InvalidSettings, Step
from hub.webhook_signatures import standard_key

SHORTEST_TOKEN = 24
LONGEST_WINDOW = 24 * 90

_SIGNATURE = ("either", "signature")
_TOKEN = ("either", "token")

FORM = (
    Step(
        "receiving",
        "What your system sends",
        "Your system posts messages and events to this channel, and proves that it is the one who does.",
        (
            Field(
                "proof",
                "Proof",
                "choice",
                help="A signature is bound to each request and cannot be used again; a token is simpler.",
                default="either",
                choices=(
                    ("either", "A signature or a token"),
                    ("signature", "A signature of each request only"),
                    ("token", "A token only"),
                ),
            ),
            Field(
                "token",
                "Token",
                help=f"Goes into the Authorization header; at least {SHORTEST_TOKEN} characters.",
                secret=True,
                shown_when=("proof", _TOKEN),
            ),
            Field(
                "signing_secret",
                "Signing secret",
                help="“whsec_” and 16 random bytes or more in base64 (Standard Webhooks); it signs both ways",
                placeholder="whsec_…",
                secret=True,
            ),
            Field(
                "trusts_addresses",
                "The system has checked its customers' e-mail addresses and phone numbers",
                "switch",
                help="Then a customer who is known by one of them is recognised.",
                default=False,
            ),
        ),
    ),
    Step(
        "sending",
        "What goes to your system",
        "Answers are posted to your system. Without a URL they wait in the hub, to be fetched by its API.",
        (
            Field("webhook_url", "URL", help="Every request is signed if there is a signing secret."),
            Field("can_start", "Agents may write first", "switch", default=False),
        ),
    ),
    Step(
        "abilities",
        "What the channel can do",
        "Agents are offered what you switch on here, and your system is told of it.",
        (
            Field("text_limit", "Longest text, in characters", "number", help="Empty for no limit."),
            Field("html", "Formatted text", "switch", default=False),
            Field("files", "Files of one message", "number", default=10),
            Field("buttons", "Buttons under a message", "number", default=0),
            Field("delivered", "It tells what was delivered", "switch", default=True),
            Field("read", "It tells what was read", "switch", default=True),
            Field("typing", "It tells who is typing, and shows it", "switch", default=False),
            Field("edit", "Messages can be changed", "switch", default=False),
            Field("delete", "Messages can be taken back", "switch", default=False),
            Field("react", "Messages can get reactions", "switch", default=False),
            Field(
                "reply_window_hours",
                "Hours in which an answer may be written",
                "number",
                help="After the customer's last message; empty for no limit.",
            ),
        ),
    ),
)

_NUMBERS = {
    "text_limit": (1, 1_000_000),
    "files": (0, 50),
    "buttons": (0, 20),
    "reply_window_hours": (1, LONGEST_WINDOW),
}


def clean(config: Mapping[str, Any], secrets: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings as they are kept. Raises `InvalidSettings`.

    `scope` is made once: it keeps the customers of two channels apart.
    """
    errors = {**_wrong_numbers(config), **_wrong_secrets(config, secrets)}
    url = str(config.get("webhook_url") or "").strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        errors["webhook_url"] = ["This is no address of a web server."]
    if errors:
        raise InvalidSettings(errors)
    kept = dict(config) | ({"webhook_url": url} if url else {})
    return kept | {"scope": str(config.get("scope") or token_hex(4))}, dict(secrets)


def _wrong_numbers(config: Mapping[str, Any]) -> dict[str, list[str]]:
    errors = {}
    for name, (low, high) in _NUMBERS.items():
        value = config.get(name)
        if value in (None, ""):
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            errors[name] = [f"A whole number from {low} to {high:,} is needed."]
    return errors


def _wrong_secrets(config: Mapping[str, Any], secrets: Mapping[str, Any]) -> dict[str, list[str]]:
    proof = config.get("proof", "either")
    token, signing = str(secrets.get("token") or ""), str(secrets.get("signing_secret") or "")
    errors: dict[str, list[str]] = {}
    if proof not in ("either", "signature", "token"):
        errors["proof"] = ["Choose one of the three."]
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        errors["token"] = [f"A token has at least {SHORTEST_TOKEN} letters, digits or signs."]
    if signing:
        try:
            standard_key(signing)
        except ValueError as error:
            errors["signing_secret"] = [f"{error}.".capitalize()]
    if proof == "token" and not token:
        errors["token"] = ["A token is needed."]
    elif proof == "signature" and not signing:
        errors["signing_secret"] = ["A signing secret is needed."]
    elif not token and not signing:
        errors["token"] = ["Give a token, a signing secret, or both."]
    return errors
