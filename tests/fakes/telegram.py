"""The Bot API as a fake: it takes messages, hands out files, and writes updates."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP
from itertools import count
from typing import Any
from zlib import crc32

from hub.clock import now
from hub.messages import ErrorClass, Party
from hub.models import Channel
from tests.fakes.channel import ChannelFake, ErrorRow, Event
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import Webhook

FILES = {"sendPhoto": "photo", "sendDocument": "document"}


class BotApi(FakeProvider):
    """Methods below `/bot<token>/`, files below `/file/bot<token>/`."""

    def __init__(self, file_content: bytes) -> None:
        super().__init__()
        self.tokens = {"1111111:" + "A" * 35, "2222222:" + "B" * 35}
        self.file_content = file_content
        self.sent: list[dict[str, Any]] = []
        self.amended: list[tuple[str, str, str]] = []
        self.webhook: dict[str, Any] = {}
        self.updates: list[dict[str, Any]] = []
        self._numbers = count(9000)

    def is_authorised(self, asked: Asked) -> bool:
        return any(f"/bot{token}/" in asked.path for token in self.tokens)

    def unauthorised(self, asked: Asked) -> Answer:
        return Answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})

    def throttle(self, retry_after: int | None = None, times: int = 1, body: Any = None) -> None:
        wait = {} if retry_after is None else {"retry_after": retry_after}
        super().throttle(retry_after, times, _refusal(429, "Too Many Requests", wait))

    def answer(self, asked: Asked) -> Answer:
        method = asked.path.rpartition("/")[2]
        if "/file/bot" in asked.path:
            return Answer(200, self.file_content, {"Content-Type": "application/octet-stream"})
        told = parameters(asked)
        result: Any = True
        if method in ("sendMessage", *FILES):
            result = self._take(method, told)
        elif method in ("editMessageText", "editMessageCaption"):
            self._amend("edit", told, told.get("text") or told.get("caption") or "")
        elif method == "deleteMessage":
            self._amend("delete", told, "")
        elif method == "setMessageReaction":
            emoji = told["reaction"][0]["emoji"] if told["reaction"] else ""
            self._amend("react" if emoji else "unreact", told, emoji)
        elif method == "getFile":
            result = {"file_id": told["file_id"], "file_path": f"photos/{told['file_id']}.jpg"}
        elif method == "getMe":
            result = {"id": 1, "is_bot": True, "username": "acme_bot"}
        elif method == "setWebhook":
            self.webhook = told
        elif method == "deleteWebhook":
            self.webhook = {}
        elif method == "getWebhookInfo":
            result = {"url": self.webhook.get("url", ""), "pending_update_count": 0}
        elif method == "getUpdates":
            self.updates = [one for one in self.updates if one["update_id"] >= told.get("offset", 0)]
            result = self.updates[: told.get("limit", 100)]
        return Answer(200, {"ok": True, "result": result})

    def _take(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        self.sent.append({**told, "method": method})
        return {"message_id": number, "date": 1700000000, "chat": {"id": int(told["chat_id"])}}

    def _amend(self, verb: str, told: dict[str, Any], what: str) -> None:
        self.amended.append((verb, f"{told['chat_id']}:{told['message_id']}", what))


def parameters(asked: Asked) -> dict[str, Any]:
    """What a method was called with; the bytes of files by the name of their field."""
    content_type = asked.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        return dict(asked.json()) if asked.body else {}
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + asked.body)
    told: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        told[name] = content if part.get_filename() else content.decode()
    return told


def _refusal(code: int, words: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": words, "parameters": parameters or {}}


class Fake(ChannelFake):
    """A bot of @acme_bot's kind, and the people who write to it."""

    kind = "telegram"
    is_signed = False
    error_rows = (
        ErrorRow(
            "too fast",
            Answer(429, _refusal(429, "Too Many Requests: retry after 3", {"retry_after": 3})),
            ErrorClass.THROTTLED,
        ),
        ErrorRow("down", Answer(502, _refusal(502, "Bad Gateway")), ErrorClass.RETRY),
        ErrorRow(
            "no such chat", Answer(400, _refusal(400, "Bad Request: chat not found")), ErrorClass.PERMANENT
        ),
        ErrorRow(
            "too long", Answer(400, _refusal(400, "Bad Request: message is too long")), ErrorClass.PERMANENT
        ),
        ErrorRow(
            "blocked",
            Answer(403, _refusal(403, "Forbidden: bot was blocked by the user")),
            ErrorClass.RECIPIENT,
        ),
        ErrorRow("bad token", Answer(401, _refusal(401, "Unauthorized")), ErrorClass.RECONNECT),
        ErrorRow("no such bot", Answer(404, _refusal(404, "Not Found")), ErrorClass.RECONNECT),
        ErrorRow(
            "two pollers",
            Answer(409, _refusal(409, "Conflict: terminated by other getUpdates request")),
            ErrorClass.RECONNECT,
        ),
    )

    def make_server(self) -> FakeProvider:
        return BotApi(self.file_content)

    @property
    def api(self) -> BotApi:
        """The Bot API itself."""
        assert isinstance(self.server, BotApi)
        return self.server

    def fields(self, number: int) -> Mapping[str, Any]:
        return {
            "address": f"@acme_{number}_bot",
            "config": {"receive_by": "webhook"},
            "secrets": {
                "bot_token": f"{str(number) * 7}:{chr(64 + number) * 35}",
                "webhook_secret": f"secret-{number}-" + "x" * 24,
            },
        }

    def message(
        self,
        channel: Channel,
        key: str,
        text: str = "Where is my parcel?",
        *,
        sender: str = "1",
        at: datetime | None = None,
        files: int = 0,
        file_url: str = "",
    ) -> Event:
        told = self._told(key, sender, at)
        if not files:
            return {"message": told | {"text": text}}
        sizes = [
            {"file_id": f"small-{key}", "width": 90, "height": 90, "file_size": 10},
            {"file_id": f"large-{key}", "width": 900, "height": 900, "file_size": len(self.file_content)},
        ]
        return {"message": told | {"caption": text, "photo": sizes}}

    def sender(self, number: str = "1") -> Party:
        return Party("telegram", str(7_000_000 + int(number)))

    def message_id(self, channel: Channel, key: str) -> str:
        return f"{self.sender('1').value}:{_number(key)}"

    def edit(self, channel: Channel, key: str, text: str, at: datetime | None = None) -> Event:
        told = self._told(key, "1", None)
        return {"edited_message": told | {"text": text, "edit_date": int((at or now()).timestamp())}}

    def deletion(self, channel: Channel, key: str) -> Event:
        chat = self._told(key, "1", None)["chat"]
        return {"deleted_business_messages": {"chat": chat, "message_ids": [_number(key)]}}

    def reaction(self, channel: Channel, key: str, emoji: str = "👍", *, removed: bool = False) -> Event:
        told = self._told(key, "1", None)
        new = [] if removed else [{"type": "emoji", "emoji": emoji}]
        return {
            "message_reaction": {
                "chat": told["chat"],
                "message_id": told["message_id"],
                "user": told["from"],
                "date": int(now().timestamp()),
                "old_reaction": [],
                "new_reaction": new,
            }
        }

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        (event,) = events
        number = crc32(json.dumps(event, sort_keys=True).encode())
        return Webhook(json.dumps({"update_id": number} | event).encode())

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        secret = str(channel.secrets["webhook_secret"])
        return webhook.with_headers({"X-Telegram-Bot-Api-Secret-Token": secret})

    def taken(self) -> Sequence[str]:
        return [str(told.get("text") or told.get("caption") or "") for told in self.api.sent]

    def amended(self) -> Sequence[tuple[str, str, str]]:
        return self.api.amended

    def _told(self, key: str, sender: str, at: datetime | None) -> dict[str, Any]:
        person = int(self.sender(sender).value)
        return {
            "message_id": _number(key),
            "date": int((at or now()).timestamp()),
            "chat": {"id": person, "type": "private", "first_name": "Ann"},
            "from": {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"},
        }


def _number(key: str) -> int:
    return crc32(key.encode()) % 1_000_000
