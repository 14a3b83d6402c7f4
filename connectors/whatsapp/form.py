"""What an administrator is asked about a number, and how the answers are kept."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from django.conf import settings

from connectors.whatsapp.people import KIND
from hub.channel_form import Field, InvalidSettings, Paste, Step
from hub.models import Channel

FORM = (
    Step(
        "number",
        "The number",
        "In Meta's app dashboard, open WhatsApp → API Setup. The phone number ID there (not the number "
        "itself) is this channel's address.",
        (
            Field(
                "waba_id",
                "WhatsApp Business account ID",
                help="Stands under the phone number ID. Templates belong to it.",
                placeholder="1029384756",
                required=True,
            ),
        ),
    ),
    Step(
        "access",
        "Access",
        "In Meta's business settings, make a system user, give it the app and the WhatsApp account, and let "
        "it make a token that never expires, with whatsapp_business_messaging and "
        "whatsapp_business_management.",
        (
            Field(
                "access_token",
                "Access token",
                help="Whoever has it can write in the business's name.",
                placeholder="EAA…",
                required=True,
                secret=True,
            ),
            Field(
                "app_secret",
                "App secret",
                help="App settings → Basic. It proves that what comes in is from WhatsApp.",
                required=True,
                secret=True,
            ),
            Field(
                "verify_token",
                "Verify token",
                help="Leave it empty, and the hub makes one. It is shown once the channel is saved.",
                secret=True,
            ),
        ),
    ),
)


def clean(
    address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The settings as they must look; a verify token is made. Raises `InvalidSettings`."""
    account = str(config.get("waba_id") or "").strip()
    kept = {name: str(secrets.get(name) or "").strip() for name in ("access_token", "app_secret")}
    verify_token = str(secrets.get("verify_token") or "").strip() or token_urlsafe(24)
    errors: dict[str, list[str]] = {}
    if not (address.isascii() and address.isdecimal() and 5 <= len(address) <= 20):
        errors["address"] = ["Enter the phone number ID, such as 106540352242922; it has digits alone."]
    if not (account.isascii() and account.isdecimal() and 5 <= len(account) <= 20):
        errors["waba_id"] = ["An account ID has digits alone, such as 102290129340398."]
    if len(kept["access_token"]) < 16 or not kept["access_token"].isascii() or " " in kept["access_token"]:
        errors["access_token"] = ["Paste the whole token; it begins with EAA."]
    if len(kept["app_secret"]) < 8:
        errors["app_secret"] = ["Paste the app secret, as App settings → Basic shows it."]
    if errors:
        raise InvalidSettings(errors)
    return {**config, "waba_id": account}, {**secrets, **kept, "verify_token": verify_token}


def pastes(channel: Channel) -> list[Paste]:
    """What belongs into the app's webhook settings; one URL serves all numbers of an app."""
    place = "WhatsApp → Configuration → Webhook in Meta's app dashboard; then subscribe to “messages”."
    token = str(channel.secrets.get("verify_token") or "")
    return [
        Paste("url", "Callback URL", f"{settings.PUBLIC_URL}/hooks/{KIND}/", place),
        Paste("text", "Verify token", token, "Goes beside the callback URL."),
    ]
