"""The functions that do jobs, registered by name at import, and how to have them called later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hub import clock
from hub.jobs import queueing
from hub.jobs.errors import UnknownTask
from hub.models.jobs import Job

DEFAULT_QUEUE = "default"
DEFAULT_MAX_ATTEMPTS = 8

_tasks: dict[str, Task] = {}


@dataclass(frozen=True, slots=True)
class Task:
    """A registered handler and the defaults of its jobs; calling it runs the function right here."""

    name: str
    function: Callable[..., Any]
    queue: str = DEFAULT_QUEUE
    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    atomic: bool = True
    batch: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def using(self, **options: Any) -> Task:
        """The same task with other options of `enqueue` for what is enqueued through it."""
        return replace(self, options={**self.options, **options})

    def enqueue(self, **payload: Any) -> Job:
        """Have the function called with these keyword arguments once the open transaction has committed.

        They travel as JSON: a UUID or a datetime arrives as a string.
        """
        return enqueue(self.name, payload, **self.options)


def task(
    name: str,
    queue: str = DEFAULT_QUEUE,
    *,
    max_attempts: int = DEFAULT_MAX_ATTEMPTS,
    atomic: bool = True,
    batch: int = 0,
) -> Callable[[Callable[..., Any]], Task]:
    """Register a module-level function as the handler of the jobs called `name` ("inbox.process_envelope").

    An atomic handler runs inside one unit of work that also removes the job: its effect in the database
    happens exactly once. With `atomic=False` the function gets a `RunningJob` as first argument, opens its
    own units, and calls `job.finish()` in the last of them; what it did before that may be repeated.
    Any exception means another attempt after a growing pause; `Retry` chooses the pause.

    With `batch=20` the function gets a list of up to 20 `RunningJob`s instead, whose payloads it reads
    itself, and removes them by one `hub.jobs.finish(jobs)` in one unit with all their effects. When that
    fails, every one of them is tried alone at once, as a list of one, so that a bad job spoils no other's
    attempt; one that failed before, or met its worker's end, is never put together with others.
    """
    if batch and atomic:
        raise ValueError("a task that takes batches opens its own units of work: atomic=False")

    def register(function: Callable[..., Any]) -> Task:
        known = _tasks.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"two tasks are called {name!r}")
        _tasks[name] = Task(name, function, queue, max_attempts, atomic, batch)
        return _tasks[name]

    return register


def batch_of(name: str) -> int:
    """How many jobs of this task may be run together; 0 when it takes no batches."""
    task = _tasks.get(name)
    return task.batch if task else 0


def find(name: str) -> Task:
    """The task of this name; raises `UnknownTask`."""
    try:
        return _tasks[name]
    except KeyError:
        raise UnknownTask(name) from None


def enqueue(
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    queue: str | None = None,
    priority: int = 0,
    lane: str | None = None,
    unique_key: str | None = None,
    run_at: datetime | None = None,
    delay: float = 0,
    max_attempts: int | None = None,
) -> Job:
    """Add a job that calls the task `name` with `payload` as keyword arguments.

    It exists as soon as the open unit of work commits (or at once, outside of one), and the workers of this
    process are woken then. Of the jobs that are due a higher `priority` runs first, then the earlier
    `run_at`. `delay` is in seconds from now. For `lane` and `unique_key` see the package; a transaction
    that enqueues several unique keys should do so in sorted order, as with any lock. The task need not
    be known in this process; then `queue` and `max_attempts` fall back to the general defaults.
    """
    task = _tasks.get(name)
    return queueing.insert(
        Job(
            name=name,
            payload=dict(payload or {}),
            queue=queue or (task.queue if task else DEFAULT_QUEUE),
            priority=priority,
            lane=lane or unique_key or None,
            unique_key=unique_key or None,
            run_at=run_at or clock.now() + timedelta(seconds=delay),
            max_attempts=max_attempts or (task.max_attempts if task else DEFAULT_MAX_ATTEMPTS),
        )
    )


def enqueue_all(name: str, jobs: Iterable[tuple[Mapping[str, Any], str | None]], *, queue: str) -> None:
    """`enqueue` for many jobs of one task, given as (payload, lane), in one statement."""
    task, at = _tasks.get(name), clock.now()
    limit = task.max_attempts if task else DEFAULT_MAX_ATTEMPTS
    same = {"name": name, "queue": queue, "run_at": at, "created_at": at, "max_attempts": limit}
    queueing.insert_all(same, jobs)
