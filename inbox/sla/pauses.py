"""The times in which a clock stood still."""

from collections.abc import Iterable
from datetime import datetime

from inbox.sla.instants import LAST, to_moment, to_number
from inbox.sla.spans import Span, joined


class Pauses:
    """Pauses `(start, end)` of aware datetimes, from the start until before the end; None: it still lasts.

    They may come in any order, overlap and touch: what two pauses share counts once. Immutable, hashable.
    `ValueError` for a pause that ends before it starts, or a moment without a time zone.
    """

    __slots__ = ("_numbers",)

    _numbers: tuple[Span, ...]

    def __init__(self, spans: Iterable[tuple[datetime, datetime | None]] = ()) -> None:
        self._numbers = tuple(joined(_numbers(start, end) for start, end in spans))

    @property
    def numbers(self) -> tuple[Span, ...]:
        """The pauses in order, apart from one another, in microseconds since the year 1."""
        return self._numbers

    @property
    def spans(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """The pauses in order, apart from one another, in UTC."""
        return tuple(
            (to_moment(start), None if end > LAST else to_moment(end)) for start, end in self._numbers
        )

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def __eq__(self, other: object) -> bool:
        return self._numbers == other._numbers if isinstance(other, Pauses) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._numbers)

    def __repr__(self) -> str:
        return f"Pauses({list(self.spans)!r})"


def _numbers(start: datetime, end: datetime | None) -> Span:
    first, last = to_number(start), LAST + 1 if end is None else to_number(end)
    if last < first:
        raise ValueError(f"The pause from {start} ends before it starts, at {end}.")
    return first, last
