"""A mail's journey: SMTP in, an agent's socket, an answer by the API, SMTP out, the customer's next mail."""

import asyncio
import email
import email.policy
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from tests.demo_data import DemoData
from tests.hub_process import HubProcess
from tests.journeys.desk import agent, call, mail, send
from tests.services import free_port

pytestmark = pytest.mark.database


class Sink:
    """Somebody else's mail server: keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], email.message.EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((envelope.rcpt_tos, message))
        return "250 taken"


@pytest.fixture(scope="module")
def relay() -> Iterator[Controller]:
    """A mail server that the hub sends through."""
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
def hub(relay: Controller, demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A whole hub that sends its mail through `relay`."""
    folder: Path = tmp_path_factory.mktemp("hub") / "data"
    with demo.hub(folder, HUB_SMTP_RELAY_URL=f"smtp://127.0.0.1:{relay.port}") as hub:
        yield hub
        assert hub.stop() == 0


async def test_a_mail_is_shown_answered_and_answered_again(hub: HubProcess, relay: Controller) -> None:
    acme = hub.demo()["organizations"][0]
    token = acme["users"]["agent"]["api_token"]
    marker = uuid4().hex
    async with agent(hub, token) as screen:
        first = mail(
            "support@acme.test", f"It has not come. {marker}\n\nكارلا 佐藤", subject="Paket für Zoë 📦"
        )
        first.add_attachment(
            b"%PDF-1.4 receipt", maintype="application", subtype="pdf", filename="Quittung ß.pdf"
        )
        await asyncio.to_thread(send, hub, first)
        shown = await screen.event("message.created")
        message, conversation = shown["message"], shown["conversation"]
        assert marker in message["text"] and "كارلا 佐藤" in message["text"]
        assert conversation["subject"] == "Paket für Zoë 📦"
        assert conversation["contact"]["email"] == "carla@example.net"
        assert conversation["queue_id"] == acme["queues"]["support"]["id"]

        (file,) = message["attachments"]
        assert file["filename"] == "Quittung ß.pdf"
        answer = await asyncio.to_thread(urllib.request.urlopen, hub.base_url + file["url"])
        assert answer.read() == b"%PDF-1.4 receipt"
        assert answer.headers["Content-Disposition"].startswith("attachment")

        path = f"/conversations/{conversation['id']}"
        body = {"text": f"It is on its way. {marker}", "client_id": uuid4().hex, "seen_seq": message["seq"]}
        status, item = await asyncio.to_thread(call, hub, token, "POST", path + "/messages", body)
        assert (status, item["deliveries"][0]["status"]) == (201, "queued")
        again = await asyncio.to_thread(call, hub, token, "POST", path + "/messages", body)
        assert again[1]["id"] == item["id"]
        await screen.until(
            lambda frame: (
                frame.get("event") == "delivery.updated"
                and frame["data"]["message_id"] == item["id"]
                and frame["data"]["delivery"]["status"] == "sent"
            )
        )

        sink: Sink = relay.handler
        ((recipients, sent),) = [entry for entry in sink.taken if marker in entry[1].as_string()]
        assert recipients == ["carla@example.net"]
        assert sent["In-Reply-To"] == first["Message-ID"]
        assert sent["Subject"] == "Re: Paket für Zoë 📦"

        second = mail(
            str(sent["Reply-To"] or sent["From"]), "Thank you!", in_reply_to=str(sent["Message-ID"])
        )
        await asyncio.to_thread(send, hub, second)
        shown = await screen.until(
            lambda frame: (
                frame.get("event") == "message.created"
                and frame["data"]["message"]["text"].startswith("Thank you!")
            )
        )
        assert shown["data"]["conversation_id"] == conversation["id"]

    status, timeline = await asyncio.to_thread(call, hub, token, "GET", path + "/timeline")
    said = [entry["direction"] for entry in timeline["items"] if entry["kind"] == "message"]
    assert said == ["inbound", "outbound", "inbound"]


async def test_a_mail_sent_twice_is_shown_once(hub: HubProcess) -> None:
    token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]
    message = mail("support@acme.test", "Twice, because the network hiccuped.")
    async with agent(hub, token) as screen:
        for _ in range(3):
            await asyncio.to_thread(send, hub, message)
        last = mail("support@acme.test", "The one after it.")
        await asyncio.to_thread(send, hub, last)
        await screen.until(
            lambda frame: (
                frame.get("event") == "message.created"
                and "The one after it" in frame["data"]["message"]["text"]
            )
        )
        texts = [f["data"]["message"]["text"] for f in screen.frames if f.get("event") == "message.created"]
        assert sum("Twice" in text for text in texts) == 1


async def test_another_organizations_agent_sees_a_number_and_nothing_else(hub: HubProcess) -> None:
    acme, globex = hub.demo()["organizations"]
    ours, theirs = acme["users"]["agent"]["api_token"], globex["users"]["admin"]["api_token"]
    async with agent(hub, ours) as screen, agent(hub, theirs) as stranger:
        await asyncio.to_thread(send, hub, mail("support@acme.test", "For Acme alone."))
        shown = await screen.event("message.created")
        path = f"/conversations/{shown['conversation_id']}"
        for method, tail, body in (
            ("GET", "", None),
            ("GET", "/timeline", None),
            ("POST", "/messages", {"text": "Hello", "client_id": uuid4().hex}),
            ("POST", "/resolve", {}),
        ):
            status, problem = await asyncio.to_thread(call, hub, theirs, method, path + tail, body)
            assert status == 404, (method, tail)
            assert problem["status"] == 404
        await stranger.send(type="subscribe", topic={"kind": "conversation", "id": shown["conversation_id"]})
        await asyncio.to_thread(send, hub, mail("support@globex.test", "For Globex alone."))
        await stranger.event("message.created")
        assert "For Acme alone" not in str(stranger.frames)
