"""Django's Tasks API over the job table, so that code written against it (`@task`, `.enqueue()`) just runs.

    TASKS = {"default": {"BACKEND": "hub.jobs.backend.JobsBackend", "QUEUES": []}}

Beyond the API a task may have a lane and a unique key: `@task(lane="reports")`, or for one call
`my_task.using(unique_key="report:7").enqueue(7)`. A task runs like an atomic job: its effect in the database
and the removal of its row are one transaction, a failure is tried again. There are no results to ask for
later, because a finished job has no row; a return value is dropped. Coroutines are refused: they would run
outside of that transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.utils.module_loading import import_string
from django_tasks import TaskContext, TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task
from django_tasks.signals import task_enqueued

from hub.jobs.handlers import enqueue, task
from hub.jobs.running import RunningJob
from hub.transaction import unit

JOB_NAME = "hub.django_task"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTask(Task[Any, Any]):
    """A Django task with the two options of our jobs that the API does not know."""

    lane: str = ""
    unique_key: str = ""

    def using(self, *, lane: str | None = None, unique_key: str | None = None, **changes: Any) -> Self:
        """A copy with other options; None leaves one as it is."""
        changed = Task.using(self, **changes)
        return replace(
            changed,
            lane=self.lane if lane is None else lane,
            unique_key=self.unique_key if unique_key is None else unique_key,
        )


class JobsBackend(BaseTaskBackend):
    """Enqueues tasks as jobs; the hub's workers run them."""

    task_class = LaneTask
    supports_defer = True
    supports_async_task = False
    supports_get_result = False
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Enqueue as part of the open transaction; raises `InvalidTaskError` for what we cannot run."""
        self.validate_task(task)
        job = enqueue(
            JOB_NAME,
            {"path": task.module_path, "args": list(args), "kwargs": dict(kwargs)},
            queue=task.queue_name,
            priority=task.priority,
            run_at=task.run_after,
            lane=getattr(task, "lane", None),
            unique_key=getattr(task, "unique_key", None),
        )
        result = _result(task, job.pk, job.created_at, args, kwargs)
        task_enqueued.send(type(self), task_result=result)
        return result


@task(JOB_NAME, atomic=False)
def _run(job: RunningJob, path: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Call the task's function and remove the job in one transaction."""
    called = import_string(path)
    if called.takes_context:
        result = _result(called, job.id, job.enqueued_at, args, kwargs, TaskResultStatus.RUNNING)
        result.worker_ids.extend(["hub"] * job.attempt)
        args = [TaskContext(task_result=result), *args]
    with unit():
        called.call(*args, **kwargs)
        job.finish()


def _result(
    task: Task[Any, Any],
    job_id: int,
    enqueued_at: datetime,
    args: Any,
    kwargs: Any,
    status: TaskResultStatus = TaskResultStatus.READY,
) -> TaskResult[Any]:
    return TaskResult(
        task=task,
        id=str(job_id),
        status=status,
        enqueued_at=enqueued_at,
        started_at=None,
        finished_at=None,
        last_attempted_at=None,
        args=list(args),
        kwargs=dict(kwargs),
        backend=task.backend,
        errors=[],
        worker_ids=[],
    )
