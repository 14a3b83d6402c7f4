"""The engine in processes of its own, which believe certain agents to be here, for tests that kill them."""

import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any

import django
from django.apps import apps
from django.db import connections

if not apps.ready:
    django.setup()

import inbox.tasks
from hub.jobs.worker import Worker
from realtime import presence
from realtime.claims import Claim

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def _serve(database: dict[str, Any], claims: Sequence[Claim]) -> None:
    assert inbox.tasks.deliver
    connections.databases["default"].update(database)
    for connection in connections.all():
        connection.settings_dict.update(database)
    presence.store().hold(claims, 1e6)
    Worker(threads=2, lease=1.0, queues=["routing"], name="elsewhere").start()
    threading.Event().wait()


def start(claims: Sequence[Claim]) -> BaseProcess:
    """A process that works off the engine's jobs in the test database."""
    settings = connections["default"].settings_dict
    database = {key: settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    process = _context.Process(target=_serve, args=(database, list(claims)), daemon=True)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """End it as a power loss would."""
    process.kill()
    process.join()


@contextmanager
def running(claims: Sequence[Claim]) -> Iterator[list[BaseProcess]]:
    """Two of them; what is in the list at the end is ended."""
    processes = [start(claims), start(claims)]
    try:
        yield processes
    finally:
        for process in processes:
            kill(process)
