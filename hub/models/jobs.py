"""Work to be done later: the leased table of jobs and the timers that feed it."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from hub import clock


class JobState(models.TextChoices):
    """Where a live job stands; a finished job has no row."""

    READY = "ready"
    RUNNING = "running"
    DEAD = "dead"


class Job(models.Model):
    """One piece of work, kept until its effect is committed.

    Not tenant-scoped: one worker serves every organization, and the payload names the rows it is about.
    Rows are written by `hub.jobs` alone; see there for the meaning of lanes, unique keys and leases.
    The indexes are partial, so that a claim costs the same whatever else the table holds.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    # NULL, not "", where there is none: it keeps these rows out of the two indexes below.
    lane = models.CharField(max_length=200, null=True, blank=True)
    unique_key = models.CharField(max_length=200, null=True, blank=True)
    run_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=8)
    kills = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True, default="")
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Job]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["queue", "priority", "run_at", "id"], condition=Q(state="ready"), name="job_ready"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(
                fields=["lane", "id"],
                condition=Q(state__in=["ready", "running"], lane__isnull=False),
                name="job_lane",
            ),
            models.Index(fields=["queue", "id"], condition=Q(state="dead"), name="job_dead"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state="ready", unique_key__isnull=False),
                name="job_unique_ready_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Timer(models.Model):
    """When a schedule ticks next; the process whose update moves `next_at` on owns the tick."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Timer]] = models.Manager()

    def __str__(self) -> str:
        return self.name
