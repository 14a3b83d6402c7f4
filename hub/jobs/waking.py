"""Tells the workers of this process that a job was committed, so that they need not wait for their poll."""

from __future__ import annotations

import threading
from collections.abc import Callable

_lock = threading.Lock()
_sleepers: list[Callable[[], None]] = []


def subscribe(wake: Callable[[], None]) -> None:
    """Call `wake`, which must return at once, after each commit that enqueued a job."""
    with _lock:
        _sleepers.append(wake)


def unsubscribe(wake: Callable[[], None]) -> None:
    """Undo `subscribe`."""
    with _lock:
        _sleepers.remove(wake)


def wake_workers() -> None:
    """Wake every worker of this process."""
    with _lock:
        sleepers = tuple(_sleepers)
    for wake in sleepers:
        wake()
