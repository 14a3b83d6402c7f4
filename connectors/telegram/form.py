"""What an administrator is asked about a bot, and how the answers are kept."""

import re
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from hub.channel_form import Field, InvalidSettings, Step

_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{30,60}")

FORM = (
    Step(
        "bot",
        "The bot",
        "Write to @BotFather in Telegram, send /newbot, and paste the token that it answers with.",
        (
            Field(
                "bot_token",
                "Token",
                help="Whoever has it can write in the bot's name.",
                placeholder="123456789:AA…",
                required=True,
                secret=True,
            ),
            Field(
                "receive_by",
                "How messages come in",
                "choice",
                help="Telegram must reach this hub over HTTPS for the first; the second works from anywhere.",
                default="webhook",
                choices=(("webhook", "Telegram calls the hub"), ("polling", "The hub asks Telegram")),
            ),
        ),
    ),
)


def clean(
    config: Mapping[str, Any], secrets: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The token as it must look; a webhook's secret is made. Raises `InvalidSettings`."""
    token = str(secrets.get("bot_token") or "").strip()
    errors: dict[str, list[str]] = {}
    if not _TOKEN.fullmatch(token):
        errors["bot_token"] = ["A token looks like 123456789:AAExample…, as @BotFather writes it."]
    if config.get("receive_by", "webhook") not in ("webhook", "polling"):
        errors["receive_by"] = ["Choose one of the two."]
    if errors:
        raise InvalidSettings(errors)
    kept = {**secrets, "bot_token": token}
    kept.setdefault("webhook_secret", token_urlsafe(32))
    return {**config, "receive_by": config.get("receive_by", "webhook")}, kept
