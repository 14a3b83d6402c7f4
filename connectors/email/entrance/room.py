"""Whether there is room for more mail: how much waits to be understood, and how full the disk is."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from django.db import DatabaseError

from hub.models import Job

log = structlog.get_logger("connectors.email.entrance.smtp")

BACKLOG = 50_000
"""Envelopes that may wait to be understood; a worker that is away for an hour is no reason to refuse mail."""

FREE_BYTES = 200 * 1024 * 1024
"""So much of the disk stays free for what must still be written about the mail that is there."""

LOOK_SECONDS = 5.0

InThread = Callable[[Callable[[], bool]], Awaitable[bool]]


class Room:
    """Looks every few seconds while mail comes in; in between it answers what it saw last."""

    def __init__(self, in_thread: InThread, folder: Path, backlog: int, free_bytes: int) -> None:
        self._in_thread = in_thread
        self._folder = folder
        self._backlog = backlog
        self._free_bytes = free_bytes
        self._is_there = True
        self._looked_at: float | None = None
        self._look: asyncio.Task[None] | None = None

    async def is_there(self) -> bool:
        """Whether a mail should be taken now."""
        now = asyncio.get_running_loop().time()
        is_first = self._looked_at is None
        if self._looked_at is None or now - self._looked_at > LOOK_SECONDS:
            self._looked_at = now
            self._look = asyncio.create_task(self._look_again())
        if is_first and self._look is not None:
            await self._look
        return self._is_there

    async def _look_again(self) -> None:
        is_there = await self._in_thread(self._measure)
        if is_there != self._is_there:
            log.warning("mail_is_taken_again" if is_there else "mail_is_put_off_for_want_of_room")
        self._is_there = is_there

    def _measure(self) -> bool:
        try:
            if shutil.disk_usage(self._folder).free < self._free_bytes:
                return False
            waiting = Job.objects.filter(queue="receive", state="ready")
            return waiting[: self._backlog].count() < self._backlog
        except (OSError, DatabaseError) as error:
            # A store that cannot be asked refuses the mail itself, with 451.
            log.warning("room_not_measured", error=type(error).__name__)
            return True
