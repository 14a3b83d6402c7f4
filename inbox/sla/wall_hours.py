"""Opening hours as a clock on the wall counts them: a week that repeats, with pieces cut out of it.

All numbers are microseconds on the wall since Monday, 1 January of the year 1, as if no clock were ever
changed. What the wall has counted up to a moment is a sum over whole weeks, a part of one week, and what was
cut out before: three look-ups, however far apart two moments are.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from inbox.sla.instants import WEEK
from inbox.sla.spans import Span, joined, shared


class WallHours:
    """Open in `weekly` (spans within one week, 0 to `WEEK`) except in `closed` (spans anywhere)."""

    __slots__ = ("_counted", "_cut", "_cut_ends", "_cut_starts", "_ends", "_open_at_cut", "_starts", "_week")

    def __init__(self, weekly: Iterable[Span], closed: Iterable[Span]) -> None:
        week = joined(weekly)
        self._starts = [start for start, _ in week]
        self._ends = [end for _, end in week]
        self._counted = [0, *accumulate(end - start for start, end in week)]
        self._week = self._counted[-1]
        cuts = [open_part for span in joined(closed) for open_part in self._weekly_in(span)]
        self._cut_starts = [start for start, _ in cuts]
        self._cut_ends = [end for _, end in cuts]
        self._cut = [0, *accumulate(end - start for start, end in cuts)]
        self._open_at_cut = [
            self._weekly_before(start) - cut for start, cut in zip(self._cut_starts, self._cut, strict=False)
        ]

    @property
    def is_never_open(self) -> bool:
        """True when the week has no open time at all."""
        return self._week == 0

    def before(self, moment: int) -> int:
        """How much open time the wall has counted until the moment."""
        place = bisect_right(self._cut_starts, moment)
        cut = self._cut[place]
        if place and moment < self._cut_ends[place - 1]:
            cut -= self._cut_ends[place - 1] - moment
        return self._weekly_before(moment) - cut

    def earliest(self, counted: int) -> int:
        """The first moment with `before(moment) == counted`: where an open time ends, not the next start."""
        passed = bisect_left(self._open_at_cut, counted)
        weeks, rest = divmod(counted + self._cut[passed], self._week)
        if rest == 0:
            weeks, rest = weeks - 1, self._week
        place = bisect_left(self._counted, rest) - 1
        return weeks * WEEK + self._starts[place] + rest - self._counted[place]

    def latest(self, counted: int) -> int:
        """The last moment with `before(moment) == counted`: where an open time begins."""
        passed = bisect_right(self._open_at_cut, counted)
        weeks, rest = divmod(counted + self._cut[passed], self._week)
        place = bisect_right(self._counted, rest) - 1
        return weeks * WEEK + self._starts[place] + rest - self._counted[place]

    def next_open(self, moment: int) -> int:
        """The first open moment from this one on; the week must have open time."""
        return self.latest(self.before(moment))

    def next_closed(self, moment: int) -> int | None:
        """The first closed moment from this one on; None when it stays open for ever."""
        place = bisect_right(self._cut_starts, moment)
        if place and moment < self._cut_ends[place - 1]:
            return moment
        cut = self._cut_starts[place] if place < len(self._cut_starts) else None
        if self._week == WEEK:
            return cut
        end = self._weekly_end(moment)
        return end if cut is None else min(cut, end)

    def _weekly_before(self, moment: int) -> int:
        weeks, rest = divmod(moment, WEEK)
        place = bisect_right(self._starts, rest)
        counted = weeks * self._week + self._counted[place]
        if place and rest < self._ends[place - 1]:
            counted -= self._ends[place - 1] - rest
        return counted

    def _weekly_end(self, moment: int) -> int:
        """Where the week closes, from a moment on; over Sunday's midnight too."""
        while True:
            rest = moment % WEEK
            place = bisect_right(self._starts, rest) - 1
            if place < 0 or rest >= self._ends[place]:
                return moment
            moment += self._ends[place] - rest

    def _weekly_in(self, span: Span) -> list[Span]:
        """The week's open times within a span."""
        weeks = range(span[0] // WEEK, (span[1] - 1) // WEEK + 1)
        return [
            part
            for week in weeks
            for part in shared(
                ((week * WEEK + s, week * WEEK + e) for s, e in zip(self._starts, self._ends, strict=True)),
                span,
            )
        ]
