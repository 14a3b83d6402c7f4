"""Keeps incoming mails, those that wait together in one transaction: fifty cost hardly more than one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from channels.db import database_sync_to_async

from hub.connector import Polled, accept_all
from hub.models import Channel

Result = TypeVar("Result")
Batch = Sequence[tuple[Channel, Polled]]

GROUP = 50
"""Mails that one transaction keeps at most."""

GATHER_SECONDS = 0.005
"""While several connections are sending, a group waits so long for their next mails."""

GROUP_BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class _Waiting:
    """One mail, for one or several channels, and the connection that waits for its safety."""

    batch: Batch
    done: asyncio.Future[None]

    @property
    def size(self) -> int:
        return sum(len(polled.raw) for _, polled in self.batch)


class Acceptor:
    """Commits what connections hand in, one transaction at a time; belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="smtp")
        self._task: asyncio.Task[None] | None = None

    async def keep(self, batch: Batch) -> None:
        """Return once all of the batch is committed; raise what kept it from being so."""
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        await waiting.done

    async def in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of synchronous database work, done beside the loop."""
        call = database_sync_to_async(work, thread_sensitive=False, executor=self._pool)
        return await call(*arguments)

    async def close(self) -> None:
        """Commit what still waits, then give the threads back."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        self._pool.shutdown(wait=False)

    async def _work(self) -> None:
        while group := self._next_group():
            are_several = len(group) > 1
            error = await self._commit([pair for waiting in group for pair in waiting.batch])
            for waiting in group:
                if error is not None and len(group) > 1:  # one bad mail must not refuse its neighbours
                    _settle(waiting, await self._commit(waiting.batch))
                else:
                    _settle(waiting, error)
            if are_several:
                await asyncio.sleep(GATHER_SECONDS)

    async def _commit(self, batch: Batch) -> Exception | None:
        try:
            await self.in_thread(accept_all, batch)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            return error
        return None

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        size = 0
        while (
            self._waiting
            and len(group) < GROUP
            and (not group or size + self._waiting[0].size <= GROUP_BYTES)
        ):
            group.append(self._waiting.pop(0))
            size += group[-1].size
        return group


def _settle(waiting: _Waiting, error: Exception | None = None) -> None:
    """Answer a waiting connection, if it is still there."""
    if waiting.done.done():
        return
    if error is None:
        waiting.done.set_result(None)
    else:
        waiting.done.set_exception(error)
