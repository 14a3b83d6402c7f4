"""Daphne on a running loop, with a short way to the socket; the one file that knows Daphne's inside.

Importing this module settles which loop Twisted uses in this process, uvloop's where it is installed; run
on `new_event_loop`. Sockets get the scope's extension `writers.EXTENSION`: it takes frames that were framed
once for everyone and tries the operating system's `send` at once, where Twisted would arm a writer and wait
for the loop's next turn.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partialmethod
from typing import Any

import structlog

from hub.service import StartError
from realtime.protocol import MAX_FRAME_BYTES, Close, come_back_within, retry_reason
from realtime.writers import EXTENSION


def _import_daphne() -> None:
    """Import Daphne, which makes its loop while being imported, with uvloop's policy in force meanwhile."""
    policy = asyncio.get_event_loop_policy()
    with contextlib.suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    try:
        import daphne.server  # noqa: F401
    finally:
        asyncio.set_event_loop_policy(policy)


_import_daphne()

import autobahn.websocket.protocol  # noqa: E402
from daphne.http_protocol import WebRequest  # noqa: E402
from daphne.server import Server, twisted_loop  # noqa: E402
from daphne.ws_protocol import WebSocketProtocol  # noqa: E402
from twisted.internet import reactor  # noqa: E402

log = structlog.get_logger("realtime.server")

Application = Callable[[Any, Any, Any], Awaitable[None]]

BACKLOG = 4096
"""Connections that may wait to be accepted, as when everybody comes back after a restart."""

PING_SECONDS = 20
PONG_SECONDS = 20
"""A socket that is silent is pinged this often; one that does not answer in time is dropped."""

MESSAGE_BYTES = 16 * MAX_FRAME_BYTES
"""The server refuses a longer message before holding it; sockets set their own, smaller limits."""

REQUEST_SECONDS = 300
"""An HTTP request may take this long, slow uploads included."""

# Autobahn describes each new connection for a debug line that nobody reads; it costs a third of connecting.
autobahn.websocket.protocol.__dict__["pformat"] = lambda attributes: ""


# Forms are for Django to read: Twisted would hold the loop for an upload and answer a bare 400 to a bad one.
WebRequest.__init__ = partialmethod(WebRequest.__init__, parsePOSTFormSubmission=False)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return the process's one event loop for Daphne; for `asyncio.Runner(loop_factory=…)`."""
    return twisted_loop


class WebServer:
    """An HTTP and WebSocket server for one ASGI application, on the loop of `new_event_loop`."""

    def __init__(self, host: str, port: int, application: Application) -> None:
        self.host = host
        self.port = port
        self._application = application
        self._server: EmbeddedServer | None = None

    async def start(self) -> None:
        """Listen, and set `port` to the one in use if it was 0. Raises `StartError` when it cannot be had."""
        server = EmbeddedServer(self._application, self.host, self.port)
        server.listen()
        if server.listen_failure is not None:
            server.end()
            cause = getattr(server.listen_failure, "socketError", server.listen_failure)
            reason = getattr(cause, "strerror", None) or cause
            raise StartError(f"web: cannot listen on {self.host}:{self.port}: {reason}")
        self._server = server
        self.port = server.listening_addresses[0][1]

    async def stop_listening(self) -> None:
        """Accept no further connections; those that are open stay."""
        if self._server is not None:
            await self._server.stop_listening()

    async def stop(self, drain_seconds: float = 8.0) -> None:
        """Stop listening, close all sockets with 4503, give requests `drain_seconds`, cancel what is left."""
        if self._server is None:
            return
        server, self._server = self._server, None
        await server.stop_listening()
        server.close_sockets(Close.RESTARTING, "restarting")
        left = await server.drained(drain_seconds)
        if left:
            log.warning("connections_cut", count=left)
        server.end()


class SocketProtocol(WebSocketProtocol):
    """Daphne's WebSocket connection, with a transport for the fan-out and reasons for closing."""

    def onOpen(self) -> None:  # noqa: N802 - Autobahn's name
        """Have small frames sent at once; Nagle's algorithm would hold them for an acknowledgement, 40 ms."""
        self.transport.setTcpNoDelay(True)
        super().onOpen()

    def write(self, frames: bytes) -> None:
        """Put framed bytes on the wire; what the kernel does not take at once is buffered by Twisted."""
        if self.state != self.STATE_OPEN:
            return
        transport = self.transport
        if not (transport.dataBuffer or transport._tempDataBuffer or transport.disconnecting):
            try:
                sent = transport.socket.send(frames)
            except OSError:
                # Full, or broken: Twisted's own write finds out and does what has to be done.
                sent = 0
            if sent == len(frames):
                return
            frames = frames[sent:]
        transport.write(frames)

    def buffered(self) -> int:
        """Return the bytes that Twisted holds for this socket."""
        transport = self.transport
        return len(transport.dataBuffer) - transport.offset + transport._tempDataLen

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Do what the application sends; closes carry their reason, and any code that it chose."""
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            reason = (message.get("reason") or "").encode()[:120]
            self.sendCloseFrame(message.get("code") or 1000, reason or None)
        elif self.state in (self.STATE_OPEN, self.STATE_CONNECTING):
            super().handle_reply(message)


class EmbeddedServer(Server):
    """Daphne without its own run of the reactor: it listens, serves and ends on a loop that already runs."""

    def __init__(self, application: Application, host: str, port: int) -> None:
        interface = host.replace(":", r"\:")
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"],
            signal_handlers=False,
            verbosity=0,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            http_timeout=REQUEST_SECONDS,
            websocket_max_message_size=MESSAGE_BYTES,
            websocket_max_frame_size=MESSAGE_BYTES,
            application_close_timeout=5,
            server_name="",
        )
        self.listeners: list[Any]
        self.listen_failure: Exception | None = None
        self._is_ended = False

    def listen(self) -> None:
        """Do what Daphne's `run` does, except for running the reactor; see `listen_failure` afterwards."""
        if not reactor.running:
            reactor.startRunning(installSignalHandlers=False)
        self.abort_start = True
        self.run()
        self.ws_factory.protocol = SocketProtocol

    def listen_error(self, failure: Any) -> None:
        """Remember why, instead of stopping the process's reactor."""
        self.listen_failure = failure.value

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Start the application for a connection; a socket's scope offers the short way."""
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[EXTENSION] = protocol
        return super().create_application(protocol, scope)

    def application_checker(self) -> None:
        """Reap finished applications each second, until the end."""
        if not self._is_ended:
            super().application_checker()

    def timeout_checker(self) -> None:
        """Ping and time out connections, until the end."""
        if not self._is_ended:
            super().timeout_checker()

    async def stop_listening(self) -> None:
        """Close the listening sockets."""
        while self.listeners:
            port = getattr(self.listeners.pop(), "result", None)
            stopped = port.stopListening() if port is not None else None
            if stopped is not None:
                await stopped.asFuture(asyncio.get_running_loop())

    def close_sockets(self, code: int, reason: str) -> None:
        """Send every open socket a close frame that tells it when to come back, each at another moment."""
        sockets = [protocol for protocol in self.connections if isinstance(protocol, SocketProtocol)]
        spread = come_back_within(len(sockets))
        for protocol in sockets:
            if protocol.state == protocol.STATE_OPEN:
                protocol.sendCloseFrame(code, retry_reason(reason, spread).encode())
            elif protocol.state == protocol.STATE_CONNECTING and hasattr(protocol, "handshake_deferred"):
                protocol.serverReject()

    async def drained(self, seconds: float) -> int:
        """Wait until no connection has work left, or the time is over; return how many still have."""
        deadline = asyncio.get_running_loop().time() + seconds
        # Daphne tells nobody when it is idle.
        while (busy := self._busy()) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return busy

    def end(self) -> None:
        """Cancel what still runs and stop the periodic checks."""
        self._is_ended = True
        for details in self.connections.values():
            if application := details.get("application_instance"):
                application.cancel()

    def _busy(self) -> int:
        return sum(
            1
            for details in self.connections.values()
            if (application := details.get("application_instance")) and not application.done()
        )
