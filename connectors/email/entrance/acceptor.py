"""Keeps incoming mails, those that wait together in one transaction: fifty cost hardly more than one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, connections

from hub.connector import Polled, StorageUnavailable, accept_all
from hub.models import Channel

Result = TypeVar("Result")
Batch = Sequence[tuple[Channel, Polled]]

GROUP = 50
"""Mails that one transaction keeps at most."""

GATHER_SECONDS = 0.005
"""While several connections are sending, a group waits so long at most for their next mails."""

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
        self._writer = _DatabaseThread("smtp-writer")
        self._reader = _DatabaseThread("smtp-reader")
        self._task: asyncio.Task[None] | None = None
        self._enough = 0
        self._is_enough = asyncio.Event()

    async def keep(self, batch: Batch) -> None:
        """Return once all of the batch is committed; raise what kept it from being so."""
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if len(self._waiting) >= self._enough:
            self._is_enough.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        await waiting.done

    async def in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of synchronous work that reads from the database, done beside the loop."""
        return await self._reader.run(work, *arguments)

    async def close(self) -> None:
        """Commit what still waits, then give the threads back."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        self._writer.close()
        self._reader.close()

    async def _work(self) -> None:
        while group := self._next_group():
            error = await self._commit([pair for waiting in group for pair in waiting.batch])
            for waiting in group:
                if error is not None and len(group) > 1:  # one bad mail must not refuse its neighbours
                    _settle(waiting, await self._commit(waiting.batch))
                else:
                    _settle(waiting, error)
            if len(group) > 1:
                await self._gather(len(group))

    async def _gather(self, count: int) -> None:
        """Wait until those who have just been answered have sent their next mails, if they do so soon."""
        self._enough = count
        if len(self._waiting) >= count:
            return
        self._is_enough.clear()
        timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._is_enough.set)
        await self._is_enough.wait()
        timer.cancel()

    async def _commit(self, batch: Batch) -> Exception | None:
        try:
            await self._writer.run(accept_all, batch)
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


class _DatabaseThread:
    """A thread that keeps its database connection: a new one costs more than a group of mails."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of `work`; what it raises, after which the next call connects anew."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(_in_connection, work, *arguments))

    def close(self) -> None:
        """Give connection and thread back, once what runs is done."""
        self._pool.submit(connections.close_all)
        self._pool.shutdown(wait=False)


def _in_connection(work: Callable[..., Result], *arguments: Any) -> Result:
    try:
        return work(*arguments)
    except (DatabaseError, StorageUnavailable):
        connections.close_all()
        raise


def _settle(waiting: _Waiting, error: Exception | None = None) -> None:
    """Answer a waiting connection, if it is still there."""
    if waiting.done.done():
        return
    if error is None:
        waiting.done.set_result(None)
    else:
        waiting.done.set_exception(error)
