"""A running mail entrance, a sink that plays the relay, and mails to send."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections

from connectors.email.sending import relays
from connectors.email.services import SmtpService
from hub.models import Channel, InboundEnvelope
from tests import factories

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    """A mail from the samples folder, with the line ends of the wire."""
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class LoopThread:
    """An event loop in a thread of its own, as the hub's process has one beside its workers."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.loop = loop or asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Any, timeout: float = 20.0) -> Any:
        """Run a coroutine there and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def close(self) -> None:
        self.run(_end_all_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


async def _end_all_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports close in the loop's next round


@pytest.fixture
def loop_thread() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


@pytest.fixture
def smtp_service(transactional_db: None, loop_thread: LoopThread) -> Iterator[SmtpService]:
    """The real SMTP service on a free port."""
    service = SmtpService("127.0.0.1", 0)
    loop_thread.run(service.start())
    yield service
    loop_thread.run(service.stop())
    connections.close_all()


@pytest.fixture
def client(smtp_service: SmtpService) -> Iterator[smtplib.SMTP]:
    """A mail client that is connected to the service."""
    with smtplib.SMTP(
        "127.0.0.1", smtp_service.port, local_hostname="client.example", timeout=60
    ) as connected:
        yield connected


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return factories.channel(factories.organization(), address="support@acme.test", name="Acme Support")


@pytest.fixture
def envelopes() -> Callable[[Channel], list[InboundEnvelope]]:
    """What was kept for a channel, oldest first."""
    return lambda of: list(InboundEnvelope.objects.filter(channel=of).order_by("received_at"))


class Sink:
    """A relay for tests: keeps what it takes, and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.hangs_after_data = False
        self.port = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        if self.hangs_after_data:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return ""
        return self.answers.get("DATA", "250 OK queued as 1")


@pytest.fixture
def sink(loop_thread: LoopThread) -> Iterator[Sink]:
    """A real SMTP server that plays the relay."""
    relay = Sink()

    async def start() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: SMTP(relay, enable_SMTPUTF8=True, hostname="relay.example", loop=loop), "127.0.0.1", 0
        )

    server = loop_thread.run(start())
    relay.port = server.sockets[0].getsockname()[1]
    yield relay
    relays.close_all()
    loop_thread.loop.call_soon_threadsafe(server.close)


@pytest.fixture
def loopback(settings: Any) -> None:
    """Mail servers and HTTP on this machine may be connected to, as an operator can allow."""
    settings.ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
