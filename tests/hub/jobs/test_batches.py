"""Jobs that are run in one go: together or alone, each effect comes once."""

import threading
from collections import Counter
from pathlib import Path

import pytest

from hub.jobs import RunningJob, enqueue_all, task
from hub.jobs.worker import Worker, run_until_idle
from hub.models.jobs import Job
from hub.transaction import unit
from tests.hub.jobs import effects
from tests.hub.jobs.worker_process import WorkerProcesses, wait_until

pytestmark = pytest.mark.usefixtures("effect_table")


def _is_empty() -> bool:
    return not Job.objects.exists()


def _enqueue(names: list[str], lanes: list[str] | None = None) -> None:
    enqueue_all(
        "test.together",
        [({"name": name}, lanes[number] if lanes else None) for number, name in enumerate(names)],
        queue="default",
    )


def _done() -> list[tuple[str, int]]:
    """The names of what was done, and with how many each was done together."""
    split = (effect.rsplit(" of ", 1) for effect in effects.names())
    return [(name, int(count)) for name, count in split]


def test_waiting_jobs_are_run_together_in_their_order() -> None:
    names = [f"job {number:02}" for number in range(25)]
    _enqueue(names)
    assert run_until_idle() == 25
    assert _done() == [(name, 20 if number < 20 else 5) for number, name in enumerate(names)]
    assert _is_empty()


def test_one_that_fails_among_twenty_stops_nobody() -> None:
    for number in range(20):
        effects.together.enqueue(name=f"job {number}", fails=number == 7)
    assert run_until_idle() == 20
    assert _done() == [(f"job {number}", 1) for number in range(20) if number != 7]
    left = Job.objects.get()
    assert (left.state, left.attempts, left.last_error) == ("ready", 1, "ValueError: as ordered")


def test_what_failed_once_is_not_put_together_with_others() -> None:
    effects.together.enqueue(name="poison", fails=True)
    run_until_idle()
    Job.objects.update(run_at=Job.objects.get().created_at)
    _enqueue(["a", "b"])
    run_until_idle()
    assert _done() == [("a", 2), ("b", 2)]
    assert Job.objects.get().attempts == 2


def test_a_lane_never_has_two_jobs_in_a_batch_and_keeps_its_order() -> None:
    names = [f"{lane} {number}" for number in range(4) for lane in "abc"]
    _enqueue(names, [name[0] for name in names])
    run_until_idle()
    assert _done() == [(name, 3) for name in names]


def test_a_lost_lease_undoes_the_whole_batch() -> None:
    _enqueue(["a", "b"])
    thief = effects.together.function

    def lose_one(jobs: list[RunningJob]) -> None:
        if len(jobs) > 1:
            Job.objects.filter(pk=jobs[1].id).update(worker="somebody else")
        thief(jobs)

    changed = task("test.together", atomic=False, batch=20)
    lose_one.__qualname__ = thief.__qualname__
    try:
        changed(lose_one)
        run_until_idle()
    finally:
        changed(thief)
    assert _done() == [("a", 1)]
    assert Job.objects.get().worker == "somebody else"


def test_atomic_tasks_take_no_batches() -> None:
    with pytest.raises(ValueError, match="atomic=False"):
        task("test.wrong", batch=20)


def test_jobs_gather_while_a_batch_is_being_run() -> None:
    """Four threads do not nibble at what one of them can do in one transaction."""
    names = [f"job {number}" for number in range(60)]
    worker = Worker(threads=4, lease=5)
    with unit():
        _enqueue(names)
    worker.start()
    wait_until(_is_empty, 60, "all are done")
    assert worker.stop()
    assert Counter(name for name, _ in _done()) == Counter(names)
    transactions = sum(1 / count for _, count in _done())
    assert transactions < 12, _done()


def test_a_batch_that_waits_does_not_hold_up_other_tasks() -> None:
    is_running, may_end = threading.Event(), threading.Event()

    def wait(jobs: list[RunningJob]) -> None:
        is_running.set()
        may_end.wait(60)

    task("test.waiting", atomic=False, batch=20)(wait)
    worker = Worker(threads=2, lease=5)
    enqueue_all("test.waiting", [({}, None), ({}, None)], queue="default")
    worker.start()
    try:
        assert is_running.wait(60)
        enqueue_all("test.waiting", [({}, None)], queue="default")
        effects.effect.enqueue(name="other")
        wait_until(lambda: effects.names() == ["other"], 60, "the other task's job is done")
    finally:
        may_end.set()
        assert worker.stop()


@pytest.mark.slow
def test_a_batch_whose_worker_dies_is_undone_and_done_once_later(
    workers: WorkerProcesses, tmp_path: Path
) -> None:
    """The one that kills is found out, alone; its neighbours are done."""
    log = tmp_path / "kills"
    names = [f"job {number}" for number in range(12)]
    with unit():
        _enqueue(names[:6])
        killer = effects.together.enqueue(name="killer", kills=str(log))
        _enqueue(names[6:])
    workers.start(lease=0.5)

    def is_dead() -> bool:
        workers.replace_dead(lease=0.5)
        return Job.objects.filter(pk=killer.pk, state="dead").exists()

    wait_until(is_dead, 60, "the killer is dead")
    wait_until(lambda: Job.objects.count() == 1, 60, "the others are done")
    assert Counter(name for name, _ in _done()) == Counter(names)
    assert len(log.read_text().split()) == 5
