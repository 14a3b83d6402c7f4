"""The worker in this process: woken by a commit, unmoved by a database that fails, stopped cleanly."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection

from hub.jobs import leases, task
from hub.jobs.service import JobService
from hub.jobs.worker import Worker
from hub.models.jobs import Job
from hub.transaction import unit
from tests.hub.jobs import effects
from tests.hub.jobs.worker_process import wait_until

pytestmark = pytest.mark.usefixtures("effect_table")


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A running worker of two threads."""
    worker = Worker(threads=2, lease=5)
    worker.start()
    yield worker
    assert worker.stop()


def _is_empty() -> bool:
    return not Job.objects.exists()


@task("test.note_time", atomic=True)
def _note_time() -> None:
    _times.append(time.monotonic())


_times: list[float] = []


def test_a_commit_wakes_the_worker_at_once(worker: Worker) -> None:
    time.sleep(0.1)
    _times.clear()
    asked = []
    for _ in range(10):
        with unit():
            _note_time.enqueue()
        asked.append(time.monotonic())
        wait_until(lambda: len(_times) == len(asked), 60, "the job ran")
    waits = sorted(ran - at for ran, at in zip(_times, asked, strict=True))
    assert waits[5] < 0.2, waits


def test_a_delayed_job_runs_at_its_time(worker: Worker) -> None:
    _times.clear()
    began = time.monotonic()
    _note_time.using(delay=0.3).enqueue()
    wait_until(lambda: bool(_times), 60, "the job ran")
    assert 0.29 <= _times[0] - began < 1.5


def test_the_worker_outlives_a_database_that_fails(monkeypatch: pytest.MonkeyPatch, worker: Worker) -> None:
    look = leases.outlook
    failures = threading.Semaphore(3)

    def failing(claimant: leases.Claimant) -> Any:
        if failures.acquire(blocking=False):
            raise OperationalError("the database is away")
        return look(claimant)

    monkeypatch.setattr(leases, "outlook", failing)
    effects.effect.enqueue(name="x")
    wait_until(_is_empty, 60, "the job is done")
    assert effects.names() == ["x"]


def test_what_cannot_be_written_down_at_once_is_written_later(
    monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    postpone = leases.postpone
    failures = threading.Semaphore(2)

    def failing(*args: Any, **options: Any) -> None:
        if failures.acquire(blocking=False):
            raise OperationalError("the database is away")
        postpone(*args, **options)

    monkeypatch.setattr(leases, "postpone", failing)
    job = effects.fail.enqueue(name="x")
    wait_until(lambda: Job.objects.get(pk=job.pk).last_error != "", 60, "the failure is written down")
    assert Job.objects.get(pk=job.pk).state == "ready"


@pytest.fixture
def began(db: None) -> datetime:
    """The database's time before the test's own connections were made."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connections to cut")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_the_worker_reconnects_when_its_connections_are_cut(began: datetime, worker: Worker) -> None:
    effects.effect.enqueue(name="before")
    wait_until(_is_empty, 60, "the first job is done")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_start > %s",
            [began],
        )
    with unit():
        for number in range(20):
            effects.effect.enqueue(name=f"after {number}")
    wait_until(_is_empty, 60, "the later jobs are done")
    assert len(effects.names()) == 21


def test_a_busy_worker_does_not_hoard(worker: Worker) -> None:
    """While both threads are busy with long jobs, others stay in the table for other workers."""
    for number in range(2):
        effects.linger.enqueue(name=f"long {number}", seconds=1.5)
    wait_until(lambda: Job.objects.filter(state="running").count() == 2, 60, "both began")
    time.sleep(0.2)
    for number in range(20):
        effects.effect.enqueue(name=f"short {number}")
    time.sleep(0.3)
    assert Job.objects.filter(state="running").count() == 2


def test_a_worker_can_be_started_again() -> None:
    worker = Worker(threads=1)
    for name in ("first", "second"):
        worker.start()
        effects.effect.enqueue(name=name)
        wait_until(_is_empty, 60, "the job is done")
        assert worker.stop()
    assert effects.names() == ["first", "second"]


def test_stopping_hands_back_what_was_not_begun() -> None:
    worker = Worker(threads=1, lease=30)
    with unit():
        for number in range(10):
            effects.linger.enqueue(name=f"job {number}", seconds=0.2)
    worker.start()
    wait_until(lambda: Job.objects.filter(state="running").exists(), 60, "some were claimed")
    assert worker.stop()
    assert not Job.objects.filter(state="running").exists()
    assert Job.objects.filter(state="ready", attempts=0).count() == 10 - len(effects.names())


async def test_the_service_starts_pauses_and_stops() -> None:
    service = JobService(Worker(threads=1))
    assert service.roles == {"worker"}
    await service.start()
    await service.stop_accepting()
    await service.stop()
