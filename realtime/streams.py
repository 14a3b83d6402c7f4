"""One organization's log as this process shows it: what comes in, and the sockets that follow it.

Each member has its own position, and a round of writing gives every member the slice it lacks. So a socket
that was held back, joined in the middle of a round or resumes an old position takes the same path as all
others, and frames that gather while a round is being written leave together.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFault

from realtime import events, visibility
from realtime.entries import Entry, Frames
from realtime.members import WINDOW_SECONDS, Member
from realtime.protocol import Close, encode, ready_text, resync_text, skip_text
from realtime.ring import Ring, Run, runs_of
from realtime.values import Values

log = structlog.get_logger("realtime.fanout")

LONGEST_REPLAY = 20_000
"""A client further behind than this fetches afresh instead."""

WRITES_PER_TURN = 256
"""After this many writes the loop gets a turn for everything else."""

GAP_SECONDS = 0.05
"""How long a hint that came early waits for the ones before it, until the table is asked."""

SKIP_SECONDS = 0.5
"""How long skips are joined before they are told."""

REPLAY_BACKLOG = 64 * 1024
REPLAY_SECONDS = 20.0
"""A replay goes on while less than this waits in the process, and gives a reader this long to read on."""

_PAGE = 200


class Listener(NamedTuple):
    """Plain functions that are told of one topic's events and last-value frames, on the loop."""

    on_event: Callable[[Entry], None]
    on_value: Callable[[dict[str, Any]], None]


class Stream:
    """The log of one organization, live. All methods belong to the hub's loop."""

    def __init__(self, organization_id: UUID, position: events.Position) -> None:
        self.organization_id = organization_id
        self.epoch = position.epoch
        self.trimmed = position.trimmed
        self.members: set[Member] = set()
        self.listeners: dict[str, set[Listener]] = {}
        self.values = Values(self._show_value)
        self.idle_since = asyncio.get_running_loop().time()
        self._joining = 0
        self._ring = Ring(position.seq)
        self._early: dict[int, Entry] = {}
        self._wake = asyncio.Event()
        self._healing: asyncio.Task[None] | None = None
        self._gap_timer: asyncio.TimerHandle | None = None
        self._skip_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._spawn(self._write_rounds())

    @property
    def seq(self) -> int:
        """The newest number that is shown."""
        return self._ring.last

    # What comes in

    def offer(self, entries: Iterable[Entry]) -> None:
        """Take entries in any order, doubled or late; show those that continue the log."""
        for entry in entries:
            if entry.seq > self.seq:
                self._early[entry.seq] = entry
        before = self.seq
        while entry_next := self._early.pop(self.seq + 1, None):
            self._extend(entry_next)
        if self.seq != before:
            self._wake.set()
        if self._early:
            self._expect_gap()

    def expect(self, position: events.Position) -> None:
        """Learn where the log stands in the table, and heal what was missed."""
        self.trimmed = max(self.trimmed, position.trimmed)
        if position.seq > self.seq:
            self.heal()

    def heal(self) -> None:
        """Read on from the table, unless that is being done already."""
        if self._healing is None or self._healing.done():
            self._healing = self._spawn(self._heal())

    def close_slow(self) -> None:
        """Close the members whose window has been full for too long."""
        limit = asyncio.get_running_loop().time() - WINDOW_SECONDS
        for member in tuple(self.members):
            if member.full_since is not None and member.full_since < limit:
                self.leave(member)
                member.close(Close.TOO_SLOW, "no acknowledgement")

    def begin_anew(self, position: events.Position) -> None:
        """Take up a log that is not the one that was shown; members come back and start afresh."""
        for member in tuple(self.members):
            self.leave(member)
            member.close(Close.RESTARTING, "log began anew")
        self.epoch, self.trimmed = position.epoch, position.trimmed
        self._ring = Ring(position.seq)
        self._early.clear()

    def show(self, topic: str, key: str, frame: dict[str, Any]) -> None:
        """Show a last-value frame, now or when its key may be shown again."""
        self.values.offer(topic, key, frame)

    def show_followers(self, topic: str, frame: dict[str, Any]) -> None:
        """Show a frame at once to the members who asked for a topic by its name; its maker sets the pace."""
        frames = Frames([encode(frame)])
        for member in self.followers(topic):
            member.send_value(frames)

    def followers(self, topic: str) -> list[Member]:
        """The live members who asked for a topic by its name."""
        return [member for member in self.members if member.is_live and topic in member.topics]

    def tell(self, text: str) -> None:
        """Send every member one frame outside of the log."""
        frames = Frames([text])
        for member in tuple(self.members):
            member.send_value(frames)

    # Who follows

    async def join(self, member: Member, epoch: str | None, seq: int | None) -> None:
        """Bring a member up to date, tell it so, and keep it so.

        Replays what came after `seq` if the log still reaches back there, else tells the member to fetch
        afresh. Returns when the member is live. Raises `TimeoutError` when it does not read its replay.
        """
        self._joining += 1
        try:
            is_resumed = seq is not None and epoch in (None, self.epoch) and await self._resume(member, seq)
        finally:
            self._joining -= 1
        if not is_resumed:
            member.seq, member.skipped_from = self.seq, 0
        self._flush_skip(member)
        if seq is None or is_resumed:
            greeting = ready_text(self.epoch, self.seq, resumed=is_resumed)
        else:
            greeting = resync_text(self.epoch, self.seq)
        member.writer.write(Frames([greeting]))
        member.restart_window()
        member.is_live = True
        self.members.add(member)

    def leave(self, member: Member) -> None:
        """Forget a member; does nothing for a stranger."""
        member.is_live = False
        self.members.discard(member)
        self.idle_since = asyncio.get_running_loop().time()

    def acknowledged(self, member: Member) -> None:
        """Go on with a member whose window has opened."""
        if member.is_live and member.seq < self.seq:
            self._wake.set()

    def is_idle(self) -> bool:
        """Whether nobody follows or listens."""
        return not (self.members or self.listeners or self._joining)

    def close(self) -> None:
        """End the stream's tasks and timers."""
        for task in self._tasks:
            task.cancel()
        for timer in (self._gap_timer, self._skip_timer):
            if timer:
                timer.cancel()
        self.values.close()

    # Inside

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("stream_task_failed", organization=str(self.organization_id), exc_info=error)

    def _extend(self, entry: Entry) -> None:
        self._ring.add(entry)
        if self.listeners and not entry.audience:
            for topic in (visibility.INBOX, *entry.topics):
                for listener in tuple(self.listeners.get(topic, ())):
                    self._tell(listener.on_event, entry)

    def _expect_gap(self) -> None:
        if self._gap_timer is None:
            self._gap_timer = asyncio.get_running_loop().call_later(GAP_SECONDS, self._close_gap)

    def _close_gap(self) -> None:
        self._gap_timer = None
        if self._early:
            self.heal()

    async def _heal(self) -> None:
        """Read the table from here to its end; without a database, the next check tries again."""
        while True:
            try:
                page = await _read(self.organization_id, self.epoch, self.seq, _PAGE)
            except DatabaseFault as fault:
                log.warning(
                    "log_not_read", organization=str(self.organization_id), error=type(fault).__name__
                )
                return
            self.offer(page)
            if len(page) < _PAGE:
                self._early = {seq: entry for seq, entry in self._early.items() if seq > self.seq}
                return

    async def _resume(self, member: Member, seq: int) -> bool:
        """Replay what came after `seq`; return False when the log does not reach back, or not yet, there."""
        if seq > self.seq:
            # Another process showed it before the hint came here.
            await self._heal()
        if not self.trimmed <= seq <= self.seq or self.seq - seq > LONGEST_REPLAY:
            return False
        member.seq = seq
        try:
            await self._replay(member)
        except LookupError:
            return False
        # Unequal only if the log began anew meanwhile.
        return member.seq == self.seq

    async def _replay(self, member: Member) -> None:
        """Write what the member lacks, as fast as it reads; the window does not count before it is live."""
        while member.seq < self.seq:
            if member.seq + 1 >= self._ring.first:
                self._advance(member, self._ring.run_after(member.seq))
            else:
                await self._replay_page(member)
            await self._drained(member)

    async def _replay_page(self, member: Member) -> None:
        page = await _read(self.organization_id, self.epoch, member.seq, _PAGE)
        if not page or page[0].seq != member.seq + 1:
            raise LookupError("the log was trimmed during a replay")
        # The table may be ahead of what is shown here; those entries come in their turn.
        for run in runs_of(entry for entry in page if entry.seq <= self.seq):
            self._advance(member, run)
            await self._drained(member)

    async def _drained(self, member: Member) -> None:
        deadline = asyncio.get_running_loop().time() + REPLAY_SECONDS
        await asyncio.sleep(0)
        while member.writer.buffered() > REPLAY_BACKLOG:
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError
            await asyncio.sleep(0.02)

    async def _write_rounds(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            for count, member in enumerate(tuple(self.members), start=1):
                if member.seq < self.seq and member.is_live:
                    self._continue(member)
                if not count % WRITES_PER_TURN:
                    await asyncio.sleep(0)
            await asyncio.sleep(0)

    def _continue(self, member: Member) -> None:
        """Write the next slice to a live member, if its window has room."""
        if member.is_full():
            member.full_since = member.full_since or asyncio.get_running_loop().time()
        elif member.seq + 1 < self._ring.first:
            member.is_live = False
            self._spawn(self._catch_up(member))
        else:
            self._advance(member, self._ring.run_after(member.seq))
            if member.seq < self.seq:
                self._wake.set()

    async def _catch_up(self, member: Member) -> None:
        """Bring a live member that fell out of the ring back into it."""
        try:
            await self._replay(member)
        except (LookupError, TimeoutError, DatabaseFault):
            self.leave(member)
            member.close(Close.TOO_SLOW, "fell behind")
            return
        member.restart_window()
        member.is_live = member in self.members
        self._wake.set()

    def _advance(self, member: Member, run: Run) -> None:
        """Send a member its next slice, cut from the entries that follow its position."""
        piece = run.slice_for(member, self.epoch)
        member.seq, member.skipped_from = piece.seq, piece.skipped_from
        if piece.frames.texts:
            member.send(piece.frames, piece.credit_seq)
        if member.skipped_from and self._skip_timer is None:
            self._skip_timer = asyncio.get_running_loop().call_later(SKIP_SECONDS, self._flush_skips)

    def _flush_skips(self) -> None:
        self._skip_timer = None
        for member in tuple(self.members):
            if member.is_live:
                self._flush_skip(member)

    def _flush_skip(self, member: Member) -> None:
        """Tell a member which events it was not shown, so that it can prove to have missed nothing."""
        if member.skipped_from:
            text = skip_text(self.epoch, member.skipped_from, member.seq)
            member.skipped_from = 0
            member.send(Frames([text]), member.seq)

    def _show_value(self, topic: str, frame: dict[str, Any], frames: Frames) -> None:
        for member in tuple(self.members):
            if member.is_live and member.hears(topic):
                member.send_value(frames)
        for listener in tuple(self.listeners.get(topic, ())):
            self._tell(listener.on_value, frame)

    def _tell(self, listen: Callable[[Any], None], news: Any) -> None:
        try:
            listen(news)
        except Exception:
            # The edge to other rooms' sockets: one that fails keeps nothing from the others.
            log.exception("listener_failed", organization=str(self.organization_id))


_read = database_sync_to_async(events.read, thread_sensitive=False)
