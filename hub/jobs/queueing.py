"""Puts jobs into the table, as part of whatever transaction is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from hub.inserting import insert_alike
from hub.jobs.waking import wake_workers
from hub.models.jobs import Job
from hub.transaction import after_commit, unit

# The update locks the waiting job until this transaction ends, so that no worker can run and remove it
# before what the caller wrote is visible. A job that waits out a failure keeps its pause.
_INSERT_UNIQUE = """
INSERT INTO hub_job ({columns}) VALUES ({marks})
ON CONFLICT (unique_key) WHERE state = 'ready' AND unique_key IS NOT NULL
DO UPDATE SET run_at = CASE
    WHEN hub_job.attempts = 0 AND excluded.run_at < hub_job.run_at THEN excluded.run_at
    ELSE hub_job.run_at END
RETURNING *
"""


def insert(job: Job) -> Job:
    """Add a new job, or return the one that already waits with its unique key; wake workers on commit."""
    with unit():
        if job.unique_key is None:
            job.save(force_insert=True)
        else:
            job = _insert_unique(job)
        after_commit(wake_workers)
    return job


def insert_all(same: Mapping[str, Any], jobs: Iterable[tuple[Mapping[str, Any], str | None]]) -> None:
    """Add new jobs in their order, (payload, lane) each and the `same` in all else; wake workers."""
    with unit():
        insert_alike(Job, same, ("payload", "lane"), jobs)
        after_commit(wake_workers)


def _insert_unique(job: Job) -> Job:
    fields = [field for field in Job._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(str(field.column) for field in fields)
    sql = _INSERT_UNIQUE.format(columns=columns, marks=", ".join(["%s"] * len(fields)))
    values = [field.get_db_prep_save(getattr(job, field.attname), connection) for field in fields]
    return next(iter(Job.objects.raw(sql, values)))
