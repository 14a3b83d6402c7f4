"""The base of every socket: accepts, reads frames within limits, and closes with the protocol's codes.

A plain ASGI application per connection. It has no channel on the layer and dispatches by a call, because a
channel for each socket and a task for each message cost 30 times what the machine can do.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, ClassVar

import structlog

from hub.metrics import SOCKETS
from realtime.entries import Frames
from realtime.protocol import (
    MAX_FRAME_BYTES,
    TRY_AGAIN_LATER,
    BadFrame,
    Close,
    come_back_within,
    encode,
    retry_reason,
)
from realtime.writers import Send, writer_for

log = structlog.get_logger("realtime.sockets")

FRAMES_PER_SECOND = 20.0
FRAMES_AT_ONCE = 40.0
"""A client may send this many frames a second on average, and this many in a burst."""

SOCKETS_PER_OWNER = 50
"""One more closes the owner's oldest with 4409."""

MOST_SOCKETS = 20_000
"""Beyond this the process answers new sockets with 1013, try again later."""

MOST_OPENING = 512
"""So many may be finding out at once who they are; when everybody comes back together, the others wait."""

BUSY_SECONDS = 5.0
"""Within this time, each at a moment of its own, those who were sent away come back."""

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


class Refused(Exception):
    """A socket may not open, or not stay open; carries the close code and a short reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket:
    """One open WebSocket. Subclasses write `opened`, `on_frame` and `closed`; `as_asgi` goes into routing."""

    open_sockets: ClassVar[dict["Socket", None]] = {}
    """Every open socket of this process, oldest first."""

    opening_sockets: ClassVar[int] = 0
    _owned: ClassVar[defaultdict[Hashable, list["Socket"]]] = defaultdict(list)

    def __init__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        self.scope = scope
        self.writer = writer_for(scope, send)
        self.is_closing = False
        self._receive = receive
        self._send = send
        self._owner: Hashable = None
        self._allowance = FRAMES_AT_ONCE
        self._counted_at = 0.0
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def as_asgi(cls) -> Any:
        """Return the ASGI application that makes one of these for each connection."""

        async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await cls(scope, receive, send).run()

        return application

    # For subclasses

    async def opened(self) -> None:
        """The socket was accepted. Raise `Refused` to close it with a code that its client can read."""

    async def on_frame(self, frame: Any) -> None:
        """A frame came, as `parse` returned it. Raise `BadFrame` if it breaks the protocol."""

    async def closed(self) -> None:
        """The socket is gone, whatever the reason; called once, also after a refusal."""

    def parse(self, text: str) -> Any:
        """Return the frame that a text holds: by default, an object with a "type". Raises `BadFrame`."""
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            raise BadFrame("not JSON") from None
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise BadFrame('an object with a "type" is needed')
        return frame

    def is_free(self, frame: Any) -> bool:
        """Whether a frame does not count against the limit of frames a second."""
        return False

    def names(self) -> dict[str, str]:
        """What log lines about this socket should tell: ids only."""
        return {}

    def owned_by(self, owner: Hashable) -> None:
        """Count the socket as one of `owner`'s; their oldest is closed when there are too many."""
        self._owner = owner
        sockets = self._owned[owner]
        sockets.append(self)
        if len(sockets) > SOCKETS_PER_OWNER:
            sockets[0].close(Close.REPLACED, "too many sockets")

    def send_frame(self, frame: Mapping[str, Any]) -> None:
        """Send one frame; does not wait."""
        if not self.is_closing:
            self.writer.write(Frames([encode(frame)]))

    def close(self, code: int, reason: str = "") -> None:
        """Close with a code, now; does not wait. `closed` follows when the connection is gone."""
        if not self.is_closing:
            self.is_closing = True
            self._closing = asyncio.get_running_loop().create_task(self._close(code, reason))

    # The life of a socket

    async def run(self) -> None:
        """Serve the connection from its first message to its last."""
        if (await self._receive())["type"] != "websocket.connect":
            return
        await self._send({"type": "websocket.accept"})
        if len(self.open_sockets) >= MOST_SOCKETS or Socket.opening_sockets >= MOST_OPENING:
            await self._close(TRY_AGAIN_LATER, retry_reason("too many connections", BUSY_SECONDS))
            return
        self.open_sockets[self] = None
        SOCKETS.labels(type(self).__name__).inc()
        try:
            await self._serve()
        except Refused as refusal:
            self.close(refusal.code, refusal.reason)
        except BadFrame as fault:
            log.info("bad_frame", reason=str(fault), **self.names())
            self.close(Close.BAD_FRAME, str(fault))
        except Exception:
            # The edge: one socket's fault is logged, told to its client, and touches no other socket.
            log.exception("socket_failed", **self.names())
            self.close(Close.RESTARTING, "internal error")
        finally:
            await self._end()

    async def _serve(self) -> None:
        Socket.opening_sockets += 1
        try:
            await self.opened()
        finally:
            Socket.opening_sockets -= 1
        while not self.is_closing:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            if message["type"] == "websocket.receive" and not self.is_closing:
                await self._take(message)

    async def _take(self, message: Mapping[str, Any]) -> None:
        text = message.get("text")
        if text is None:
            raise BadFrame("binary frame")
        if len(text) > MAX_FRAME_BYTES or len(text.encode()) > MAX_FRAME_BYTES:
            raise BadFrame("frame too long")
        frame = self.parse(text)
        if not self.is_free(frame):
            self.count_frame()
        await self.on_frame(frame)

    def count_frame(self) -> None:
        """Spend one frame of the allowance, which grows with time; raises `BadFrame` when it is used up."""
        moment = asyncio.get_running_loop().time()
        grown = self._allowance + (moment - self._counted_at) * FRAMES_PER_SECOND
        self._allowance = min(grown, FRAMES_AT_ONCE) - 1
        self._counted_at = moment
        if self._allowance < 0:
            raise BadFrame("too many frames")

    async def _end(self) -> None:
        self.is_closing = True
        self.open_sockets.pop(self, None)
        SOCKETS.labels(type(self).__name__).dec()
        sockets = self._owned.get(self._owner, [])
        if self in sockets:
            sockets.remove(self)
            if not sockets:
                del self._owned[self._owner]
        try:
            await self.closed()
        except Exception:
            log.exception("socket_end_failed", **self.names())
        if self._closing is not None:
            await self._closing

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except Exception as error:  # noqa: BLE001 - servers differ in what they raise for a peer that is gone
            log.debug("close_not_sent", error=type(error).__name__)


async def close_all(code: int = Close.RESTARTING, reason: str = "restarting") -> None:
    """Close every socket of this process, as before a restart, and wait until the closes are on their way."""
    sockets = list(Socket.open_sockets)
    spread = come_back_within(len(sockets))
    for socket in sockets:
        socket.close(code, retry_reason(reason, spread))
    await asyncio.gather(*(socket._closing for socket in sockets if socket._closing), return_exceptions=True)
