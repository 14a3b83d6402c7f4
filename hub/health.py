"""Whether the hub can do its work: the checks behind /readyz, shared with `hub check`."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseFault
from django.http import HttpRequest, JsonResponse

PATIENCE_SECONDS = 3.0

_holds: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one check; `detail` is one plain line."""

    name: str
    ok: bool
    detail: str = ""


class Unready(Exception):
    """A check's plain reason why not."""


def hold(name: str, reason: str) -> None:
    """Answer "not ready" with this reason from now on."""
    _holds[name] = reason


def release(name: str) -> None:
    """Take a `hold` back."""
    _holds.pop(name, None)


def check_database() -> str:
    """Ask the database something; what answers."""
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseFault as error:
        raise Unready(f"cannot be reached: {first_line(error)}") from error
    return connection.display_name


def check_migrations() -> str:
    """Compare the database's schema with the code's; remembered once it fits."""
    waiting = waiting_migrations()
    if waiting:
        raise Unready(f"{waiting} not applied; run `hub manage migrate`")
    return "applied"


def waiting_migrations() -> int:
    """How many migrations the database lacks."""
    try:
        return _count_waiting()
    except _Waiting as waiting:
        return waiting.number
    except DatabaseFault as error:
        raise Unready(f"unknown: {first_line(error)}") from error


class _Waiting(Exception):
    """Keeps the unfinished state out of the cache below."""

    def __init__(self, number: int) -> None:
        self.number = number


@cache
def _count_waiting() -> int:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise _Waiting(len(plan))
    return 0


def check_redis() -> str:
    """Ping Redis if it is set."""
    if not settings.REDIS_URL:
        return "not set, one process only"
    import redis

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Unready(f"cannot be reached: {type(error).__name__}") from error
    return "answers"


def first_line(error: BaseException) -> str:
    """An exception's text without what follows its first line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


class Probe:
    """Runs one check in a thread of its own, so that a check that hangs is a finding and not a hang."""

    def __init__(self, name: str, check: Callable[[], str]) -> None:
        self.name, self.check = name, check
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"probe-{name}")
        self._running: Future[Result] | None = None

    async def result(self) -> Result:
        """The check's outcome within `PATIENCE_SECONDS`; a check still running is not started again."""
        if self._running is None or self._running.done():
            self._running = self._executor.submit(self.run)
        try:
            return await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(self._running)), PATIENCE_SECONDS
            )
        except TimeoutError:
            return Result(self.name, False, f"no answer within {PATIENCE_SECONDS:.0f} seconds")

    def run(self) -> Result:
        """Check here and now."""
        try:
            return Result(self.name, True, self.check())
        except Unready as reason:
            return Result(self.name, False, str(reason))
        finally:
            connections.close_all()


PROBES = (
    Probe("database", check_database),
    Probe("migrations", check_migrations),
    Probe("redis", check_redis),
)


async def readiness() -> list[Result]:
    """Everything that must hold before requests may come."""
    held_back = [Result(name, False, reason) for name, reason in _holds.items()]
    return [*held_back, *await asyncio.gather(*(probe.result() for probe in PROBES))]


async def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


async def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the hub can do its work, else 503, with every check and its reason."""
    results = await readiness()
    ready = all(result.ok for result in results)
    body: dict[str, Any] = {
        "status": "ready" if ready else "unavailable",
        "checks": {result.name: {"ok": result.ok, "detail": result.detail} for result in results},
    }
    response = JsonResponse(body, status=200 if ready else 503)
    # Whoever asks reads the answer; Django would log each 503 as an error as well.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
