"""How full the queues are, for metrics and for `hub check`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, Q

from hub import clock
from hub.models.jobs import Job


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue now: jobs that are due, that wait for their time, that run, that are dead.

    `oldest_seconds` is how long the longest-waiting due job has been due; 0 when none is.
    """

    queue: str
    due: int
    scheduled: int
    running: int
    dead: int
    oldest_seconds: float

    @property
    def ready(self) -> int:
        """All that is to be run, now or later."""
        return self.due + self.scheduled


def figures() -> list[QueueFigures]:
    """The figures of every queue that has jobs, by name. Reads every job: for once in some seconds."""
    now = clock.now()
    is_due = Q(state="ready", run_at__lte=now)
    rows = (
        Job.objects.order_by("queue")
        .values("queue")
        .annotate(
            due=Count("id", filter=is_due),
            scheduled=Count("id", filter=Q(state="ready", run_at__gt=now)),
            running=Count("id", filter=Q(state="running")),
            dead=Count("id", filter=Q(state="dead")),
            oldest=Min("run_at", filter=is_due),
        )
    )
    return [
        QueueFigures(
            row["queue"],
            row["due"],
            row["scheduled"],
            row["running"],
            row["dead"],
            (now - row["oldest"]).total_seconds() if row["oldest"] else 0.0,
        )
        for row in rows
    ]
