"""Meta's Cloud API as a fake: it takes messages and files, hands out files, and writes envelopes."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

from hub.clock import now
from hub.messages import ErrorClass, Party
from hub.models import Channel
from tests.fakes import signing
from tests.fakes.channel import ChannelFake, ErrorRow, Event
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import Webhook

VERSION = "/v23.0/"
ERRORS = {
    ErrorClass.THROTTLED: (429, "4 80007 130429 131048 131056 131064 133016"),
    ErrorClass.RETRY: (500, "1 2 131000 131016 131057 135000"),
    ErrorClass.WINDOW_CLOSED: (400, "131047"),
    ErrorClass.RECIPIENT: (400, "131021 131026 131030 131050 131062 137000"),
    ErrorClass.PERMANENT: (
        400,
        "100 130472 131008 131009 131049 131051 131052 131053 131063 "
        "132000 132001 132005 132007 132008 132012 132015 132016 132068 132069",
    ),
    ErrorClass.RECONNECT: (
        401,
        "0 3 10 190 200 299 368 130497 131005 131031 131037 131042 131044 131045",
    ),
}
"""Status and codes of errors, as Meta lists them, by who must act."""


def refusal(code: int, words: str = "It did not work", **more: Any) -> dict[str, Any]:
    """An error as the Graph API writes it."""
    return {"error": {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, **more}}


class GraphApi(FakeProvider):
    """Messages, files, templates and what tells of numbers, below one version."""

    def __init__(self, file_content: bytes) -> None:
        super().__init__()
        self.tokens = {f"EAA-token-{number}-{'x' * 20}" for number in (1, 2)}
        self.file_content = file_content
        self.file_url = ""
        self.messages: list[dict[str, Any]] = []
        self.reactions: list[dict[str, Any]] = []
        self.read: list[dict[str, Any]] = []
        self.uploads: list[bytes] = []
        self.templates: list[dict[str, Any]] = []
        self.subscribed: list[str] = []
        self._numbers = count(1)

    def is_authorised(self, asked: Asked) -> bool:
        return asked.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens

    def unauthorised(self, asked: Asked) -> Answer:
        return Answer(401, refusal(190, "Invalid OAuth access token."))

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/lookaside/"):
            return Answer(200, self.file_content, {"Content-Type": "image/png"})
        subject, _, edge = asked.path.removeprefix(VERSION).partition("/")
        if asked.method == "POST":
            return Answer(200, self._post(subject, edge, asked))
        return Answer(200, self._get(subject, edge, asked))

    def _post(self, subject: str, edge: str, asked: Asked) -> dict[str, Any]:
        if edge == "media":
            self.uploads.append(asked.body)
            return {"id": f"{len(self.uploads)}000"}
        if edge == "subscribed_apps":
            self.subscribed.append(subject)
            return {"success": True}
        told = asked.json()
        if told.get("status") == "read":
            self.read.append(told)
            return {"success": True}
        taken = self.reactions if told["type"] == "reaction" else self.messages
        taken.append(told)
        to = told.get("to") or told.get("recipient")
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to}],
            "messages": [{"id": f"wamid.sent-{next(self._numbers)}"}],
        }

    def _get(self, subject: str, edge: str, asked: Asked) -> dict[str, Any]:
        if edge == "message_templates":
            start = int(asked.query.get("after", ["0"])[0])
            page = self.templates[start : start + 2]
            paging: dict[str, Any] = {"cursors": {"after": str(start + 2)}}
            if start + 2 < len(self.templates):
                paging["next"] = "https://graph.facebook.com/next"
            return {"data": page, "paging": paging}
        if edge == "phone_numbers":
            return {"data": [{"id": f"{subject[0]}00000000000001"}]}
        if edge == "subscribed_apps":
            return {"data": [{"whatsapp_business_api_data": {}}] if subject in self.subscribed else []}
        if subject.startswith("media"):
            url = self.file_url or f"{self.base_url}/lookaside/{subject}"
            return {"url": url, "mime_type": "image/png", "file_size": len(self.file_content), "id": subject}
        return {"id": subject, "display_phone_number": "+1 555-0199", "verified_name": "Acme"}


class Fake(ChannelFake):
    """A business's number, and the people who write to it."""

    kind = "whatsapp"
    has_batches = True
    error_rows = (
        *(
            ErrorRow(code, Answer(status, refusal(int(code))), error_class)
            for error_class, (status, codes) in ERRORS.items()
            for code in codes.split()
        ),
        ErrorRow("unknown number", Answer(400, refusal(100, error_subcode=33)), ErrorClass.RECONNECT),
        ErrorRow("unknown code", Answer(400, refusal(999_999)), ErrorClass.PERMANENT),
        ErrorRow("too many", Answer(429), ErrorClass.THROTTLED),
        ErrorRow("unavailable", Answer(503, b"<html>"), ErrorClass.RETRY),
    )

    def make_server(self) -> FakeProvider:
        return GraphApi(self.file_content)

    @property
    def api(self) -> GraphApi:
        """The Graph API itself."""
        assert isinstance(self.server, GraphApi)
        return self.server

    def base_urls(self) -> Mapping[str, str]:
        return {"meta": self.server.base_url}

    def fields(self, number: int) -> Mapping[str, Any]:
        return {
            "address": f"{number}00000000000001",
            "config": {"waba_id": f"{number}00000000000002"},
            "secrets": {
                "access_token": f"EAA-token-{number}-{'x' * 20}",
                "app_secret": f"app-secret-{number}",
                "verify_token": f"verify-token-{number}",
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
        self.api.file_url = file_url
        if not files:
            return self.said(key, sender, at, type="text", text={"body": text})
        image = {"id": f"media-{key}", "mime_type": "image/png", "sha256": "", "caption": text}
        return self.said(key, sender, at, type="image", image=image)

    def said(self, key: str, sender: str = "1", at: datetime | None = None, **content: Any) -> Event:
        """A customer's message of any type, as an element of `messages`."""
        person = self.sender(sender).value
        told = {"from": person, "id": f"wamid.{key}", "timestamp": _stamp(at)}
        return {"part": "messages", "told": told | content, "person": person}

    def sender(self, number: str = "1") -> Party:
        return Party("whatsapp", str(15_550_100 + int(number)))

    def message_id(self, channel: Channel, key: str) -> str:
        return f"wamid.{key}"

    def edit(self, channel: Channel, key: str, text: str, at: datetime | None = None) -> Event:
        new = {"type": "text", "text": {"body": text}}
        edit = {"original_message_id": f"wamid.{key}", "message": new}
        return self.said(f"edit-{key}", at=at, type="edit", edit=edit)

    def deletion(self, channel: Channel, key: str) -> Event:
        return self.said(f"revoke-{key}", type="revoke", revoke={"original_message_id": f"wamid.{key}"})

    def reaction(self, channel: Channel, key: str, emoji: str = "👍", *, removed: bool = False) -> Event:
        reaction = {"message_id": f"wamid.{key}"} | ({} if removed else {"emoji": emoji})
        return self.said(f"reaction-{key}-{removed}", type="reaction", reaction=reaction)

    def status(
        self, channel: Channel, provider_id: str, status: str, *, delivery_id: str = ""
    ) -> Event | None:
        told: dict[str, Any] = {"id": provider_id, "status": status, "timestamp": _stamp(None)}
        told["recipient_id"] = self.sender().value
        if delivery_id:
            told["biz_opaque_callback_data"] = delivery_id
        if status == "failed":
            told["errors"] = [{"code": 131047, "title": "Re-engagement message"}]
        return None if status == "undelivered" else {"part": "statuses", "told": told, "person": ""}

    def echo(self, channel: Channel, provider_id: str, text: str, *, sender: str = "1") -> Event:
        told = {"from": "15550199", "to": self.sender(sender).value, "id": provider_id}
        content = {"timestamp": _stamp(None), "type": "text", "text": {"body": text}}
        return {"part": "message_echoes", "told": told | content, "person": ""}

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        changes = [self._change(channel, event) for event in events]
        entries = [{"id": channel.config["waba_id"], "changes": [change]} for change in changes]
        envelope = {"object": "whatsapp_business_account", "entry": entries}
        return Webhook(json.dumps(envelope, ensure_ascii=False).encode())

    def _change(self, channel: Channel, event: Event) -> dict[str, Any]:
        metadata = {"display_phone_number": "15550199", "phone_number_id": channel.address}
        value: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": metadata}
        if person := event["person"]:
            value["contacts"] = [{"wa_id": person, "profile": {"name": "Ann"}}]
        value[event["part"]] = [event["told"]]
        field = "smb_message_echoes" if event["part"] == "message_echoes" else "messages"
        return {"field": field, "value": value}

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        return webhook.with_headers(signing.meta(str(channel.secrets["app_secret"]), webhook.body))

    def challenge(self, channel: Channel) -> tuple[Webhook, bytes]:
        token = channel.secrets["verify_token"]
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
        return Webhook(method="GET", query=urlencode(query)), b"1158201444"

    def taken(self) -> Sequence[str]:
        return [words_of(told) for told in self.api.messages]

    def amended(self) -> Sequence[tuple[str, str, str]]:
        found = [told["reaction"] for told in self.api.reactions]
        return [("react" if one["emoji"] else "unreact", one["message_id"], one["emoji"]) for one in found]


def words_of(told: Mapping[str, Any]) -> str:
    """The words of a message that was sent."""
    part = told[told["type"]]
    return str(part.get("body") or part.get("caption") or "") if isinstance(part, dict) else ""


def _stamp(at: datetime | None) -> str:
    return str(int((at or now()).timestamp()))
