"""Runs one claimed job to its end: its effect committed, another attempt arranged, or dead."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum

import structlog

from hub import clock
from hub.jobs import handlers, leases
from hub.jobs.errors import LeaseLost, Retry, UnknownTask
from hub.jobs.handlers import Task
from hub.jobs.running import RunningJob
from hub.models.jobs import Job
from hub.transaction import unit

log = structlog.get_logger("hub.jobs")

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 900.0
UNKNOWN_TASK_PAUSE = 30.0


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    RETRY = "retry"
    DEAD = "dead"
    LOST = "lost"


def execute(job: Job, is_stopping: Callable[[], bool] = lambda: False) -> Callable[[], Outcome]:
    """Run the job; returns what is still to be written down about it.

    The answer is a function so that the caller can repeat it when the database is away. It raises only
    what the database raises.
    """
    try:
        _run(handlers.find(job.name), job, is_stopping)
    except LeaseLost:
        return lambda: _lost(job)
    except UnknownTask:
        return lambda: _postpone_unknown(job)
    except Retry as retry:
        wish = retry
        return lambda: _retry(job, wish)
    except (Exception, SystemExit) as error:  # noqa: BLE001  the worker loop is the edge
        return _failed(job, error)
    return lambda: Outcome.DONE


def batch_size(job: Job) -> int:
    """How many jobs of its task may be run in one go with this one; 1 if it has to be run alone."""
    is_fresh = job.attempts == 1 and not job.kills
    return max(1, handlers.batch_of(job.name)) if is_fresh else 1


def execute_together(jobs: Sequence[Job], is_stopping: Callable[[], bool] = lambda: False) -> list[Job]:
    """Run jobs of one task in one go; returns those that are still to be executed, each alone."""
    running = [RunningJob(job, is_stopping) for job in jobs]
    try:
        handlers.find(jobs[0].name).function(running)
    except (Exception, SystemExit) as error:  # noqa: BLE001  it comes again where its job is run alone
        log.info("job_batch_failed", task=jobs[0].name, jobs=len(jobs), error=type(error).__name__)
    return [job for job, run in zip(jobs, running, strict=True) if not run.is_finished]


def pause_after(attempt: int) -> float:
    """Seconds to wait after this many attempts: doubling, with jitter so that a herd disperses."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt - 1, 20)) * random.uniform(0.5, 1.0)


def _run(task: Task, job: Job, is_stopping: Callable[[], bool]) -> None:
    if task.atomic:
        with unit():
            task.function(**job.payload)
            leases.finish(job)
        return
    running = RunningJob(job, is_stopping)
    if task.batch:
        task.function([running])
    else:
        task.function(running, **job.payload)
    if not running.is_finished:
        with unit():
            leases.finish(job)


def _lost(job: Job) -> Outcome:
    log.warning("job_lease_lost", job=job.pk, task=job.name, attempt=job.attempts)
    return Outcome.LOST


def _postpone_unknown(job: Job) -> Outcome:
    log.error("job_task_unknown", job=job.pk, task=job.name)
    pause = UNKNOWN_TASK_PAUSE * random.uniform(0.5, 1.0)
    return _postpone(job, pause, "no task of this name is known to the worker", counts=False)


def _retry(job: Job, retry: Retry) -> Outcome:
    if retry.counts and job.attempts >= job.max_attempts:
        return _kill(job, f"Retry: {retry}")
    log.info("job_retried", job=job.pk, task=job.name, attempt=job.attempts, seconds=retry.after)
    return _postpone(job, retry.after, str(retry), counts=retry.counts)


def _failed(job: Job, error: BaseException) -> Callable[[], Outcome]:
    """Log now, while the traceback lives; the text of the error goes to the table, not into the log."""
    is_last = job.attempts >= job.max_attempts
    report = log.error if is_last else log.warning
    report("job_failed", job=job.pk, task=job.name, attempt=job.attempts, exc_info=error)
    text = f"{type(error).__name__}: {error}"
    if is_last:
        return lambda: _kill(job, text)
    return lambda: _postpone(job, pause_after(job.attempts), text, counts=True)


def _postpone(job: Job, seconds: float, error: str, *, counts: bool) -> Outcome:
    try:
        leases.postpone(job, clock.now() + timedelta(seconds=seconds), error, counts=counts)
    except LeaseLost:
        return _lost(job)
    return Outcome.RETRY


def _kill(job: Job, error: str) -> Outcome:
    try:
        leases.kill(job, error)
    except LeaseLost:
        return _lost(job)
    log.error("job_dead", job=job.pk, task=job.name, attempts=job.attempts)
    return Outcome.DEAD
