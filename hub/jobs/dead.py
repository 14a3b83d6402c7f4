"""What a person can do about jobs that were given up."""

from __future__ import annotations

from django.db.models import QuerySet

from hub import clock
from hub.jobs import queueing
from hub.models.jobs import Job
from hub.transaction import unit


def dead_jobs(queue: str | None = None) -> QuerySet[Job]:
    """The dead jobs, the latest first."""
    jobs = Job.objects.filter(state="dead").order_by("-id")
    return jobs if queue is None else jobs.filter(queue=queue)


def retry(job_id: int) -> Job:
    """Run a dead job again, with a full set of attempts, at the end of its lane.

    The answer is a new row, because a lane is ordered by id; or the job that already waits with the same
    unique key. Raises `Job.DoesNotExist` if there is no such dead job.
    """
    with unit():
        job = Job.objects.select_for_update().get(pk=job_id, state="dead")
        job.delete()
        return queueing.insert(_renewed(job))


def discard(job_id: int) -> None:
    """Forget a dead job. Raises `Job.DoesNotExist` if there is no such dead job."""
    if not Job.objects.filter(pk=job_id, state="dead").delete()[0]:
        raise Job.DoesNotExist(f"no dead job {job_id}")


def _renewed(job: Job) -> Job:
    return Job(
        name=job.name,
        payload=job.payload,
        queue=job.queue,
        priority=job.priority,
        lane=job.lane,
        unique_key=job.unique_key,
        run_at=clock.now(),
        max_attempts=job.max_attempts,
        created_at=job.created_at,
    )
