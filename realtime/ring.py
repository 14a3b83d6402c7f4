"""The recent end of one log, and the slices that sockets are sent, made once for all who see the same."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from realtime import visibility
from realtime.entries import Entry, Frames
from realtime.members import SLICE_BYTES, SLICE_FRAMES, Member
from realtime.protocol import skip_text

RING_ENTRIES = 1024
RING_CHARACTERS = 4 * 1024 * 1024
"""What is kept of a log, so that most resumes need no query."""


class Slice(NamedTuple):
    """What a member is sent to get from one position to another."""

    frames: Frames
    seq: int
    skipped_from: int
    credit_seq: int


class Run:
    """The entries that one write carries, and what was cut from them for members who see the same."""

    __slots__ = ("_slices", "audiences", "entries")

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.audiences = frozenset(entry.audience for entry in entries if entry.audience)
        self._slices: dict[Any, Slice] = {}

    def slice_for(self, member: Member, epoch: str) -> Slice:
        """Return what a member at the beginning of this run is to be sent."""
        key = self._view_of(member)
        piece = self._slices.get(key)
        if piece is None:
            piece = self._slices[key] = self._cut(member, epoch)
        return piece

    def _view_of(self, member: Member) -> Any:
        """What decides how these entries look to a member; the common case costs no set."""
        if member.follows_inbox and not self.audiences:
            return member.skipped_from
        topics = None if member.follows_inbox else member.topics
        return member.skipped_from, member.audiences & self.audiences, topics

    def _cut(self, member: Member, epoch: str) -> Slice:
        texts: list[str] = []
        skipped_from, credit_seq = member.skipped_from, 0
        for entry in self.entries:
            if not _sees(member, entry):
                skipped_from = skipped_from or entry.seq
                continue
            if skipped_from:
                texts.append(skip_text(epoch, skipped_from, entry.seq - 1))
                skipped_from, credit_seq = 0, entry.seq - 1
            texts.append(entry.text)
            credit_seq = entry.seq if entry.credited else credit_seq
        return Slice(Frames(texts), self.entries[-1].seq, skipped_from, credit_seq)


def _sees(member: Member, entry: Entry) -> bool:
    return entry.audience in member.audiences and visibility.wants(
        member.topics, entry.audience, entry.topics
    )


def runs_of(entries: Iterable[Entry]) -> Iterator[Run]:
    """Cut entries into runs that one write may carry; a longer entry goes alone."""
    found: list[Entry] = []
    size = 0
    for entry in entries:
        size += len(entry.text)
        if found and (size > SLICE_BYTES or len(found) == SLICE_FRAMES):
            yield Run(found)
            found, size = [], len(entry.text)
        found.append(entry)
    if found:
        yield Run(found)


class Ring:
    """The entries up to `last`, without a gap; the oldest go when there are too many."""

    def __init__(self, last: int) -> None:
        self.last = last
        self._entries: dict[int, Entry] = {}
        self._characters = 0
        self._runs: dict[int, Run] = {}

    @property
    def first(self) -> int:
        """The number of the oldest entry that is kept; `last` + 1 when none is."""
        return self.last - len(self._entries) + 1

    def add(self, entry: Entry) -> None:
        """Take the entry that follows `last`."""
        self.last = entry.seq
        self._entries[entry.seq] = entry
        self._characters += len(entry.text)
        self._runs.clear()
        while len(self._entries) > RING_ENTRIES or (
            self._characters > RING_CHARACTERS and len(self._entries) > 1
        ):
            self._characters -= len(self._entries.pop(self.first).text)

    def run_after(self, seq: int) -> Run:
        """Return the entries after a position that is still kept, as many as one write carries."""
        run = self._runs.get(seq)
        if run is None:
            numbers = range(seq + 1, min(seq + SLICE_FRAMES, self.last) + 1)
            run = self._runs[seq] = next(runs_of([self._entries[number] for number in numbers]))
        return run
