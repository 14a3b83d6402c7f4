"""How many waited, minute by minute, over the last hour."""

from collections import defaultdict, deque
from itertools import accumulate

MINUTES = 60
_MINUTE = 60.0


class History:
    """Stretches of waiting by queue; everything in seconds since 1970."""

    def __init__(self) -> None:
        self._ended: defaultdict[str | None, deque[tuple[float, float]]] = defaultdict(deque)

    def waited(self, queue_id: str | None, since: float, until: float) -> None:
        """Remember that something waited in this queue."""
        if until > since:
            self._ended[queue_id].append((since, until))

    def minutes(self, queue_id: str | None, waiting: list[float], now: float) -> list[int]:
        """How many waited at each of the last full minutes, oldest first, and how many wait now.

        `waiting` are the moments since when those wait who still do. Forgets what is older.
        """
        newest = now // _MINUTE
        oldest = newest - MINUTES + 1
        ended = self._ended[queue_id]
        while ended and ended[0][1] < oldest * _MINUTE:
            ended.popleft()
        steps = [0] * (MINUTES + 1)
        for since, until in [*ended, *((since, now + _MINUTE) for since in waiting)]:
            begin, end = _slot(since, oldest), _slot(until, oldest)
            steps[begin] += 1
            steps[end] -= 1
        return [*list(accumulate(steps))[:MINUTES], len(waiting)]


def _slot(moment: float, oldest: float) -> int:
    """The first minute, counted from the oldest, that is not before a moment."""
    return int(min(MINUTES, max(0, -(-moment // _MINUTE) - oldest)))
