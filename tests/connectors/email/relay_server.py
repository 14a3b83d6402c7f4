"""A real SMTP server that plays a provider's: with TLS, a sign-in, limits, and a mood for each domain."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from connectors.email.sending import relays
from tests.connectors.email.conftest import LoopThread

USER, PASSWORD, TOKEN = "support@acme.test", "p@ss", "good-token"


@dataclass
class Provider:
    """What the server does, and what it saw. `answers` are by recipient domain, for RCPT.

    The first `swallows` mails it takes and hangs up without a word; after every `drops_after` it hangs up
    with one.
    """

    answers: dict[str, str] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=list)
    size: int = 30_000_000
    drops_after: int = 0
    swallows: int = 0
    taken: list[Envelope] = field(default_factory=list)
    connections: int = 0
    under_way: Counter[str] = field(default_factory=Counter)
    most_under_way: Counter[str] = field(default_factory=Counter)
    gate: asyncio.Event | None = None
    port: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [responses[0], *(f"250-{word}" for word in self.extensions), *responses[1:]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address.rpartition("@")[2], "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        domain = envelope.rcpt_tos[0].rpartition("@")[2]
        self.under_way[domain] += 1
        self.most_under_way |= self.under_way
        if self.gate is not None:
            await self.gate.wait()
        self.under_way[domain] -= 1
        self.taken.append(envelope)
        if len(self.taken) <= self.swallows:
            server.transport.abort()  # type: ignore[union-attr]
            return ""
        if self.drops_after and len(self.taken) % self.drops_after == 0:
            asyncio.get_running_loop().call_later(0, server.transport.close)  # type: ignore[union-attr]
        return f"250 2.0.0 taken as {len(self.taken)}"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Passwords by LOGIN and PLAIN; tokens come through `_Server.auth_XOAUTH2`."""
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == right, handled=False)


class _Server(SMTP):
    async def auth_XOAUTH2(self, _: SMTP, words: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """XOAUTH2 as Google has it: the user and a bearer token in one answer."""
        said = base64.b64decode(words[1]).decode() if len(words) > 1 else ""
        return AuthResult(success=said == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01", handled=False)


@contextmanager
def provider(
    loop_thread: LoopThread,
    tls: ssl.SSLContext | None = None,
    *,
    from_the_start: bool = False,
    sign_in: bool = False,
    **wishes: Any,
) -> Iterator[Provider]:
    """A running server; `tls` is offered by STARTTLS or spoken from the start."""
    played = Provider(**wishes)

    def session() -> SMTP:
        return _Server(
            played,
            enable_SMTPUTF8=True,
            hostname="relay.example",
            data_size_limit=played.size,
            tls_context=None if from_the_start else tls,
            require_starttls=tls is not None and not from_the_start,
            authenticator=played.authenticate if sign_in else None,
            auth_required=sign_in,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    async def start() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(session, "127.0.0.1", 0, ssl=tls if from_the_start else None)

    server = loop_thread.run(start())
    played.port = server.sockets[0].getsockname()[1]
    try:
        yield played
    finally:
        relays.close_all()
        loop_thread.loop.call_soon_threadsafe(server.close)
