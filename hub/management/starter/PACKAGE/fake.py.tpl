"""$label on loopback, for the hub's conformance kit; it needs the hub's `tests` folder."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from hub.messages import ErrorClass, Party
from hub.models import Channel
from tests.fakes import signing
from tests.fakes.channel import ChannelFake, ErrorRow, Event
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import Webhook


class Provider(FakeProvider):
    """Takes messages from those who know a token."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []

    def is_authorised(self, asked: Asked) -> bool:
        return asked.headers.get("authorization", "").startswith("Bearer token-")

    def answer(self, asked: Asked) -> Answer:
        self.taken.append(asked.json()["text"])
        return Answer(201, {"id": f"p-{len(self.taken)}"})


class Fake(ChannelFake):
    """Posts signed events."""

    kind: ClassVar[str] = "$kind"
    has_batches: ClassVar[bool] = True
    error_rows: ClassVar[Sequence[ErrorRow]] = (
        ErrorRow("400", Answer(400), ErrorClass.PERMANENT),
        ErrorRow("401", Answer(401), ErrorClass.RECONNECT),
        ErrorRow("410", Answer(410), ErrorClass.RECIPIENT),
        ErrorRow("429", Answer(429), ErrorClass.THROTTLED),
        ErrorRow("503", Answer(503), ErrorClass.RETRY),
    )

    def make_server(self) -> Provider:
        return Provider()

    def fields(self, number: int) -> Mapping[str, Any]:
        secrets = {"token": f"token-{number}", "signing_secret": f"signing-secret-{number}"}
        return {"address": f"account-{number}", "secrets": secrets}

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
        told = {"type": "message", "id": f"{channel.address}-{key}", "text": text}
        return told | {"from": {"id": f"customer-{sender}", "name": f"Customer {sender}"}}

    def sender(self, number: str = "1") -> Party:
        return Party("$kind", f"customer-{number}")

    def message_id(self, channel: Channel, key: str) -> str:
        return f"{channel.address}-{key}"

    def status(
        self, channel: Channel, provider_id: str, status: str, *, delivery_id: str = ""
    ) -> Event | None:
        return {"type": "delivered", "id": provider_id} if status == "delivered" else None

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        return Webhook(json.dumps({"events": list(events)}).encode())

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        secret = str(channel.secrets["signing_secret"])
        return webhook.with_headers(signing.hmac_header("X-Signature", secret, webhook.body))

    def taken(self) -> Sequence[str]:
        assert isinstance(self.server, Provider)
        return self.server.taken
