"""Who is here: claims with a lifetime, renewed by the process that holds the socket, gone when it is.

A claim is a member of a set under a key, such as "this connection of that user is here" or "this window shows
that conversation". Nothing has to be cleaned up after a crash: what nobody renews ends by itself.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.module_loading import import_string

from realtime.claims import LIFETIME_SECONDS, Claim, MemoryStore, Store, Unknown

log = structlog.get_logger("realtime.presence")

Result = TypeVar("Result")

BEAT_SECONDS = 10.0
"""How often a process renews the claims of its sockets."""


@cache
def store() -> Store:
    """Return this process's store: Redis if there may be other processes, else memory."""
    if not settings.REDIS_URL:
        return MemoryStore()
    kept_in_redis: Store = import_string("realtime.claims_redis.RedisStore")(
        settings.REDIS_URL, settings.REDIS_NAMESPACE
    )
    return kept_in_redis


class Whereabouts(NamedTuple):
    """The ids of those who certainly are here; while this is not `is_complete`, others may be, too."""

    here: frozenset[str]
    is_complete: bool


def whereabouts(organization_id: UUID | str) -> Whereabouts:
    """Return which of the organization's users are here.

    Not complete means: the store cannot be asked, or has lost its memory less than a lifetime ago.
    """
    try:
        is_complete = store().knows_since() >= LIFETIME_SECONDS
        members = store().holders(_here(organization_id))
    except Unknown:
        return Whereabouts(frozenset(), is_complete=False)
    return Whereabouts(frozenset(member.partition("/")[0] for member in members), is_complete)


def present(organization_id: UUID | str) -> frozenset[str] | None:
    """Return the ids of the organization's users who are here, or None while that is not known."""
    found = whereabouts(organization_id)
    return found.here if found.is_complete else None


class Claims:
    """The claims of this process's sockets, renewed as long as it lives; belongs to one loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._held: set[Claim] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        # Threads of its own: a Redis that hangs must not keep the database's readers waiting.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="presence")
        self._spawn(self._beat())

    def arrive(self, organization_id: UUID, user_id: UUID, connection: str) -> None:
        """Count one connection of a user as here; does not wait for the store."""
        claim = (_here(organization_id), f"{user_id}/{connection}")
        self._held.add(claim)
        self._spawn(self._hold([claim]))

    async def confirm(self, organization_id: UUID, user_id: UUID, connection: str) -> None:
        """Wait until the store knows of a connection that has arrived; no longer than it takes to ask it."""
        await self._hold([(_here(organization_id), f"{user_id}/{connection}")])

    def depart(
        self, organization_id: UUID, user_id: UUID, connection: str, on_gone: Callable[[], None]
    ) -> None:
        """Let a connection's claim run out; call `on_gone` then if the user has no other one."""
        claim = (_here(organization_id), f"{user_id}/{connection}")
        self._held.discard(claim)
        self._spawn(self._run_out(organization_id, user_id, claim, on_gone))

    async def take(self, claim: Claim) -> None:
        """Hold a claim until it is given back."""
        self._held.add(claim)
        await self._hold([claim])

    async def give_back(self, claim: Claim) -> None:
        """End a claim at once."""
        self._held.discard(claim)
        await self._ask(store().release, claim)

    async def holders(self, key: str) -> list[str]:
        """Return who holds claims under a key; of this process alone while the store cannot be asked."""
        found = await self._ask(store().holders, key)
        return found if found is not None else [member for name, member in self._held if name == key]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hold(self, claims: list[Claim]) -> None:
        await self._ask(store().hold, claims, LIFETIME_SECONDS)

    async def _run_out(
        self, organization_id: UUID, user_id: UUID, claim: Claim, on_gone: Callable[[], None]
    ) -> None:
        await self._hold([claim])
        await asyncio.sleep(LIFETIME_SECONDS + 0.2)
        here = await self._ask(present, organization_id)
        if here is not None and str(user_id) not in here:
            on_gone()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self._held:
                await self._hold(list(self._held))

    async def _ask(self, call: Callable[..., Result], *arguments: object) -> Result | None:
        """Ask the store in a thread; None when it cannot be asked."""
        ask = sync_to_async(call, thread_sensitive=False, executor=self._threads)
        try:
            return await ask(*arguments)
        except Unknown as error:
            log.warning("presence_unknown", error=str(error))
            return None


def _here(organization_id: UUID | str) -> str:
    return f"here:{organization_id}"


_current: Claims | None = None


def claims() -> Claims:
    """Return the claims of the running loop, opened on first use."""
    global _current
    if _current is None or _current.loop is not asyncio.get_running_loop():
        _current = Claims()
    return _current
