"""Last-value frames: of each key the newest counts, and at most four a second are shown."""

import asyncio
from collections.abc import Callable
from typing import Any

from realtime.entries import Frames
from realtime.protocol import encode

INTERVAL_SECONDS = 0.25
"""The least time between two frames of one key."""

Show = Callable[[str, dict[str, Any], Frames], None]


class Values:
    """Paces the keys of one stream; lives on its loop."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._resting: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._waiting: dict[tuple[str, str], dict[str, Any]] = {}

    def offer(self, topic: str, key: str, frame: dict[str, Any]) -> None:
        """Show the frame at once if its key has rested, else as the newest when it has."""
        if (topic, key) in self._resting:
            self._waiting[topic, key] = frame
        else:
            self._show_now(topic, key, frame)

    def close(self) -> None:
        """Drop what waits."""
        for timer in self._resting.values():
            timer.cancel()

    def _show_now(self, topic: str, key: str, frame: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        self._resting[topic, key] = loop.call_later(INTERVAL_SECONDS, self._rested, topic, key)
        self._show(topic, frame, Frames([encode(frame)]))

    def _rested(self, topic: str, key: str) -> None:
        del self._resting[topic, key]
        frame = self._waiting.pop((topic, key), None)
        if frame is not None:
            self._show_now(topic, key, frame)
