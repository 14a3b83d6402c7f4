"""Rules on time: due by an index, once for each occasion, whatever dies half-way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.clock import held_at, now
from hub.jobs.worker import run_until_idle
from hub.models import Job, Rule
from hub.transaction import unit
from inbox import actions
from inbox.actions import Draft
from inbox.rules import sweeping
from tests.inbox.desk import Desk
from tests.inbox.rules.desk import having, log, rule, runs

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOTE: list[dict[str, Any]] = [{"do": "add_note", "text": "Still nothing"}]


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    with held_at(now() + by):
        yield


def timed(desk: Desk, since: str = "waiting_since", **fields: Any) -> Rule:
    trigger = {"after": 3600, "since": since} | fields.pop("trigger", {})
    return rule(desk, trigger=trigger, **{"actions": NOTE, **fields})


def test_a_rule_looks_once_when_the_time_has_come(desk: Desk) -> None:
    one = timed(desk)
    desk.mail("m1")
    assert sweeping.sweep(one) == 0
    with later(HOUR):
        assert sweeping.sweep(one) == 1
        one.refresh_from_db()
        assert sweeping.sweep(one) == 0
    assert runs(desk) == ["Rule"]
    (run,) = log(desk)
    assert run.occasion.startswith("waiting_since::")


def test_who_waits_anew_is_a_new_occasion(desk: Desk) -> None:
    one = timed(desk)
    first = desk.mail("m1")
    with later(HOUR):
        sweeping.sweep(one)
        actions.reply(desk.viewer, first.conversation_id, Draft(text="Soon."))
    with later(2 * HOUR):
        desk.answer("m2", "m1")
    one.refresh_from_db()
    with later(3 * HOUR):
        sweeping.sweep(one)
    assert len(log(desk)) == 2


def test_a_run_that_is_known_is_not_done_again(desk: Desk) -> None:
    """The place was lost, as by a restored backup: what was done is known by its occasion."""
    one = timed(desk)
    desk.mail("m1")
    with later(HOUR):
        sweeping.sweep(one)
        Rule.objects.within(desk.organization).update(swept_to={})
        one.refresh_from_db()
        assert sweeping.sweep(one) == 1
    assert len(log(desk)) == 1


def test_conditions_are_asked_when_the_time_has_come(desk: Desk) -> None:
    one = timed(
        desk,
        conditions=having(
            ("message.text", "contains", "urgent"), ("conversation.labels", "is_not_set", None)
        ),
    )
    desk.mail("m1")
    desk.mail("m2", sender="dan@example.net", text="This is urgent")
    with later(HOUR):
        assert sweeping.sweep(one) == 2
    assert [run.conversation.requester.name for run in log(desk)] == ["Carla"]


def test_since_the_status(desk: Desk) -> None:
    one = timed(
        desk,
        "status",
        trigger={"status": "resolved"},
        actions=[{"do": "set_status", "status": "closed"}],
    )
    first = desk.mail("m1")
    with later(2 * HOUR):
        actions.resolve(desk.viewer, first.conversation_id)
        assert sweeping.sweep(one) == 0
    with later(3 * HOUR):
        assert sweeping.sweep(one) == 1
    assert desk.fresh(first).status == "closed"


@pytest.mark.parametrize("since", ["created_at", "last_activity_at"])
def test_a_new_rule_leaves_alone_what_was_due_before_it(desk: Desk, since: str) -> None:
    with held_at(now() - 3 * HOUR):
        desk.mail("m0", sender="before@example.net")
    one = timed(desk, since)
    desk.mail("m1")
    with later(HOUR + timedelta(seconds=1)):
        sweeping.sweep(one)
    assert len(log(desk)) == 1


def test_it_does_not_set_itself_off_but_others(desk: Desk) -> None:
    one = timed(desk, name="Timed")
    rule(desk, "On notes", on=["note.created"], actions=[{"do": "set_priority", "priority": "high"}])
    desk.mail("m1")
    with later(HOUR):
        sweeping.sweep(one)
    assert sorted(runs(desk)) == ["On notes", "Timed"]


def test_switched_off_or_broken_rules_do_not_look(desk: Desk) -> None:
    off, broken = (
        timed(desk, is_active=False),
        rule(desk, trigger={"after": "soon", "since": "waiting_since"}),
    )
    desk.mail("m1")
    with later(HOUR):
        assert [sweeping.sweep(off), sweeping.sweep(broken)] == [0, 0]


def test_the_clock_sweeps_each_rule_in_a_job_of_its_own(desk: Desk) -> None:
    timed(desk, name="One")
    timed(desk, name="Two", actions=[{"do": "set_priority", "priority": "high"}])
    first = desk.mail("m1")
    with later(HOUR):
        with unit():
            sweeping.enqueue_all()
            sweeping.enqueue_all()
        assert Job.objects.filter(name=sweeping.SWEEP).count() == 2
        run_until_idle()
    assert sorted(runs(desk)) == ["One", "Two"]
    assert desk.fresh(first).priority == "high"


def test_the_cost_grows_with_what_is_due_not_with_what_there_is(desk: Desk) -> None:
    one = timed(desk)
    for number in range(12):
        desk.mail(f"m{number}", sender=f"c{number}@example.net")
    with later(HOUR):
        sweeping.sweep(one)
        one.refresh_from_db()
        with CaptureQueriesContext(connection) as captured:
            assert sweeping.sweep(one) == 0
    assert len(captured) <= 6
