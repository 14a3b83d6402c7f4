"""Workers that are killed, frozen and poisoned: every effect happens exactly once all the same."""

import random
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from hub.jobs import enqueue
from hub.models.jobs import Job
from hub.transaction import unit
from tests.hub.jobs import effects
from tests.hub.jobs.worker_process import WorkerProcesses, wait_until

pytestmark = pytest.mark.slow

LEASE = 1.5


def _is_empty() -> bool:
    return not Job.objects.exists()


def test_every_effect_happens_once_while_workers_are_killed_at_random(workers: WorkerProcesses) -> None:
    """Eight lanes and loose jobs, three workers, one of them killed every few hundredths of a second."""
    expected = [f"job {number}" for number in range(600)]
    with unit():
        for number, name in enumerate(expected):
            lane = f"lane {number % 16}" if number % 2 else None
            effects.effect.using(lane=lane, max_attempts=100).enqueue(name=name)
    for _ in range(3):
        workers.start(lease=LEASE)
    kills, chance = 0, random.Random(7)
    ends = time.monotonic() + 60
    while not _is_empty() and time.monotonic() < ends:
        time.sleep(chance.uniform(0.02, 0.25))
        if kills < 25:
            workers.kill(chance.choice(workers.living))
            workers.start(lease=LEASE)
            kills += 1
    assert kills >= 5, "the jobs were done before the workers could be killed"
    assert Counter(effects.names()) == Counter(expected)
    assert _is_empty(), [str(job) for job in Job.objects.all()[:5]]


def test_a_killed_workers_job_is_taken_over_within_lease_and_two_seconds(
    workers: WorkerProcesses,
) -> None:
    """The second worker begins the job after the first one's lease, and not before."""
    job = effects.started.enqueue(name="x", seconds=2)
    first = workers.start(lease=LEASE)
    wait_until(lambda: len(effects.names()) == 1, 60, "the first worker began")
    workers.start(lease=LEASE)
    workers.kill(first)
    leased_until = Job.objects.get(pk=job.pk).lease_until
    assert leased_until is not None
    wait_until(lambda: len(effects.names()) == 2, 60, "the second worker began")
    taken_over_until = Job.objects.get(pk=job.pk).lease_until
    assert taken_over_until is not None
    began = taken_over_until - timedelta(seconds=LEASE)
    assert timedelta(0) <= began - leased_until <= timedelta(seconds=2)
    wait_until(_is_empty, 60, "the second worker finished")
    assert effects.names().count("x") == 1


def test_what_a_killed_process_of_this_machine_held_is_taken_over_at_the_next_start(
    workers: WorkerProcesses,
) -> None:
    """On SQLite, where all workers share a machine, a restart does not wait for leases."""
    if connection.vendor != "sqlite":
        pytest.skip("other databases have workers elsewhere")
    for number in range(30):
        effects.linger.enqueue(name=f"job {number}", seconds=0.01)
    effects.started.enqueue(name="x", seconds=0.4)
    first = workers.start(lease=60, name="")
    wait_until(lambda: any("began" in name for name in effects.names()), 60, "the first worker began")
    workers.kill(first)
    workers.start(lease=60, name="")
    wait_until(_is_empty, 40, "the second worker did the rest")
    assert effects.names().count("x") == 1


def test_a_frozen_worker_cannot_double_an_effect(workers: WorkerProcesses) -> None:
    """It wakes up long after another one did its job, and has to give up its own effect."""
    effects.started.enqueue(name="x", seconds=1.0)
    frozen = workers.start(lease=LEASE)
    wait_until(lambda: len(effects.names()) == 1, 60, "the first worker began")
    workers.signal(frozen, signal.SIGSTOP)
    workers.start(lease=LEASE)
    wait_until(_is_empty, 60, "the second worker did the job")
    workers.signal(frozen, signal.SIGCONT)
    marker = effects.linger.enqueue(name="after", seconds=1.2)
    wait_until(lambda: not Job.objects.filter(pk=marker.pk).exists(), 60, "a later job is done")
    assert effects.names().count("x") == 1


def test_a_long_job_keeps_its_lease(workers: WorkerProcesses) -> None:
    """Two workers watch, and neither takes over what the other one is still doing."""
    effects.started.enqueue(name="x", seconds=LEASE * 2.5)
    for _ in range(2):
        workers.start(lease=LEASE)
    wait_until(_is_empty, 60, "the long job is done")
    assert len(effects.names()) == 2


def test_a_job_that_kills_five_workers_is_dead_and_stops_nobody(
    workers: WorkerProcesses, tmp_path: Path
) -> None:
    """Bystanders of the killed workers are done all the same."""
    log = tmp_path / "kills"
    expected = [f"job {number}" for number in range(40)]
    with unit():
        for name in expected[:20]:
            effects.linger.enqueue(name=name, seconds=0.05)
        poison = effects.poison.enqueue(log=str(log))
        for name in expected[20:]:
            effects.linger.enqueue(name=name, seconds=0.05)
    workers.start(lease=0.5)

    def is_dead() -> bool:
        workers.replace_dead(lease=0.5)
        return Job.objects.filter(pk=poison.pk, state="dead").exists()

    wait_until(is_dead, 60, "the poison is dead")
    wait_until(lambda: Job.objects.count() == 1, 60, "the others are done")
    assert len(log.read_text().split()) == 5
    assert Counter(effects.names()) == Counter(expected)
    assert Job.objects.get().kills == 5


def test_lanes_keep_their_order_under_eight_workers(workers: WorkerProcesses) -> None:
    """Each lane's effects come in the order of enqueueing, whoever works."""
    with unit():
        for number in range(40):
            for lane in "abcdefghij":
                enqueue("test.effect", {"name": f"{lane} {number:02}"}, lane=lane)
    for _ in range(8):
        workers.start(threads=2, lease=LEASE)
    wait_until(_is_empty, 60, "all lanes are done")
    done = effects.names()
    assert len(done) == 400
    for lane in "abcdefghij":
        mine = [name for name in done if name.startswith(lane)]
        assert mine == sorted(mine)


def test_a_terminated_worker_finishes_what_runs_and_hands_back_the_rest(workers: WorkerProcesses) -> None:
    """After SIGTERM nothing is left leased, and nothing waits for a lease to end."""
    with unit():
        for number in range(30):
            effects.linger.enqueue(name=f"job {number}", seconds=0.3)
    process = workers.start(threads=2, lease=30)
    wait_until(lambda: len(effects.names()) >= 2, 60, "some jobs are done")
    workers.signal(process, signal.SIGTERM)
    process.join(20)
    assert process.exitcode == 0
    assert not Job.objects.filter(state="running").exists()
    assert Job.objects.filter(state="ready", attempts=0).count() == 30 - len(effects.names())
