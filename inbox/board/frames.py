"""Live frames: what changed on an organization's board, to the sockets of this process that ask for it.

On the topic of a queue come its figures, on the topic "board" everything, at first whole and then only
what changed. A frame leaves at most every 250 ms a topic; between two causes nothing is asked of anybody.
"""

import asyncio
import time
from typing import Any, Final
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFault

from hub.clock import now
from inbox.board import boards, shapes
from inbox.payloads import Shape
from realtime import visibility
from realtime.entries import Entry, Frames
from realtime.fanout import Hub, hub
from realtime.members import Member
from realtime.protocol import encode
from realtime.streams import Stream

log = structlog.get_logger("inbox.board")

INTERVAL_SECONDS: Final = 0.25
"""The least time between two frames of one topic."""

RETRY_SECONDS: Final = 1.0
_PARTS: Final = ("at_risk", "stuck", "teams", "minute")
_Frames = list[tuple[str, dict[str, Any]]]


async def show_first(member: Member, topics: frozenset[str]) -> None:
    """Show a socket the present values of those of these topics that have live frames, and keep them live."""
    wanted = {topic for topic in topics if is_live(topic)}
    if wanted:
        await _feed(member.organization_id).welcome(member, wanted)


def is_live(topic: str) -> bool:
    """Whether a topic has live frames."""
    return topic == visibility.BOARD or topic.startswith("queue:")


class Feed:
    """The live frames of one organization in this process; lives on the hub's loop, while anybody follows."""

    def __init__(self, organization_id: UUID, of: Hub) -> None:
        self.organization_id = organization_id
        self.hub = of
        self._shown: Shape | None = None
        self._stop: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = 0.0
        self._is_stale = False
        self._opening = asyncio.Lock()

    async def welcome(self, member: Member, topics: set[str]) -> None:
        """Send a member the values as they were shown last; looks at the board first if nobody followed."""
        async with self._opening:
            if self._stop is None:
                # Before the board is read, so that nothing falls between the two.
                self._stop = await self.hub.listen(
                    self.organization_id, visibility.INBOX, self._hear, _ignore
                )
            if self._shown is None:
                await self._look_now()
        if self._shown is not None and member.is_live:
            for _, frame in _whole(self._shown, topics):
                member.send_value(Frames([encode(frame)]))

    def _hear(self, entry: Entry) -> None:
        """Something happened: look as soon as the pace allows."""
        if not self._is_stale:
            self._is_stale = True
            self._look_in(self._looked_at + INTERVAL_SECONDS - time.monotonic())

    def _look_in(self, seconds: float) -> None:
        if self._looking is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.hub.loop.call_later(max(0.0, seconds), self._begin_to_look)

    def _begin_to_look(self) -> None:
        self._timer = None
        stream = self._stream()
        if stream is None or not any(is_live(topic) for one in stream.members for topic in one.topics):
            self._rest()
        elif self._looking is None:
            self._looking = self.hub.loop.create_task(self._look_now())

    async def _look_now(self) -> None:
        self._is_stale, self._looked_at = False, time.monotonic()
        wait = RETRY_SECONDS
        try:
            seen, changes_at = await _seen(self.organization_id)
            wait = max(INTERVAL_SECONDS, changes_at - now().timestamp() + 0.01)
            self._show(seen)
        except DatabaseFault as fault:
            log.warning("board_not_read", organization=str(self.organization_id), error=type(fault).__name__)
        finally:
            self._looking = None
        if self._is_stale:
            wait = self._looked_at + INTERVAL_SECONDS - time.monotonic()
        self._look_in(wait)

    def _show(self, seen: Shape) -> None:
        shown, self._shown = self._shown, seen
        stream = self._stream()
        if shown is None or stream is None:
            return
        for topic, frame in _changes(shown, seen):
            stream.show_followers(topic, frame)

    def _stream(self) -> Stream | None:
        return self.hub.stream(self.organization_id)

    def _rest(self) -> None:
        """Nobody follows any more: what is shown next begins afresh."""
        if self._stop is not None:
            self._stop()
        self._stop = self._shown = None


def _whole(seen: Shape, topics: set[str]) -> _Frames:
    found: _Frames = [
        (topic, _figures(row))
        for row in seen["queues"]
        if (topic := visibility.topic("queue", row["id"])) in topics
    ]
    if visibility.BOARD in topics:
        found.append((visibility.BOARD, {"type": "live", "board": seen, "is_whole": True}))
    return found


def _changes(shown: Shape, seen: Shape) -> _Frames:
    """The frames that lead from one look to the next."""
    queues = _changed(shown["queues"], seen["queues"])
    found: _Frames = [(visibility.topic("queue", row["id"]), _figures(row)) for row in queues]
    board: Shape = {part: seen[part] for part in _PARTS if seen[part] != shown[part]}
    if "minute" in board:
        board["history"] = seen["history"]
    if queues:
        board["queues"] = queues
    if agents := _changed(shown["agents"], seen["agents"]):
        board["agents"] = agents
    for part in ("queues", "agents"):
        before, after = ([row["id"] for row in one[part]] for one in (shown, seen))
        if before != after:
            # Somebody came or went, or the order is another: deltas cannot say that.
            board[part], board[f"are_all_{part}"] = seen[part], True
    if board:
        frame = {
            "type": "live",
            "board": {"at": seen["at"], "since": seen["since"], **board},
            "is_whole": False,
        }
        found.append((visibility.BOARD, frame))
    return found


def _changed(before: list[Shape], after: list[Shape]) -> list[Shape]:
    known = {row["id"]: _ageless(row) for row in before}
    return [row for row in after if known.get(row["id"]) != _ageless(row)]


def _ageless(row: Shape) -> Shape:
    """A row without what grows by itself."""
    kept = {key: value for key, value in row.items() if key not in shapes.AGES}
    if "kinds" in kept:
        kept["kinds"] = {kind: _ageless(figures) for kind, figures in kept["kinds"].items()}
    return kept


def _figures(row: Shape) -> dict[str, Any]:
    figures = {key: value for key, value in row.items() if key not in shapes.QUEUE_FACTS}
    return {"type": "live", "queue_id": row["id"], "data": figures}


def _look(organization_id: UUID) -> tuple[Shape, float]:
    """The whole board now, and when it changes although nothing happens."""
    with boards.current(organization_id) as board:
        return shapes.whole(board), board.next_change()


# In a thread of its own: a board that begins afresh must not keep other sockets' questions waiting.
_seen = database_sync_to_async(_look, thread_sensitive=False)


def _ignore(value: dict[str, Any]) -> None:
    """Last values of others say nothing that the log does not."""


_feeds: dict[UUID, Feed] = {}


def _feed(organization_id: UUID) -> Feed:
    feed = _feeds.get(organization_id)
    if feed is None or feed.hub is not hub():
        feed = _feeds[organization_id] = Feed(organization_id, hub())
    return feed
