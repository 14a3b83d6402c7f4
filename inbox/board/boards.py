"""The boards of this process, one for each organization that somebody looks at."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from inbox.board.board import Board

IDLE_SECONDS = 900.0
"""A board that nobody asks for is forgotten after this time; the next one who asks has it made anew."""

_boards: dict[UUID, Board] = {}
_lock = threading.Lock()


@contextmanager
def current(organization_id: UUID) -> Iterator[Board]:
    """The organization's board, read up to the log's end, and nobody else's for the block."""
    board = _kept(organization_id)
    with board.lock:
        board.catch_up()
        yield board


def forget(organization_id: UUID) -> None:
    """Drop a board, as the end of its process would."""
    with _lock:
        _boards.pop(organization_id, None)


def _kept(organization_id: UUID) -> Board:
    limit = time.monotonic() - IDLE_SECONDS
    with _lock:
        for key in [key for key, board in _boards.items() if board.used_at < limit]:
            del _boards[key]
        return _boards.setdefault(organization_id, Board(organization_id))
