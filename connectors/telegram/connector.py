"""The Telegram connector; each hook is a line to the module that does it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.telegram import bot, files, form, parse, polling, sending
from connectors.telegram.parse import UPDATES
from hub.channel_form import Check, Step
from hub.connector import Batch, Connector, Cursors
from hub.messages import (
    Capabilities,
    File,
    Health,
    Inbound,
    MessageRef,
    OutboundMessage,
    RawRequest,
    Receipt,
    RemoteFile,
    SendError,
    WebhookReply,
)
from hub.models import Channel
from hub.remote_files import digest
from hub.stopping import Stopping
from hub.webhook_signatures import check

_PROOF_HEADER = "x-telegram-bot-api-secret-token"


class TelegramConnector(Connector):
    """A bot, its private chats, and the groups that it is in."""

    kind = parse.KIND
    label = "Telegram"
    icon = "send"
    provider = bot.PROVIDER
    secret_headers = Connector.secret_headers | {_PROOF_HEADER}
    file_hosts = ("api.telegram.org",)
    file_limit = files.LIMIT
    poll_interval = 1.0

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Texts of 4,096 units, one file a message; no receipts, and the customer writes first."""
        return Capabilities(
            send=True,
            text_limit=4096,
            text_unit="utf16",
            overflow="split",
            files=10,
            files_per_message=1,
            caption_limit=sending.CAPTION,
            file_limit=50 * 1024 * 1024,
            typing_out=True,
            edit_in=True,
            edit_out=True,
            delete_in=True,
            delete_out=True,
            react_in=True,
            react_out=True,
            reactions=sending.EMOJI,
            quotes=True,
            threads=True,
            buttons=8,
            consent=True,
            work="social",
        )

    def normalise(self, address: str) -> str | None:
        """A bot's username, with its @ and in lower case."""
        value = super().normalise(address)
        return value and f"@{value.lstrip('@')}"

    def form(self) -> Sequence[Step]:
        """The token, and which way messages come."""
        return form.FORM

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """See `form`."""
        return form.clean(config, secrets)

    def test(self, channel: Channel) -> Sequence[Check]:
        """Whose token it is, and whether Telegram reaches the hub."""
        try:
            me = bot.call(channel, "getMe", {})
            name = f"@{me.get('username', '')}"
            checks = [Check("Token", True, f"It is the token of {name}.")]
            if channel.address and name.lower() != channel.address:
                checks = [Check("Token", False, f"It is the token of {name}, not of {channel.address}.")]
            if channel.config.get("receive_by") != "polling":
                checks.append(_webhook_check(bot.call(channel, "getWebhookInfo", {})))
        except SendError as error:
            return [Check("Token", False, error.detail)]
        return checks

    def connect(self, channel: Channel, callback_url: str) -> None:
        """Tell Telegram where to call, or that we ask."""
        if channel.config.get("receive_by") == "polling":
            bot.call(channel, "deleteWebhook", {"drop_pending_updates": False})
            return
        secret = str(channel.secrets.get("webhook_secret") or "")
        bot.call(
            channel,
            "setWebhook",
            {"url": callback_url, "secret_token": secret, "allowed_updates": list(UPDATES)},
        )

    def disconnect(self, channel: Channel) -> None:
        """Have Telegram keep its updates for whoever asks next."""
        bot.call(channel, "deleteWebhook", {"drop_pending_updates": False})

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """By the secret that Telegram repeats with each request."""
        check(request.headers.get(_PROOF_HEADER, ""), str(channel.secrets.get("webhook_secret") or ""))

    def dedupe_key(self, channel: Channel, request: RawRequest) -> str:
        """An update keeps its number over all attempts."""
        try:
            return f"update:{int(json.loads(request.body)['update_id'])}"
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValueError("no update") from error

    def lane(self, channel: Channel, request: RawRequest) -> str:
        """By chat."""
        return parse.lane(request.body)

    def acknowledge(self, channel: Channel, request: RawRequest) -> WebhookReply:
        """Where a button was pressed, its clock is stopped by the answer itself."""
        pressed = json.loads(request.body).get("callback_query")
        if not isinstance(pressed, dict):
            return WebhookReply()
        told = {"method": "answerCallbackQuery", "callback_query_id": str(pressed.get("id", ""))}
        return WebhookReply(200, json.dumps(told).encode(), "application/json")

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """See `parse`."""
        return parse.parse(raw, headers, config)

    def fetch_file(self, channel: Channel, file: RemoteFile) -> File:
        """See `files`."""
        return files.fetch(channel, file, self.file_limit)

    def listening_key(self, channel: Channel) -> str:
        """The token, of channels that ask."""
        if channel.config.get("receive_by") != "polling":
            return ""
        return digest(str(channel.secrets.get("bot_token") or ""))

    def listen(self, channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
        """See `polling`."""
        return polling.listen(channel, cursors, stopping)

    def destinations(self, channel: Channel, recipient: str) -> Mapping[str, int]:
        """Some 30 messages a second for a bot, one a second in a chat."""
        account = f"telegram {channel.pk}"
        return {account: 8, f"{account} {recipient}": 1}

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `sending`."""
        return sending.send(channel, message)

    def edit(self, channel: Channel, target: MessageRef, text: str) -> None:
        """See `sending`."""
        sending.edit(channel, target, text)

    def delete(self, channel: Channel, target: MessageRef) -> None:
        """See `sending`."""
        sending.delete(channel, target)

    def react(self, channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
        """See `sending`."""
        sending.react(channel, target, emoji, removed=removed)

    def typing(self, channel: Channel, thread_key: str, state: str) -> None:
        """Shown for five seconds; there is no way to stop it."""
        if state == "start":
            sending.typing(channel, thread_key)

    def health(self, channel: Channel) -> Health:
        """Whether the token is good."""
        try:
            bot.call(channel, "getMe", {}, seconds=5)
        except SendError as error:
            return Health(False, error.detail)
        return Health(True)


def _webhook_check(told: Mapping[str, Any]) -> Check:
    url, trouble = str(told.get("url") or ""), str(told.get("last_error_message") or "")
    if not url:
        return Check("Receiving", False, "Telegram does not know where this hub is. Save the channel again.")
    if trouble:
        return Check("Receiving", False, f"Telegram could not reach the hub when it last tried: {trouble}")
    waiting = told.get("pending_update_count") or 0
    return Check("Receiving", True, f"Telegram calls the hub; {waiting} updates wait.")
