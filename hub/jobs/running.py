"""A job in the hands of its handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from hub.jobs import leases
from hub.models.jobs import Job
from hub.transaction import after_commit, in_unit


class RunningJob:
    """What a handler with `atomic=False` gets: its job's facts, and the means to end it."""

    def __init__(self, job: Job, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self._job = job
        self._is_stopping = is_stopping
        self.is_finished = False

    @property
    def id(self) -> int:
        """The job's number, for log lines."""
        return self._job.pk

    @property
    def payload(self) -> Mapping[str, Any]:
        """What was given to `enqueue`."""
        return self._job.payload

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self._job.attempts

    @property
    def is_last_attempt(self) -> bool:
        """Whether the job will be dead if this attempt fails."""
        return self._job.attempts >= self._job.max_attempts

    @property
    def enqueued_at(self) -> datetime:
        """When the job was put into the table."""
        return self._job.created_at

    @property
    def is_stopping(self) -> bool:
        """Whether the worker is draining: a long handler should save its place and raise `Retry(0)`."""
        return self._is_stopping()

    def confirm(self) -> None:
        """Make sure the job is still ours, and fence the open unit of work with that.

        Call it in the unit that records "about to do it" before an effect outside of the database.
        Raises `LeaseLost`, which the handler lets rise.
        """
        leases.confirm(self._job)

    def finish(self) -> None:
        """Remove the job as part of the open unit of work: both happen, or neither.

        Raises `LeaseLost` when another worker has taken the job over; let it rise, so that the unit is
        rolled back.
        """
        finish([self])


def finish(jobs: Sequence[RunningJob]) -> None:
    """Remove the jobs as part of the open unit of work: all of it happens, or nothing.

    Raises `LeaseLost` when another worker has taken one of them over; let it rise.
    """
    if not in_unit():
        raise RuntimeError("finish() belongs into the unit of work that holds the job's last effect")
    leases.finish_all([job._job for job in jobs])
    after_commit(partial(_note_finished, jobs))


def _note_finished(jobs: Sequence[RunningJob]) -> None:
    for job in jobs:
        job.is_finished = True
