"""Waiting for what another thread or process does, with a deadline and without fixed pauses."""

import time
from collections.abc import Callable

LOOK_SECONDS = 0.02


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until it holds; AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(LOOK_SECONDS)
