"""Workers in processes of their own, for tests that kill and freeze them.

The processes are forked from one server that has imported everything, so that a new one takes milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from typing import Any

import django
from django.apps import apps
from django.db import connections

if not apps.ready:
    django.setup()

from hub.jobs.worker import Worker
from tests.hub.jobs import effects

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def _serve(database: dict[str, Any], threads: int, lease: float, name: str) -> None:
    assert effects.effect
    connections.databases["default"].update(database)
    for connection in connections.all():
        connection.settings_dict.update(database)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    worker = Worker(threads=threads, lease=lease, name=name)
    worker.start()
    over.wait()
    worker.stop()


class WorkerProcesses:
    """Starts worker processes on the test database and ends those that are left."""

    def __init__(self) -> None:
        self.living: list[BaseProcess] = []

    def start(self, *, threads: int = 4, lease: float = 2.0, name: str = "elsewhere") -> BaseProcess:
        """A new worker process, on another machine by its name; it claims within milliseconds."""
        settings = connections["default"].settings_dict
        database = {key: settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        process = _context.Process(target=_serve, args=(database, threads, lease, name), daemon=True)
        process.start()
        self.living.append(process)
        return process

    def kill(self, process: BaseProcess) -> None:
        """End it as a power loss would."""
        process.kill()
        process.join()
        self.living.remove(process)

    def signal(self, process: BaseProcess, number: int) -> None:
        """Send it a signal."""
        assert process.pid is not None
        os.kill(process.pid, number)

    def replace_dead(self, **options: Any) -> int:
        """Start a worker for each that died; returns how many did."""
        dead = [process for process in self.living if not process.is_alive()]
        for process in dead:
            self.living.remove(process)
            self.start(**options)
        return len(dead)


@contextmanager
def worker_processes() -> Iterator[WorkerProcesses]:
    """A place to start worker processes in; all are gone afterwards."""
    processes = WorkerProcesses()
    try:
        yield processes
    finally:
        for process in list(processes.living):
            with suppress(ProcessLookupError):
                processes.signal(process, signal.SIGCONT)
            processes.kill(process)


def wait_until(is_true: Callable[[], bool], deadline: float, what: str) -> None:
    """Look again and again until it is true; AssertionError after `deadline` seconds."""
    ends = time.monotonic() + deadline
    while not is_true():
        assert time.monotonic() < ends, f"not within {deadline:g} s: {what}"
        time.sleep(0.02)
