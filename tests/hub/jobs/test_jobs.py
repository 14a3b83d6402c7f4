"""Enqueueing, unique keys, lanes, retries and death, run in the test's own thread."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hub import clock
from hub.jobs import LeaseLost, enqueue, figures, leases
from hub.jobs.dead import dead_jobs, discard, retry
from hub.jobs.execution import FIRST_PAUSE, LONGEST_PAUSE, pause_after
from hub.jobs.running import RunningJob
from hub.jobs.worker import run_until_idle
from hub.models.jobs import Job
from hub.transaction import unit
from tests.hub.jobs import effects

pytestmark = pytest.mark.usefixtures("effect_table")

ME = leases.Claimant("me", 30.0)
OTHER = leases.Claimant("other", 30.0)


def _claim(claimant: leases.Claimant = ME, limit: int = 1) -> list[Job]:
    return leases.claim(claimant, leases.outlook(claimant), limit)


def _expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def test_a_job_runs_and_leaves_no_row() -> None:
    effects.effect.enqueue(name="x")
    assert run_until_idle() == 1
    assert effects.names() == ["x"]
    assert not Job.objects.exists()


def test_enqueueing_is_part_of_the_open_transaction() -> None:
    with pytest.raises(ZeroDivisionError), unit():
        effects.effect.enqueue(name="x")
        _ = 1 / 0
    assert not Job.objects.exists()


def test_a_failed_handlers_effect_is_rolled_back_and_it_dies_after_its_last_attempt() -> None:
    job = effects.fail.enqueue(name="x")
    for attempt in (1, 2, 3):
        assert run_until_idle() == 1
        job.refresh_from_db()
        assert job.attempts == attempt
        assert job.state == ("dead" if attempt == 3 else "ready")
        assert job.run_at > clock.now() or attempt == 3
        Job.objects.filter(pk=job.pk).update(run_at=clock.now())
    assert job.last_error == "ValueError: as ordered"
    assert run_until_idle() == 0
    assert effects.names() == []


def test_a_dead_job_can_be_retried_or_discarded() -> None:
    for name in ("x", "y"):
        job = enqueue("test.fail", {"name": name}, max_attempts=1)
    run_until_idle()
    assert [dead.payload["name"] for dead in dead_jobs()] == ["y", "x"]
    discard(job.pk)
    again = retry(dead_jobs().get().pk)
    assert (again.state, again.attempts, again.payload) == ("ready", 0, {"name": "x"})
    assert not dead_jobs().exists()
    with pytest.raises(Job.DoesNotExist):
        discard(job.pk)


def test_retry_waits_as_long_as_the_handler_wishes() -> None:
    job = effects.retry.enqueue(after=100, counts=True)
    run_until_idle()
    job.refresh_from_db()
    assert 95 < (job.run_at - clock.now()).total_seconds() <= 100
    assert (job.attempts, job.last_error) == (1, "busy")


def test_a_retry_that_does_not_count_never_kills() -> None:
    job = effects.retry.enqueue(after=0, counts=False)
    for _ in range(5):
        leases_before = Job.objects.get(pk=job.pk)
        assert leases_before.attempts == 0
        with pytest.raises(TimeoutError):
            run_until_idle(deadline=0.0)


def test_a_retry_that_counts_dies_at_the_last_attempt() -> None:
    job = effects.retry.enqueue(after=0, counts=True)
    assert run_until_idle() == 2
    job.refresh_from_db()
    assert job.state == "dead"


def test_a_handler_that_forgets_to_finish_is_finished() -> None:
    effects.forgetful.enqueue(name="x")
    run_until_idle()
    assert not Job.objects.exists()


def test_an_unknown_task_is_kept_for_later_without_spending_attempts() -> None:
    job = enqueue("test.nobody_knows", {"a": 1})
    run_until_idle()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("ready", 0)
    assert job.run_at > clock.now()


def test_a_key_that_waits_is_not_enqueued_twice() -> None:
    first = effects.effect.using(unique_key="k").enqueue(name="first")
    second = effects.effect.using(unique_key="k").enqueue(name="second")
    assert second.pk == first.pk
    run_until_idle()
    assert effects.names() == ["first"]


def test_the_earlier_time_of_a_key_wins_unless_it_waits_out_a_failure() -> None:
    effects.effect.using(unique_key="k", delay=100).enqueue(name="later")
    assert effects.effect.using(unique_key="k").enqueue(name="now").run_at <= clock.now()
    effects.effect.using(unique_key="k", delay=100).enqueue(name="later")
    (job,) = _claim()
    leases.postpone(job, clock.now() + timedelta(seconds=50), "busy", counts=True)
    assert effects.effect.using(unique_key="k").enqueue(name="now").run_at > clock.now()
    assert Job.objects.count() == 1


def test_while_a_key_runs_one_more_may_wait_and_does_not_run_beside_it() -> None:
    effects.effect.using(unique_key="k").enqueue(name="running")
    (running,) = _claim()
    waiting = effects.effect.using(unique_key="k").enqueue(name="waiting")
    assert waiting.pk != running.pk
    assert _claim() == []
    with unit():
        leases.finish(running)
    assert [job.pk for job in _claim()] == [waiting.pk]


def test_a_running_key_that_fails_takes_the_place_of_the_one_that_waits() -> None:
    effects.effect.using(unique_key="k").enqueue(name="running")
    (running,) = _claim()
    effects.effect.using(unique_key="k").enqueue(name="waiting")
    leases.postpone(running, clock.now(), "busy", counts=True)
    assert [job.pk for job in Job.objects.all()] == [running.pk]


def test_a_running_key_that_dies_leaves_the_one_that_waits() -> None:
    effects.effect.using(unique_key="k").enqueue(name="running")
    (running,) = _claim()
    waiting = effects.effect.using(unique_key="k").enqueue(name="waiting")
    leases.kill(running, "no use")
    assert [job.pk for job in _claim()] == [waiting.pk]


def test_a_lane_runs_one_at_a_time_oldest_first() -> None:
    jobs = [effects.effect.using(lane="a").enqueue(name=str(number)) for number in range(3)]
    other = effects.effect.using(lane="b").enqueue(name="b")
    assert [job.pk for job in _claim(limit=10)] == [jobs[0].pk, other.pk]
    assert _claim(OTHER, limit=10) == []


def test_a_job_that_waits_for_its_next_attempt_holds_up_its_lane_and_a_dead_one_does_not() -> None:
    first = effects.effect.using(lane="a").enqueue(name="first")
    second = effects.effect.using(lane="a").enqueue(name="second")
    (claimed,) = _claim()
    next_attempt = clock.now() + timedelta(hours=1)
    leases.postpone(claimed, next_attempt, "busy", counts=True)
    assert _claim() == []
    with clock.held_at(next_attempt):
        assert _claim()[0].pk == first.pk
        leases.kill(Job.objects.get(pk=first.pk), "no use")
        assert _claim()[0].pk == second.pk


def test_higher_priorities_and_earlier_times_run_first() -> None:
    names = ["late", "early", "urgent", "idle"]
    options: list[dict[str, Any]] = [
        {},
        {"run_at": clock.now() - timedelta(hours=1)},
        {"priority": 5},
        {"priority": -5},
    ]
    for name, option in zip(names, options, strict=True):
        effects.effect.using(**option).enqueue(name=name)
    effects.effect.using(delay=100, priority=9).enqueue(name="not yet")
    run_until_idle()
    assert effects.names() == ["urgent", "early", "late", "idle"]


def test_a_worker_takes_only_what_its_queues_hold() -> None:
    effects.effect.using(queue="mail").enqueue(name="mail")
    effects.effect.enqueue(name="default")
    run_until_idle(queues=["mail"])
    assert effects.names() == ["mail"]


def test_whoever_lost_the_lease_cannot_finish() -> None:
    effects.effect.enqueue(name="x")
    (mine,) = _claim()
    _expire(mine)
    (theirs,) = leases.take_over(OTHER, 5, suspects=True)
    assert (theirs.pk, theirs.attempts, theirs.kills) == (mine.pk, 2, 1)
    with pytest.raises(LeaseLost), unit():
        effects.add("mine")
        leases.finish(mine)
    with pytest.raises(LeaseLost), unit():
        RunningJob(mine).confirm()
    with unit():
        RunningJob(theirs).confirm()
        effects.add("theirs")
        RunningJob(theirs).finish()
    assert effects.names() == ["theirs"]


def test_a_worker_takes_one_suspect_at_a_time() -> None:
    for name in "abc":
        effects.effect.enqueue(name=name)
    for job in _claim(limit=3):
        Job.objects.filter(pk=job.pk).update(kills=2)
        _expire(job)
    assert leases.take_over(OTHER, 5, suspects=False) == []
    assert len(leases.take_over(OTHER, 5, suspects=True)) == 1


def test_a_lease_that_runs_out_at_the_last_attempt_is_the_end() -> None:
    enqueue("test.effect", {"name": "x"}, max_attempts=1)
    (job,) = _claim()
    _expire(job)
    assert [dead.pk for dead in leases.bury()] == [job.pk]
    assert dead_jobs().get().pk == job.pk


def test_finish_belongs_into_a_unit() -> None:
    effects.effect.enqueue(name="x")
    (job,) = _claim()
    with pytest.raises(RuntimeError):
        RunningJob(job).finish()


def test_pauses_grow_with_jitter_up_to_a_limit() -> None:
    assert FIRST_PAUSE / 2 <= pause_after(1) <= FIRST_PAUSE
    assert LONGEST_PAUSE / 2 <= pause_after(1000) <= LONGEST_PAUSE


def test_figures_count_each_queue() -> None:
    effects.effect.using(run_at=clock.now() - timedelta(seconds=60)).enqueue(name="due")
    effects.effect.using(delay=60).enqueue(name="later")
    effects.effect.using(queue="mail", priority=1).enqueue(name="running")
    _claim(leases.Claimant("me", 30, ["mail"]))
    enqueue("test.fail", {"name": "x"}, queue="mail", max_attempts=1)
    run_until_idle(queues=["mail"])
    default, mail = figures()
    assert (default.queue, default.due, default.scheduled, default.ready) == ("default", 1, 1, 2)
    assert 59 < default.oldest_seconds < 70
    assert (mail.queue, mail.running, mail.dead, mail.oldest_seconds) == ("mail", 1, 1, 0.0)


def test_a_claim_reads_indexes_only() -> None:
    """However many other rows there are, neither the poll nor the claim looks at them."""
    later = clock.now() + timedelta(days=1)
    Job.objects.bulk_create(Job(name="x", run_at=later, lane=f"lane {n}") for n in range(3000))
    Job.objects.bulk_create(Job(name="x", state="dead") for _ in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hub_job")
    plans: list[str] = []
    verb = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "hub_job" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute(f"{verb} {sql}", params)
                plans.append("\n".join(str(row) for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        effects.effect.enqueue(name="due")
        assert len(_claim()) == 1
        leases.take_over(ME, 1, suspects=True)
        leases.has_expired()
    assert plans
    assert not [plan for plan in plans if "Seq Scan on hub_job" in plan or "SCAN hub_job" in plan]
