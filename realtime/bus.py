"""Hints between threads and processes: what was committed here is shown here at once, and elsewhere soon.

A hint is never the truth. One that is lost costs latency, because the fan-out fills gaps from the table.
Each process is one member of one channel-layer group; alone, it is its own audience and the layer rests.
"""

import asyncio
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime.entries import Entry

log = structlog.get_logger("realtime.bus")

GROUP = "hub.bus"
LAYER_SECONDS = 2.0
"""A layer that takes longer than this to accept a hint is treated as gone."""

RETRY_SECONDS = 1.0
_WAITING_HINTS = 10_000
_ME = uuid.uuid4().hex

Hint = dict[str, Any]
Receiver = Callable[[Hint], None]


def publish_entries(organization_id: UUID | str, epoch: str, entries: Iterable[Entry]) -> None:
    """Tell every process of freshly committed entries; from any thread, never blocking, never raising."""
    _publish(
        {"organization": str(organization_id), "epoch": epoch, "entries": [list(entry) for entry in entries]}
    )


def reaches_anyone() -> bool:
    """Return whether a hint published now would have a reader, here or in another process."""
    return (_current is not None and not _current.loop.is_closed()) or _crosses_processes()


def publish_value(organization_id: UUID | str, topic: str, key: str, frame: Mapping[str, Any]) -> None:
    """Show a last-value frame (presence, typing, viewing, live) to whoever follows the topic.

    The newest frame of a `key` wins; at most four a second of a key reach a socket. `topic` comes from
    `visibility.topic`. From any thread, never blocking, never raising; lost when nobody is connected.
    """
    _publish({"organization": str(organization_id), "topic": topic, "key": key, "frame": dict(frame)})


def _publish(hint: Hint) -> None:
    bus = _current
    if bus is None or bus.loop.is_closed():
        _publish_from_outside(hint)
    elif threading.get_ident() == bus.thread:
        bus.take(hint)
    else:
        # Waking the loop by hand matters: what a plain thread only queues waits for the loop's next turn.
        bus.loop.call_soon_threadsafe(bus.take, hint)


class Bus:
    """This process's end of the group, living on one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.thread = threading.get_ident()
        self.receiver: Receiver | None = None
        self._is_closing = False
        self._outgoing: deque[Hint] = deque(maxlen=_WAITING_HINTS)
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        if _crosses_processes():
            self._tasks.append(self.loop.create_task(self._send_all(), name="bus.send"))

    def listen(self, receiver: Receiver) -> None:
        """Give every hint, of this and of other processes, to `receiver`, on the loop."""
        self.receiver = receiver
        if _crosses_processes():
            self._tasks.append(self.loop.create_task(self._receive_all(), name="bus.receive"))

    def take(self, hint: Hint) -> None:
        """Deliver a hint here, and queue it for the other processes. Called on the loop."""
        if self.receiver:
            self.receiver(hint)
        if self._tasks:
            self._outgoing.append(hint)
            self._wake.set()

    async def close(self) -> None:
        """Send what waits, as far as the layer takes it at once, and leave the group."""
        if self._outgoing:
            await self._send_waiting()
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAYER_SECONDS)

    async def _send_all(self) -> None:
        # The flag, because the Redis client may swallow the cancellation that meets it at work.
        while not self._is_closing:
            await self._wake.wait()
            self._wake.clear()
            if not await self._send_waiting():
                await asyncio.sleep(RETRY_SECONDS)

    async def _send_waiting(self) -> bool:
        """Send all waiting hints as one message; hints that cannot be sent are dropped, not kept."""
        hints = list(self._outgoing)
        self._outgoing.clear()
        try:
            await _send_in_time(hints)
        except Exception as error:  # noqa: BLE001 - whatever ails the layer, hints are expendable
            log.warning("hints_not_sent", hints=len(hints), error=type(error).__name__)
            return False
        return True

    async def _receive_all(self) -> None:
        while not self._is_closing:
            try:
                await self._receive()
            except Exception as error:  # noqa: BLE001 - the layer's own faults must not end the listening
                log.warning("hints_not_received", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _receive(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel("hub.")
        await layer.group_add(GROUP, channel)
        while True:
            message = await layer.receive(channel)
            if message["sender"] != _ME and self.receiver:
                for hint in message["hints"]:
                    self.receiver(hint)


_current: Bus | None = None


def attach() -> Bus:
    """Return the bus of the running loop, making it the one that this process publishes through."""
    global _current
    if _current is None or _current.loop is not asyncio.get_running_loop():
        _current = Bus()
    return _current


async def detach() -> None:
    """Give up this loop's bus; publishing goes on from outside, if there is a layer between processes."""
    global _current
    bus, _current = _current, None
    if bus is not None and bus.loop is asyncio.get_running_loop():
        await bus.close()


def _crosses_processes() -> bool:
    layer = get_channel_layer()
    return layer is not None and not isinstance(layer, InMemoryChannelLayer)


async def _send_in_time(hints: list[Hint]) -> None:
    layer = cast(Any, get_channel_layer())
    async with asyncio.timeout(LAYER_SECONDS):
        await layer.group_send(GROUP, {"type": "hub.hints", "sender": _ME, "hints": hints})


def _publish_from_outside(hint: Hint) -> None:
    """Publish from a process without a loop, such as a management command; blocks for a round trip."""
    if not _crosses_processes():
        return
    try:
        async_to_sync(_send_in_time)([hint])
    except Exception as error:  # noqa: BLE001 - readers find the entry by their own check
        log.warning("hints_not_sent", hints=1, error=type(error).__name__)
