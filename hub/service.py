"""What a part of the hub that keeps running (web server, SMTP entrance, workers, pollers) looks like."""

import asyncio
from enum import IntEnum


class StartError(Exception):
    """A service cannot start for a reason the operator must mend; its text is one plain line."""


class Stage(IntEnum):
    """When a service starts and stops, lowest first in both cases.

    Entrances come first so that a taken port ends the start before any work is claimed, and so
    that nothing new comes in while the work already taken is finished.
    """

    ENTRANCE = 0
    SOURCE = 10
    WORK = 20


class Service:
    """One supervised part of the process; `hub.runner` owns its life.

    The calls come on the one event loop in this order: `start`, `wait` until it ends,
    `stop_accepting`, `stop`. A service whose `wait` returns or raises has crashed: the runner calls
    `stop`, waits a back-off, and `start`s the same object again. So `start` must work after `stop`.
    """

    name: str = "service"
    """Unique and short; it appears in log lines."""

    roles: frozenset[str] = frozenset()
    """The roles that run it: any of "web", "worker", "smtp", "listen", "media"."""

    stage: Stage = Stage.WORK

    async def start(self) -> None:
        """Begin, and return once the service serves. Raise `StartError` if the operator must act first."""

    async def wait(self) -> None:
        """Return or raise only when the service died by itself; by default it never does."""
        await asyncio.Event().wait()

    async def stop_accepting(self) -> None:
        """Take nothing new from now on; what runs goes on. Called on all services before any `stop`."""

    async def stop(self) -> None:
        """Finish or hand back the work in hand and release everything; called within seconds of a SIGTERM."""

    def describe(self) -> str:
        """What an operator should see once it runs, such as "http://127.0.0.1:8000"; empty to stay quiet."""
        return ""


class Background(Service):
    """A service that is one coroutine: subclasses write `run` and leave it when `stopping` is set."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Work until `self.stopping` is set; raising means a crash, and a restart after a back-off."""
        raise NotImplementedError

    async def start(self) -> None:
        """Start `run` as a task."""
        self.stopping = asyncio.Event()
        self._task = asyncio.create_task(self.run(), name=self.name)

    async def wait(self) -> None:
        """Wait for the task, without cancelling it when the waiter is cancelled."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def stop_accepting(self) -> None:
        """Ask `run` to come to its end."""
        self.stopping.set()

    async def stop(self) -> None:
        """Ask `run` to come to its end and wait for it; the runner's deadline bounds the wait."""
        self.stopping.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
