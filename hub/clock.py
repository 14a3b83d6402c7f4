"""The one clock: every timestamp in the hub comes from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("hub.clock", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Let `now` answer `moment` in this context: for importing what happened earlier, and for tests."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
