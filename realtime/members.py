"""A socket's place in the fan-out: how far it was told, what it may see, what it has not acknowledged."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from realtime import visibility
from realtime.entries import Frames
from realtime.protocol import Close
from realtime.writers import Writer

WINDOW_FRAMES = 256
WINDOW_BYTES = 512 * 1024
"""At most this many frames and bytes of the log are on their way, unacknowledged."""

SLICE_FRAMES = 32
SLICE_BYTES = 64 * 1024
"""What one write carries at most, except that a longer frame goes alone."""

WINDOW_SECONDS = 7.0
"""How long the window may stay full before the socket is closed; clients acknowledge at least every 5 s."""

VALUES_BACKLOG = 256 * 1024
"""A socket whose transport holds more than this when a last-value frame is due does not read."""


class Mark(NamedTuple):
    """The totals that had been sent when a credit left."""

    seq: int
    frames: int
    bytes: int


class Member:
    """A socket that follows an organization's log; lives on the hub's loop."""

    __slots__ = (
        "acked_bytes",
        "acked_frames",
        "acked_seq",
        "audiences",
        "close",
        "follows_inbox",
        "full_since",
        "is_live",
        "marks",
        "organization_id",
        "sent_bytes",
        "sent_frames",
        "seq",
        "skipped_from",
        "topics",
        "writer",
    )

    def __init__(
        self,
        organization_id: UUID,
        audiences: frozenset[str],
        writer: Writer,
        close: Callable[[int, str], None],
    ) -> None:
        self.organization_id = organization_id
        self.audiences = audiences
        self.writer = writer
        self.close = close
        self.topics: frozenset[str] = frozenset()
        self.follows_inbox = False
        self.seq = 0
        self.skipped_from = 0
        self.acked_seq = 0
        self.is_live = False
        self.full_since: float | None = None
        self.restart_window()

    def follow(self, topics: frozenset[str]) -> None:
        """Change what the socket wants; holds for every event that was not sent yet."""
        self.topics = topics
        self.follows_inbox = visibility.INBOX in topics

    def hears(self, topic: str) -> bool:
        """Whether a last-value frame of this topic belongs here."""
        return self.follows_inbox or topic in self.topics

    def restart_window(self) -> None:
        """Forget what is unacknowledged, as after a replay."""
        self.sent_frames = self.sent_bytes = self.acked_frames = self.acked_bytes = 0
        self.marks: deque[Mark] = deque()
        self.full_since = None

    def is_full(self) -> bool:
        """Whether the window has no room for another slice."""
        return (
            self.sent_frames - self.acked_frames > WINDOW_FRAMES - SLICE_FRAMES
            or self.sent_bytes - self.acked_bytes > WINDOW_BYTES - SLICE_BYTES
        )

    def send(self, frames: Frames, credit_seq: int) -> None:
        """Write frames of the log and count them; `credit_seq` is the number of their last credit, or 0."""
        self.sent_frames += len(frames)
        self.sent_bytes += frames.size
        if credit_seq:
            self.marks.append(Mark(credit_seq, self.sent_frames, self.sent_bytes))
        self.writer.write(frames)

    def acknowledge(self, seq: int) -> bool:
        """Open the window up to the newest mark that a redeemed credit covers; return whether it is new."""
        is_new = seq > self.acked_seq
        self.acked_seq = max(self.acked_seq, seq)
        while self.marks and self.marks[0].seq <= seq:
            mark = self.marks.popleft()
            self.acked_frames, self.acked_bytes = mark.frames, mark.bytes
            self.full_since = None
        return is_new

    def send_value(self, frames: Frames) -> None:
        """Write last-value frames, which nobody acknowledges; a socket that does not read is closed."""
        if self.writer.buffered() > VALUES_BACKLOG:
            self.close(Close.TOO_SLOW, "does not read")
        else:
            self.writer.write(frames)
