"""Django's Tasks API over our table."""

from datetime import timedelta

import pytest
from django_tasks import task
from django_tasks.exceptions import InvalidTaskError

from hub import clock
from hub.jobs.worker import run_until_idle
from hub.models.jobs import Job
from hub.transaction import unit
from tests.hub.jobs import django_tasks_samples as samples
from tests.hub.jobs import effects

pytestmark = pytest.mark.usefixtures("effect_table")


async def _coroutine() -> None:
    """A task that cannot be part of a transaction."""


def test_a_task_runs_as_a_job() -> None:
    result = samples.greet.enqueue("you", greeting="good day")
    assert result.id == str(Job.objects.get().pk)
    run_until_idle()
    assert effects.names() == ["good day you"]
    assert not Job.objects.exists()


def test_a_task_is_enqueued_with_the_transaction() -> None:
    with pytest.raises(ZeroDivisionError), unit():
        samples.greet.enqueue("you")
        _ = 1 / 0
    assert not Job.objects.exists()


def test_queue_priority_and_time_are_kept() -> None:
    later = clock.now() + timedelta(hours=1)
    samples.count_attempts.using(run_after=later).enqueue()
    job = Job.objects.get()
    assert (job.queue, job.priority, job.run_at) == ("mail", 5, later)


def test_a_failed_task_leaves_nothing_and_is_tried_again() -> None:
    samples.count_attempts.enqueue()
    run_until_idle()
    Job.objects.update(run_at=clock.now())
    run_until_idle()
    assert effects.names() == ["attempt 2"]


def test_lane_and_unique_key_are_options() -> None:
    first, second = samples.report.enqueue(1), samples.report.enqueue(2)
    assert first.id == second.id
    samples.report.using(unique_key="other").enqueue(3)
    assert list(Job.objects.order_by("id").values_list("lane", "unique_key")) == [
        ("reports", "report"),
        ("reports", "other"),
    ]
    run_until_idle()
    assert effects.names() == ["report 1", "report 3"]


def test_a_coroutine_is_refused() -> None:
    with pytest.raises(InvalidTaskError):
        task(_coroutine)
