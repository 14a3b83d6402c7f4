"""The services that e-mail adds to the hub: the SMTP server."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from connectors.email.entrance.acceptor import Acceptor
from connectors.email.entrance.certificate import Certificate, certificate
from connectors.email.entrance.limits import Gate, Limits, Network
from connectors.email.entrance.mailboxes import Mailboxes
from connectors.email.entrance.receiver import Receiver
from connectors.email.entrance.room import BACKLOG, FREE_BYTES, Room
from connectors.email.entrance.smtp import MailConnection
from hub.service import Service, Stage, StartError

log = structlog.get_logger("connectors.email.entrance.smtp")

DRAIN_SECONDS = 6.0
"""Mails that are being committed at the end may take this long; their senders try again otherwise."""

ANSWER_SECONDS = 0.05
"""The loop's time to write the last acknowledgements before the connections end."""


DEFAULT_LIMITS = Limits()


class _Entrance(NamedTuple):
    """What all connections share."""

    acceptor: Acceptor
    mailboxes: Mailboxes
    gate: Gate
    room: Room
    certificate: Certificate


class SmtpService(Service):
    """Listens for mail on `HUB_HOST`:`HUB_SMTP_PORT`; port 0 takes any free one, see `port`.

    `limits` hold for all peers but those in `trusted` networks, `HUB_SMTP_TRUSTED_NETWORKS` by default.
    """

    name = "smtp"
    roles = frozenset({"smtp"})
    stage = Stage.ENTRANCE

    def __init__(
        self,
        host: str | None = None,
        port: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
        trusted: Sequence[Network] | None = None,
    ) -> None:
        self.host = settings.HOST if host is None else host
        self.port = settings.SMTP_PORT if port is None else port
        self.limits = limits
        self.trusted = settings.SMTP_TRUSTED_NETWORKS if trusted is None else trusted
        self._server: asyncio.Server | None = None
        self._entrance: _Entrance | None = None
        self._connections: set[MailConnection] = set()

    async def start(self) -> None:
        """Listen; raises `StartError` for a port that is taken, a foreign address or a bad certificate."""
        loop = asyncio.get_running_loop()
        acceptor = Acceptor()
        self._entrance = _Entrance(
            acceptor,
            Mailboxes(acceptor.in_thread),
            Gate(self.limits, self.trusted),
            Room(acceptor.in_thread, settings.DATA_DIR, BACKLOG, FREE_BYTES),
            await asyncio.to_thread(_certificate),
        )
        try:
            self._server = await loop.create_server(self._connect, self.host, self.port)
        except OSError as error:
            raise StartError(self._reason(error)) from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop_accepting(self) -> None:
        """Take no new connections, and end those that are not just handing over a mail."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            if not connection.receiver.is_busy:
                connection.say_goodbye()

    async def stop(self) -> None:
        """Commit the mails that are complete, acknowledge them, then end all connections."""
        await self.stop_accepting()
        if self._entrance is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._entrance.acceptor.close(), DRAIN_SECONDS)
            await asyncio.sleep(ANSWER_SECONDS)
        for connection in list(self._connections):
            connection.say_goodbye()
        self._server = self._entrance = None

    def describe(self) -> str:
        """The address to send mail to."""
        return f"smtp://{self.host}:{self.port}"

    def _connect(self) -> MailConnection:
        assert self._entrance is not None
        acceptor, mailboxes, gate, room, chain = self._entrance
        receiver = Receiver(acceptor, mailboxes, gate, room)
        connection = MailConnection(receiver, gate, chain, server_name(), self._connections.discard)
        self._connections.add(connection)
        return connection

    def _reason(self, error: OSError) -> str:
        place = f"{self.host}:{self.port}"
        if error.errno == errno.EADDRINUSE:
            return f"HUB_SMTP_PORT: {place} is in use by another program."
        if error.errno == errno.EACCES:
            return f"HUB_SMTP_PORT: no right to listen on {place}; ports below 1024 need it."
        return f"HUB_SMTP_PORT: cannot listen on {place}: {error.strerror or error}."


def _certificate() -> Certificate:
    try:
        return certificate(settings.SMTP_TLS_CERT, settings.SMTP_TLS_KEY, settings.DATA_DIR, server_name())
    except OSError as error:
        reason = error.strerror or error
        raise StartError(f"HUB_SMTP_TLS_CERT, HUB_SMTP_TLS_KEY: cannot be used: {reason}") from error


def server_name() -> str:
    """The name in the greeting: the host of `HUB_PUBLIC_URL`."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def services() -> list[Service]:
    """What `hub run` and `hub smtp` start."""
    return [SmtpService()]
