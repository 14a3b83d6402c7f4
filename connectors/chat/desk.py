"""Whether anybody is here to answer: one watcher per organization tells all its visitors' sockets."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from hub.models import AgentState
from realtime import fanout, visibility

log = structlog.get_logger("connectors.chat")

CHECK_SECONDS = 10.0
"""How often the agents' states are read while visitors look on, if nothing announces a change."""

SETTLE_SECONDS = 0.3
"""An announcement may be faster than its commit, and often more follow."""

Tell = Callable[[str], None]


class Desk:
    """The watcher of one organization; lives on the loop as long as somebody watches."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        self.state = "away"
        self.watchers: set[Tell] = set()
        self._stir = asyncio.Event()
        self._stop: Callable[[], None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Read the state once, and follow it."""
        self._stop = await fanout.hub().listen(
            self.organization_id, visibility.INBOX, lambda _: None, self._on_value
        )
        self.state = await state_of(self.organization_id)
        self._task = asyncio.get_running_loop().create_task(self._follow(), name="chat.desk")

    def close(self) -> None:
        """Stop following."""
        if self._stop:
            self._stop()
        if self._task:
            self._task.cancel()

    def _on_value(self, frame: dict[str, Any]) -> None:
        if frame.get("type") == "presence":
            self._stir.set()

    async def _follow(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._stir.wait(), CHECK_SECONDS)
                await asyncio.sleep(SETTLE_SECONDS)
            except TimeoutError:
                pass
            self._stir.clear()
            await self._look()

    async def _look(self) -> None:
        try:
            state = await state_of(self.organization_id)
        except DatabaseError as error:
            log.warning("agents_not_read", organization=str(self.organization_id), error=type(error).__name__)
            return
        if state != self.state:
            self.state = state
            for tell in tuple(self.watchers):
                tell(state)


class Desks:
    """All desks that are watched on this loop."""

    def __init__(self) -> None:
        self._desks: dict[UUID, Desk] = {}
        self._opening: dict[UUID, asyncio.Lock] = {}

    async def watch(self, organization_id: UUID, tell: Tell) -> str:
        """Have `tell` called with each change from now on; returns the present state."""
        async with self._opening.setdefault(organization_id, asyncio.Lock()):
            desk = self._desks.get(organization_id)
            if desk is None:
                desk = Desk(organization_id)
                await desk.open()
                self._desks[organization_id] = desk
            desk.watchers.add(tell)
            return desk.state

    def leave(self, organization_id: UUID, tell: Tell) -> None:
        """Stop telling; the last one to leave closes the desk."""
        desk = self._desks.get(organization_id)
        if desk is None:
            return
        desk.watchers.discard(tell)
        if not desk.watchers:
            desk.close()
            del self._desks[organization_id]


def _state(organization_id: UUID) -> str:
    online = AgentState.objects.within(organization_id).filter(
        state=AgentState.State.ONLINE, until__isnull=True
    )
    return "online" if online.exists() else "away"


state_of = database_sync_to_async(_state, thread_sensitive=False)


_current: tuple[asyncio.AbstractEventLoop, Desks] | None = None


def desks() -> Desks:
    """The desks of the running loop."""
    global _current
    loop = asyncio.get_running_loop()
    if _current is None or _current[0] is not loop:
        _current = (loop, Desks())
    return _current[1]
