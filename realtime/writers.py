"""Ways to put frames on a socket without waiting: through the server's transport, or by plain ASGI send."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Mapping
from types import coroutine
from typing import Any, Protocol

from realtime.entries import Frames

EXTENSION = "omnihub.write"
"""The scope's extension with which our server offers a `Transport`."""

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Transport(Protocol):
    """What a server offers to those who frame for themselves."""

    def write(self, frames: bytes) -> None:
        """Put framed bytes on the wire, or into the transport's buffer; never blocks."""

    def buffered(self) -> int:
        """Return how many bytes the operating system has not taken yet."""


class Writer(Protocol):
    """Where the fan-out writes to; one per socket."""

    def write(self, frames: Frames) -> None:
        """Send the frames in order, without waiting for the peer."""

    def buffered(self) -> int:
        """Return how many bytes wait in this process."""


def writer_for(scope: Mapping[str, Any], send: Send) -> Writer:
    """Return the fastest writer that the server behind this connection offers."""
    transport = (scope.get("extensions") or {}).get(EXTENSION)
    return TransportWriter(transport) if transport else AsgiWriter(send)


class TransportWriter:
    """Writes frames that were made once for all sockets."""

    __slots__ = ("_transport",)

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def write(self, frames: Frames) -> None:
        """Hand over the shared bytes."""
        self._transport.write(frames.wire)

    def buffered(self) -> int:
        """Return the transport's backlog in bytes."""
        return self._transport.buffered()


class AsgiWriter:
    """Sends by the server's own `send`, on any ASGI server.

    A send that the server takes at once, the common case, costs no task. One that has to wait becomes a
    task, and what follows queues behind it; how much may, the credit window decides.
    """

    __slots__ = ("_queue", "_queued", "_send", "_task")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: deque[str] = deque()
        self._queued = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, frames: Frames) -> None:
        """Send each text, or queue it behind the one that is waiting."""
        for text in frames.texts:
            if self._task is not None:
                self._queue.append(text)
                self._queued += len(text)
            else:
                self._begin(text)

    def buffered(self) -> int:
        """Return the characters that wait for the server to take them."""
        return self._queued

    def _begin(self, text: str) -> None:
        sending = self._sending(text)
        try:
            waiting_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - servers differ; the end of the socket shows in its `receive`
            return
        self._queued += len(text)
        self._task = asyncio.get_running_loop().create_task(self._go_on(sending, waiting_for, len(text)))

    async def _sending(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    async def _go_on(self, sending: Any, waiting_for: Any, size: int) -> None:
        try:
            await _resumed(sending, waiting_for)
            self._queued -= size
            while self._queue:
                text = self._queue.popleft()
                await self._sending(text)
                self._queued -= len(text)
        except Exception:  # noqa: BLE001 - as above
            self._queue.clear()
            self._queued = 0
        self._task = None


@coroutine
def _resumed(sending: Any, waiting_for: Any) -> Generator[Any, Any, None]:
    """Await a coroutine whose first step was already taken and yielded `waiting_for`."""
    while True:
        try:
            value = yield waiting_for
        except BaseException as error:  # noqa: BLE001 - cancellation belongs to the coroutine, too
            step = sending.throw
            argument: Any = error
        else:
            step, argument = sending.send, value
        try:
            waiting_for = step(argument)
        except StopIteration:
            return
