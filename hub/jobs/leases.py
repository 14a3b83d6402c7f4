"""The statements on the job table: look, claim, extend, finish, hand back.

The same SQL serves SQLite and PostgreSQL; only `SKIP LOCKED` is PostgreSQL's alone. Conditions on `state`
are literals because a partial index is used only where the planner can see them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime

from hub import clock
from hub.jobs.errors import LeaseLost
from hub.models.jobs import Job, JobState
from hub.transaction import unit

DEADLY_KILLS = 5
"""A job under which this many workers died is not tried again by itself."""

ERROR_LENGTH = 1000

# The first waiting job of the next (queue, priority): one index entry, however many jobs wait. One recursive
# statement could read all of them, but PostgreSQL overrates its cost and compiles it anew each time (12 ms);
# without the instant at the end of time, SQLite would read all jobs of the level that it is to skip.
_NEXT_LEVEL = """
SELECT queue, priority, run_at FROM hub_job
WHERE state = 'ready' AND (queue, priority, run_at) > (%s, %s, %s)
ORDER BY queue, priority, run_at LIMIT 1
"""

# Materialized, or PostgreSQL may run the locking subquery more than once and claim more than the limit.
_CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT candidate.id FROM hub_job candidate WHERE {which}
    ORDER BY candidate.run_at, candidate.id LIMIT %s {skip_locked}
)
UPDATE hub_job SET {change} WHERE id IN (SELECT id FROM picked) RETURNING *
"""

_TAKE = "state = 'running', attempts = attempts + 1, worker = %s, lease_until = %s"
_TAKE_OVER = _TAKE + ", kills = kills + 1"
_BURY = "state = 'dead', kills = kills + 1, worker = '', lease_until = NULL, last_error = %s"

_IS_DUE = """
    candidate.state = 'ready' AND candidate.queue = %s AND candidate.priority = %s AND candidate.run_at <= %s
    AND (candidate.lane IS NULL OR candidate.id = (
        SELECT min(j.id) FROM hub_job j WHERE j.lane = candidate.lane AND j.state IN ('ready', 'running')))
"""
_IS_EXPIRED = "candidate.state = 'running' AND candidate.lease_until < %s"
_IS_HOPELESS = (
    _IS_EXPIRED + " AND (candidate.kills + 1 >= %s OR candidate.attempts >= candidate.max_attempts)"
)
_IS_ORPHAN = _IS_EXPIRED + " AND candidate.kills BETWEEN %s AND %s {and_queue}"


@dataclass(frozen=True, slots=True)
class Level:
    """The waiting jobs of one queue and priority, and when the first of them is due."""

    queue: str
    priority: int
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims: the worker's unique name, the seconds a lease lasts, the queues (None: all)."""

    name: str
    lease: float
    queues: Collection[str] | None = None

    def lease_until(self, now: datetime) -> datetime:
        """When a lease taken or extended at `now` runs out."""
        return now + timedelta(seconds=self.lease)

    def serves(self, queue: str) -> bool:
        """Whether jobs of this queue are this worker's business."""
        return self.queues is None or queue in self.queues


def outlook(claimant: Claimant) -> list[Level]:
    """What waits for this worker, the most urgent first; reads an index entry for each level."""
    mine = [level for level in _levels() if claimant.serves(level.queue)]
    return sorted(mine, key=lambda level: (-level.priority, level.first_at))


def _levels() -> Iterator[Level]:
    place, end_of_time = ("", 0), _stored(datetime.max.replace(tzinfo=UTC))
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_LEVEL, [*place, end_of_time])
            row = cursor.fetchone()
            if row is None:
                return
            place = row[:2]
            yield Level(row[0], row[1], _instant(row[2]))


def claim(claimant: Claimant, levels: Iterable[Level], limit: int) -> list[Job]:
    """Take up to `limit` due jobs, higher priorities first, of each lane only the oldest live one."""
    now = clock.now()
    jobs: list[Job] = []
    with unit():
        for level in levels:
            if len(jobs) < limit and level.first_at <= now:
                which = [level.queue, level.priority, _stored(now), limit - len(jobs)]
                jobs += _change(_IS_DUE, which, _TAKE, [claimant.name, _stored(claimant.lease_until(now))])
    return jobs


def take_over(claimant: Claimant, limit: int, *, suspects: bool) -> list[Job]:
    """Take jobs whose worker let their lease run out.

    A job that met a worker's end once was most likely a bystander. One that met it twice is a suspect: of
    those, one at most is taken, and none unless `suspects`; a worker that holds no second suspect
    cannot make a bystander of it.
    """
    now = clock.now()
    take = [claimant.name, _stored(claimant.lease_until(now))]
    queues = list(claimant.queues or ())
    which = _IS_ORPHAN.format(and_queue=_and_queue(queues))
    with unit():
        jobs = _change(which, [_stored(now), 0, 0, *queues, limit], _TAKE_OVER, take)
        if suspects and len(jobs) < limit:
            jobs += _change(which, [_stored(now), 1, DEADLY_KILLS, *queues, 1], _TAKE_OVER, take)
    return jobs


def has_expired() -> bool:
    """Whether some lease has run out."""
    return Job.objects.filter(state="running", lease_until__lt=clock.now()).exists()


def holders() -> list[str]:
    """The names of the workers that hold a lease, living or not."""
    return list(
        Job.objects.filter(state="running").order_by("worker").values_list("worker", flat=True).distinct()
    )


def expire(workers: Collection[str]) -> None:
    """End the leases of workers that are known to be dead, so that their jobs can be taken over now."""
    if workers:
        past = clock.now() - timedelta(seconds=1)
        Job.objects.filter(state="running", worker__in=workers, lease_until__gt=past).update(lease_until=past)


def bury(limit: int = 100) -> list[Job]:
    """Declare dead what killed its worker too often or at its last attempt; returns those jobs."""
    error = "the worker died or froze while it ran this job"
    with unit():
        return _change(_IS_HOPELESS, [_stored(clock.now()), DEADLY_KILLS, limit], _BURY, [error])


def extend(claimant: Claimant, jobs: Collection[Job]) -> None:
    """Prolong the leases of jobs in hand; one that was taken over meanwhile stays with its new owner."""
    until = claimant.lease_until(clock.now())
    held = Job.objects.filter(pk__in=[job.pk for job in jobs], state="running", worker=claimant.name)
    held.update(lease_until=until)
    for job in jobs:
        job.lease_until = until


def confirm(job: Job) -> None:
    """Lock the job's row for the open transaction; raises `LeaseLost` if it is no longer this claim's."""
    if not _claimed(job).update(worker=job.worker):
        raise LeaseLost(f"job {job.pk}")


def finish(job: Job) -> None:
    """Remove the job as part of the open transaction; raises `LeaseLost`."""
    finish_all([job])


def finish_all(jobs: Collection[Job]) -> None:
    """Remove jobs of one worker as part of the open transaction; raises `LeaseLost` if one is not its own."""
    claims: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for job in jobs:
        claims[job.worker, job.attempts].append(job.pk)
    for (worker, attempts), ids in claims.items():
        held = Job.objects.filter(pk__in=ids, state="running", worker=worker, attempts=attempts)
        if held.delete()[0] != len(ids):
            raise LeaseLost(f"jobs {ids}")


def hand_back(job: Job) -> None:
    """Return a claim that was not started, as if it had not been taken; raises `LeaseLost`."""
    _make_ready(job, attempts=F("attempts") - 1)


def postpone(job: Job, run_at: datetime, error: str, *, counts: bool) -> None:
    """Have the job tried again at `run_at`, and let the rest of its lane sleep until then.

    A job behind could not run earlier anyway; asleep it costs the next claims nothing. Raises `LeaseLost`.
    """
    attempts = F("attempts") if counts else F("attempts") - 1
    with unit():
        _make_ready(job, attempts=attempts, run_at=run_at, kills=0, last_error=error[:ERROR_LENGTH])
        if job.lane:
            behind = Job.objects.filter(lane=job.lane, state__in=["ready", "running"], id__gt=job.pk)
            behind.filter(state="ready", run_at__lt=run_at).update(run_at=run_at)


def kill(job: Job, error: str) -> None:
    """Give the job up: it is dead until somebody retries it. Raises `LeaseLost`."""
    changed = _claimed(job).update(
        state=JobState.DEAD, worker="", lease_until=None, last_error=error[:ERROR_LENGTH]
    )
    if not changed:
        raise LeaseLost(f"job {job.pk}")


def _make_ready(job: Job, **changes: Any) -> None:
    """Put a claimed job back, in the place of one that waits with the same key.

    A writer may add such a one between the two statements; then we look again.
    """
    for attempt in range(5):
        try:
            with transaction.atomic():
                if job.unique_key:
                    Job.objects.filter(unique_key=job.unique_key, state="ready").delete()
                if not _claimed(job).update(state=JobState.READY, worker="", lease_until=None, **changes):
                    raise LeaseLost(f"job {job.pk}")
        except IntegrityError:
            if attempt == 4:
                raise
        else:
            return


def _and_queue(queues: Sequence[str]) -> str:
    return f"AND candidate.queue IN ({', '.join(['%s'] * len(queues))})" if queues else ""


def _claimed(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state="running", worker=job.worker, attempts=job.attempts)


def _change(which: str, which_values: Sequence[Any], change: str, change_values: Sequence[Any]) -> list[Job]:
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql:
        _forgo_fsync()
    skip_locked = "FOR UPDATE OF candidate SKIP LOCKED" if is_postgresql else ""
    sql = _CLAIM.format(which=which, change=change, skip_locked=skip_locked)
    jobs = list(Job.objects.raw(sql, [*which_values, *change_values]))
    return sorted(jobs, key=lambda job: (job.run_at, job.pk))


def _forgo_fsync() -> None:
    """Let this transaction's commit not wait for the disk.

    A claim that a power loss takes back leaves the job to be claimed again, and the first claimant is
    fenced; whatever is committed on the strength of a claim comes later in the log and flushes it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO OFF")


def _stored(instant: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(instant)


def _instant(value: Any) -> datetime:
    parsed = value if isinstance(value, datetime) else parse_datetime(value)
    assert parsed is not None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
