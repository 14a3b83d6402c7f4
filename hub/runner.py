"""The supervisor: runs services on one event loop, restarts those that crash, drains them on a signal."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import groupby
from types import FrameType

import structlog

from hub.service import Service, StartError

log = structlog.get_logger("hub.runner")

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
SETTLED = 60.0
"""A service that ran this many seconds starts its back-off anew."""

DRAIN_SECONDS = 17.0
"""All services together have this long to stop; what is left then is abandoned to its lease."""

STAGE_SECONDS = 8.0
"""No stage but the last may use up more of the drain than this."""

EXIT_SECONDS = 1.5
"""Threads that still run after the drain may hold up the exit this long."""


class Supervisor:
    """Keeps a set of services running until SIGTERM or SIGINT, or until `stop` is called."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = sorted(services, key=lambda service: service.stage)
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal: signal.Signals | None = None

    async def run(
        self,
        after_start: Callable[[], Awaitable[None]] | None = None,
        before_drain: Callable[[], None] | None = None,
    ) -> None:
        """Start everything, stay until told to stop, drain, return.

        `after_start` runs beside the services once all of them are up; `before_drain` as soon as the
        end begins. Raises `StartError` when a service cannot start; those already up are stopped first.
        """
        self._loop = asyncio.get_running_loop()
        with self._signals():
            try:
                await self._start_all()
                await self._watch(after_start)
            finally:
                if before_drain is not None:
                    before_drain()
                await self._drain()

    def stop(self) -> None:
        """Begin the drain; safe from any thread and from a signal handler."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def _start_all(self) -> None:
        planned, self.services = self.services, []
        for service in planned:
            began = self._now()
            await service.start()
            self.services.append(service)
            log.info("service_started", service=service.name, seconds=round(self._now() - began, 2))

    async def _watch(self, after_start: Callable[[], Awaitable[None]] | None) -> None:
        keepers = [asyncio.create_task(self._keep(service)) for service in self.services]
        if after_start is not None:
            keepers.append(asyncio.create_task(_reported(after_start)))
        try:
            await self._stopping.wait()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            if self._signal is not None:
                log.info("signal_received", signal=self._signal.name)

    async def _keep(self, service: Service) -> None:
        """Start the service again, after a growing pause, each time it ends by itself."""
        backoff = FIRST_BACKOFF
        while True:
            began = self._now()
            error = await _ending(service)
            backoff = FIRST_BACKOFF if self._now() - began > SETTLED else backoff
            log.error("service_crashed", service=service.name, retry_seconds=backoff, exc_info=error)
            await self._stop_one(service, STAGE_SECONDS)
            while True:
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, LONGEST_BACKOFF)
                if await _started_again(service):
                    break

    async def _drain(self) -> None:
        """Nothing new first, then stage by stage, all within `DRAIN_SECONDS`."""
        deadline = self._now() + DRAIN_SECONDS
        await asyncio.gather(*(_quietly(service.stop_accepting(), 2.0, service) for service in self.services))
        stages = [list(group) for _, group in groupby(self.services, key=lambda service: service.stage)]
        for place, services in enumerate(stages, start=1):
            left = deadline - self._now()
            budget = left if place == len(stages) else min(left, STAGE_SECONDS)
            await asyncio.gather(*(self._stop_one(service, budget) for service in services))
        log.info("stopped", seconds=round(DRAIN_SECONDS - (deadline - self._now()), 2))

    async def _stop_one(self, service: Service, seconds: float) -> None:
        began = self._now()
        if await _quietly(service.stop(), seconds, service):
            log.info("service_stopped", service=service.name, seconds=round(self._now() - began, 2))

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT start the drain, a second one of them ends the process at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        for number in before:
            signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._signal is not None:
            os._exit(128 + number)
        self._signal = signal.Signals(number)
        exit_within(DRAIN_SECONDS + EXIT_SECONDS)
        self.stop()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def run(
    services: Iterable[Service],
    *,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    after_start: Callable[[], Awaitable[None]] | None = None,
    before_drain: Callable[[], None] | None = None,
) -> None:
    """Supervise the services on a loop of their own until a signal; for arguments see `Supervisor.run`.

    Returns with every service stopped and the process free to exit; threads that will not end are cut off
    `EXIT_SECONDS` later.
    """

    async def main() -> None:
        await Supervisor(services).run(after_start, before_drain)
        exit_within(EXIT_SECONDS)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(main())


def exit_within(seconds: float) -> None:
    """End the process with code 0 after `seconds`, whatever threads still do; an earlier normal exit wins."""
    timer = threading.Timer(seconds, os._exit, args=(0,))
    timer.daemon = True
    timer.start()


async def _ending(service: Service) -> Exception | None:
    try:
        await service.wait()
    except Exception as error:  # noqa: BLE001  logged by the caller
        return error
    return None


async def _started_again(service: Service) -> bool:
    try:
        await service.start()
    except StartError as error:
        log.error("service_restart_failed", service=service.name, reason=str(error))
    except Exception:
        log.exception("service_restart_failed", service=service.name)
    else:
        log.info("service_restarted", service=service.name)
        return True
    return False


async def _quietly(work: Awaitable[None], seconds: float, service: Service) -> bool:
    """Await a stopping call; what goes wrong is logged and never keeps the others from stopping."""
    try:
        await asyncio.wait_for(work, max(seconds, 0.05))
    except TimeoutError:
        log.error("service_stop_timed_out", service=service.name, seconds=round(seconds, 1))
    except Exception:
        log.exception("service_stop_failed", service=service.name)
    else:
        return True
    return False


async def _reported(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception:
        log.exception("after_start_failed")
