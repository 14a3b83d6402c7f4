"""The worker as a service of the process."""

from __future__ import annotations

import asyncio

from django.conf import settings

from hub.jobs import backend  # noqa: F401  registers what runs Django's tasks
from hub.jobs.worker import Worker
from hub.service import Service, Stage


class JobService(Service):
    """Runs jobs of all queues in `HUB_WORKER_THREADS` threads."""

    name = "jobs"
    roles = frozenset({"worker"})
    stage = Stage.WORK

    def __init__(self, worker: Worker | None = None) -> None:
        self.worker = worker or Worker(threads=settings.WORKER_THREADS)

    async def start(self) -> None:
        """Start the threads; a database that is away is waited for."""
        self.worker.start()

    async def stop_accepting(self) -> None:
        """Claim nothing new and hand back what was not begun."""
        self.worker.pause()

    async def stop(self) -> None:
        """Let running jobs finish for up to 15 seconds."""
        await asyncio.to_thread(self.worker.stop)
