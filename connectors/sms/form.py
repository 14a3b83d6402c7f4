"""What an administrator is asked about a number, and how the answers are kept."""

import re
from collections.abc import Mapping
from typing import Any

from connectors.sms.quiet import hours_of
from hub.channel_form import Field, InvalidSettings, Step

_SIDS = {
    "account_sid": (r"AC[0-9a-fA-F]{32}", "An account SID is AC and 32 letters and digits."),
    "messaging_service_sid": (
        r"MG[0-9a-fA-F]{32}",
        "A messaging service's SID is MG and 32 letters and digits.",
    ),
    "api_key_sid": (r"SK[0-9a-fA-F]{32}", "An API key's SID is SK and 32 letters and digits."),
}

FORM = (
    Step(
        "account",
        "The account",
        "Open console.twilio.com: the account's SID and its Auth Token are on the first page.",
        (
            Field("account_sid", "Account SID", placeholder="AC…", required=True),
            Field(
                "auth_token",
                "Auth Token",
                help="Twilio signs with it what it tells the hub, also where an API key is used.",
                required=True,
                secret=True,
            ),
            Field(
                "api_key_sid",
                "API key",
                help="Optional: messages are sent with this key instead of the Auth Token.",
                placeholder="SK…",
            ),
            Field("api_key_secret", "API key's secret", secret=True),
            Field(
                "shared_key_secret",
                "Webhook key's secret",
                help="Only if you have made a key for webhooks (HMAC-SHA256) at Twilio.",
                secret=True,
            ),
        ),
    ),
    Step(
        "sender",
        "The sender",
        "The channel's address is a number with its country (+1…), a short code, or up to 11 letters.",
        (
            Field(
                "messaging_service_sid",
                "Messaging service",
                help="If you use one, it chooses the number that a message comes from.",
                placeholder="MG…",
            ),
            Field("mms", "Pictures and files (MMS)", "switch", help="US and Canada.", default=True),
            Field(
                "enters_address",
                "The hub enters its address at the number",
                "switch",
                help="Otherwise enter it yourself: the hub shows you what and where.",
                default=True,
            ),
            Field(
                "asks_for_missed",
                "The hub asks for messages that it has missed",
                "switch",
                help="Every five minutes: Twilio does not call again for long.",
                default=True,
            ),
        ),
    ),
    Step(
        "behaviour",
        "Quiet hours",
        "By the clock where the recipient is. Who has written within the last hour is answered at once.",
        (
            Field("quiet_from", "Quiet from", placeholder="21:00", help="Empty: at any hour."),
            Field("quiet_until", "Quiet until", placeholder="08:00"),
        ),
    ),
)


def clean(
    address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The answers as they must look. Raises `InvalidSettings`."""
    kept = {**config} | {name: str(config.get(name) or "").strip() for name in _SIDS}
    kept |= {name: str(config.get(name) or "").strip() for name in ("quiet_from", "quiet_until")}
    known = {name: str(value or "").strip() for name, value in secrets.items()}
    errors = {
        name: [words]
        for name, (form, words) in _SIDS.items()
        if (kept[name] or name == "account_sid") and not re.fullmatch(form, kept[name])
    }
    if not known.get("auth_token"):
        errors["auth_token"] = ["Without the Auth Token nothing that Twilio tells can be believed."]
    if kept["api_key_sid"] and not known.get("api_key_secret"):
        errors["api_key_secret"] = ["The key needs its secret."]
    if not address and not kept["messaging_service_sid"]:
        errors["address"] = ["Enter a number, a short code or a name, or choose a messaging service."]
    if (kept["quiet_from"] or kept["quiet_until"]) and hours_of(kept) is None:
        errors["quiet_from"] = ["Two different times of the day are needed, such as 21:00 and 08:00."]
    if errors:
        raise InvalidSettings(errors)
    return kept, {name: value for name, value in known.items() if value}
