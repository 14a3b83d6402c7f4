"""The topic hub of a process: brings the events of every organization to the sockets that follow it here."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFault

from realtime import bus, events
from realtime.entries import Entry
from realtime.members import Member
from realtime.protocol import BadFrame, health_text, redeem
from realtime.streams import Listener, Stream

log = structlog.get_logger("realtime.fanout")

CHECK_SECONDS = 1.0
"""How often the counters are compared with what was shown: the longest that a lost hint delays an event."""

IDLE_SECONDS = 60.0
"""How long a stream is kept warm after its last socket went."""


class Hub:
    """Streams by organization. One per process, on the loop that the sockets live on."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.streams: dict[UUID, Stream] = {}
        self.is_well = True
        self._opening: dict[UUID, asyncio.Task[Stream]] = {}
        bus.attach().listen(self._take)
        self._checking = self.loop.create_task(self._check_for_ever(), name="fanout.check")

    async def join(self, member: Member, epoch: str | None = None, seq: int | None = None) -> None:
        """Make a socket follow its organization's log; see `Stream.join`."""
        stream = await self._stream(member.organization_id)
        await stream.join(member, epoch, seq)

    def leave(self, member: Member) -> None:
        """Stop writing to a socket; harmless for one that never joined."""
        if stream := self.streams.get(member.organization_id):
            stream.leave(member)

    def acknowledge(self, member: Member, credit: str) -> bool:
        """Open a member's window as far as a credit proves; return whether the credit was new.

        Raises `BadFrame` for a credit that was never given.
        """
        stream = self.streams.get(member.organization_id)
        if stream is None:
            return False
        seq = redeem(stream.epoch, credit)
        if seq is None:
            raise BadFrame("unknown credit")
        is_new = member.acknowledge(seq)
        if is_new:
            stream.acknowledged(member)
        return is_new

    def stream(self, organization_id: UUID) -> Stream | None:
        """The organization's stream, if anybody follows or listens here."""
        return self.streams.get(organization_id)

    async def listen(
        self,
        organization_id: UUID,
        topic: str,
        on_event: Callable[[Entry], None],
        on_value: Callable[[dict[str, Any]], None],
    ) -> Callable[[], None]:
        """Call plain functions for what happens in one topic; returns the function that ends it."""
        stream = await self._stream(organization_id)
        listener = Listener(on_event, on_value)
        stream.listeners.setdefault(topic, set()).add(listener)

        def stop() -> None:
            listeners = stream.listeners.get(topic, set())
            listeners.discard(listener)
            if not listeners:
                stream.listeners.pop(topic, None)

        return stop

    async def check(self) -> None:
        """Close slow members, compare every stream with its counter row, forget streams that nobody needs."""
        self._forget_idle()
        if not self.streams:
            return
        for stream in self.streams.values():
            stream.close_slow()
        shown = {organization_id: stream.seq for organization_id, stream in self.streams.items()}
        try:
            found = await _positions(shown)
        except DatabaseFault as fault:
            # Sockets stay while the database is away, and are told.
            log.warning("counters_not_read", error=type(fault).__name__)
            self._tell_health(is_well=False)
            return
        self._tell_health(is_well=True)
        for organization_id, seq in shown.items():
            self._compare(organization_id, seq, found.get(organization_id))

    def _tell_health(self, *, is_well: bool) -> None:
        """Tell everyone when the database goes, and when it is back."""
        if is_well != self.is_well:
            self.is_well = is_well
            for stream in self.streams.values():
                stream.tell(health_text(is_well=is_well))

    def _compare(self, organization_id: UUID, shown: int, position: events.Position | None) -> None:
        """Heal a stream that is behind its table; start one anew whose table is behind what was shown."""
        stream = self.streams.get(organization_id)
        if stream is None:
            return
        position = position or events.Position("", 0, 0)
        if position.epoch == stream.epoch and position.seq >= shown:
            stream.expect(position)
        elif position != (stream.epoch, stream.seq, stream.trimmed):
            log.warning("log_began_anew", organization=str(organization_id))
            stream.begin_anew(position)

    async def close(self) -> None:
        """End all streams."""
        self._checking.cancel()
        for stream in self.streams.values():
            stream.close()
        self.streams.clear()

    async def _stream(self, organization_id: UUID) -> Stream:
        """The organization's stream, opened by the first who asks."""
        if stream := self.streams.get(organization_id):
            return stream
        if organization_id not in self._opening:
            task = self.loop.create_task(self._open(organization_id))
            self._opening[organization_id] = task
            task.add_done_callback(lambda _: self._opening.pop(organization_id, None))
        return await asyncio.shield(self._opening[organization_id])

    async def _open(self, organization_id: UUID) -> Stream:
        position = await _position(organization_id)
        stream = self.streams[organization_id] = Stream(organization_id, position)
        # A hint between the query and this line was not taken; the table has it.
        stream.heal()
        return stream

    def _take(self, hint: bus.Hint) -> None:
        stream = self.streams.get(UUID(hint["organization"]))
        if stream is None:
            return
        if "entries" not in hint:
            stream.show(hint["topic"], hint["key"], hint["frame"])
        elif hint["epoch"] == stream.epoch:
            stream.offer(
                Entry(seq, text, credited, audience, tuple(topics))
                for seq, text, credited, audience, topics in hint["entries"]
            )

    def _forget_idle(self) -> None:
        limit = self.loop.time() - IDLE_SECONDS
        for organization_id, stream in list(self.streams.items()):
            if stream.is_idle() and stream.idle_since < limit:
                stream.close()
                del self.streams[organization_id]

    async def _check_for_ever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self.check()


_current: Hub | None = None


def hub() -> Hub:
    """Return the hub of the running loop, opening it on first use."""
    global _current
    if _current is None or _current.loop is not asyncio.get_running_loop():
        _current = Hub()
    return _current


async def close() -> None:
    """End this loop's hub and its bus."""
    global _current
    current, _current = _current, None
    if current is not None and current.loop is asyncio.get_running_loop():
        await current.close()
    await bus.detach()


_position = database_sync_to_async(events.position, thread_sensitive=False)
_positions = database_sync_to_async(events.positions, thread_sensitive=False)
