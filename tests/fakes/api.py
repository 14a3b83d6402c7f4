"""A system behind a generic channel: it takes answers by webhook, and posts signed messages and events."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from hub.clock import now
from hub.messages import ErrorClass, Party
from hub.models import Channel
from tests.fakes import signing
from tests.fakes.channel import ChannelFake, ErrorRow, Event
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import Webhook


class System(FakeProvider):
    """Takes what the hub posts, each `webhook-id` once, and serves files."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, dict[str, Any]] = {}

    def answer(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            return Answer(200, ChannelFake.file_content, {"Content-Type": "image/png"})
        told = asked.json()
        key = asked.headers["webhook-id"]
        self.taken.setdefault(key, told)
        return Answer(200, {"id": f"sys-{key}"})


class Fake(ChannelFake):
    """Signs by Standard Webhooks."""

    kind: ClassVar[str] = "api"
    has_batches: ClassVar[bool] = True
    has_clock: ClassVar[bool] = True
    error_rows: ClassVar[Sequence[ErrorRow]] = (
        ErrorRow("400", Answer(400, {"error": {"message": "no such thread"}}), ErrorClass.PERMANENT),
        ErrorRow("401", Answer(401), ErrorClass.RECONNECT),
        ErrorRow("403", Answer(403), ErrorClass.RECONNECT),
        ErrorRow("404", Answer(404), ErrorClass.RECONNECT),
        ErrorRow("410", Answer(410), ErrorClass.RECONNECT),
        ErrorRow("408", Answer(408), ErrorClass.RETRY),
        ErrorRow("429", Answer(429), ErrorClass.THROTTLED),
        ErrorRow("500", Answer(500, b"<html>"), ErrorClass.RETRY),
        ErrorRow("503", Answer(503), ErrorClass.RETRY),
        ErrorRow("named", Answer(422, {"error": {"class": "recipient"}}), ErrorClass.RECIPIENT),
        ErrorRow("window", Answer(409, {"error": {"class": "window_closed"}}), ErrorClass.WINDOW_CLOSED),
        ErrorRow("odd name", Answer(422, {"error": {"class": ["x"]}}), ErrorClass.PERMANENT),
    )

    def make_server(self) -> System:
        return System()

    def fields(self, number: int) -> Mapping[str, Any]:
        secret = base64.b64encode(hashlib.sha256(f"secret {number}".encode()).digest()).decode()
        switches = dict.fromkeys(("typing", "edit", "delete", "react"), True)
        return {
            "address": f"system-{number}",
            "config": {"webhook_url": f"{self.server.base_url}/{number}", "scope": f"s{number}", **switches},
            "secrets": {"token": f"token-number-{number}-{'x' * 24}", "signing_secret": f"whsec_{secret}"},
        }

    def sender(self, number: str = "1") -> Party:
        return Party("api", f"s1:cust-{number}")

    def message_id(self, channel: Channel, key: str) -> str:
        return f"m-{key}"

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
        url = file_url or f"{self.server.base_url}/files/a.png"
        return {
            "id": f"m-{key}",
            "contact": {"id": f"cust-{sender}", "name": f"Customer {sender}"},
            "text": text,
            "sent_at": at.isoformat() if at else None,
            "attachments": [{"url": url, "name": f"{number}.png"} for number in range(files)],
        }

    def edit(self, channel: Channel, key: str, text: str, at: datetime | None = None) -> Event:
        return _event("message.updated", f"m-{key}", at, text=text)

    def deletion(self, channel: Channel, key: str) -> Event:
        return _event("message.deleted", f"m-{key}")

    def reaction(self, channel: Channel, key: str, emoji: str = "👍", *, removed: bool = False) -> Event:
        name = "reaction.removed" if removed else "reaction.added"
        return _event(name, f"m-{key}", emoji=emoji, contact={"id": "cust-1"})

    def status(self, channel: Channel, provider_id: str, status: str, *, delivery_id: str = "") -> Event:
        return _event("delivery.updated", provider_id, status=status, delivery_id=delivery_id)

    def read_up_to(self, channel: Channel, moment: datetime, *, sender: str = "1") -> Event:
        return _event("thread.read", "", moment, contact={"id": f"cust-{sender}"})

    def echo(self, channel: Channel, provider_id: str, text: str, *, sender: str = "1") -> Event:
        message = self.message(channel, "x", text, sender=sender)
        return message | {"id": provider_id, "direction": "outbound"}

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        route = "events" if "type" in events[0] else "messages"
        content = {route: list(events)} if len(events) > 1 else events[0]
        return Webhook(json.dumps(content).encode(), route=route)

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        secret = str(channel.secrets["signing_secret"])
        stamp = int((at or now()).timestamp())
        return webhook.with_headers(signing.standard_webhooks(secret, "msg_1", stamp, webhook.body))

    def taken(self) -> Sequence[str]:
        posted = self._system.taken.values()
        return [told["data"]["text"] for told in posted if told["type"] == "message.created"]

    def amended(self) -> Sequence[tuple[str, str, str]]:
        words = {"message.updated": "edit", "message.deleted": "delete", "reaction.added": "react"}
        words["reaction.removed"] = "unreact"
        return [
            (
                words[told["type"]],
                told["data"]["message_id"],
                told["data"].get("text") or told["data"].get("emoji", ""),
            )
            for told in self._system.taken.values()
            if told["type"] in words
        ]

    @property
    def _system(self) -> System:
        assert isinstance(self.server, System)
        return self.server


def _event(name: str, message_id: str, at: datetime | None = None, **data: Any) -> dict[str, Any]:
    told = {"type": name, "message_id": message_id, "at": at.isoformat() if at else None}
    return told | {key: value for key, value in data.items() if value}
