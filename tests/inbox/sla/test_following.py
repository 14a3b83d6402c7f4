"""Clocks follow conversations through the inbox's own doors."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.clock import held_at
from hub.models import SlaClock
from inbox import actions
from inbox.actions.reply import Draft
from tests.inbox.desk import Desk
from tests.inbox.sla.promised import HOUR, MINUTE, MONDAY, clocks, policy, schedule, shown, sweep_at, told

pytestmark = pytest.mark.django_db


def test_a_mail_starts_the_clock_and_an_answer_keeps_it(desk: Desk) -> None:
    policy(desk.organization, hours=schedule(desk.organization))
    with held_at(MONDAY):
        item = desk.mail("first")
    found = desk.fresh(item)
    assert shown(found.sla)["clock"] == "first_reply"
    assert shown(found.sla)["state"] == "active"
    assert found.sla_due_at == MONDAY + HOUR
    with held_at(MONDAY + 30 * MINUTE):
        actions.reply(desk.viewer, found.pk, Draft(text="It is on its way."))
    kept = clocks(desk)["first_reply 1"]
    assert (kept.state, kept.is_live, kept.fulfilled_at) == ("fulfilled", False, MONDAY + 30 * MINUTE)
    assert kept.breached_at is None
    assert told(desk) == ["sla.met first_reply"]
    assert shown(desk.fresh(item).sla)["clock"] == "resolution"


def test_an_answer_that_comes_late_is_told_as_broken_and_not_as_kept(desk: Desk) -> None:
    policy(desk.organization, targets={"first_reply": 60})
    with held_at(MONDAY):
        item = desk.mail("first")
    with held_at(MONDAY + 2 * HOUR):  # Before anything swept.
        actions.reply(desk.viewer, desk.fresh(item).pk, Draft(text="Sorry."))
    sweep_at(MONDAY + 3 * HOUR)
    assert told(desk) == ["sla.breached first_reply"]
    assert clocks(desk)["first_reply 1"].breached_at == MONDAY + HOUR


def test_warning_and_breach_are_told_once_however_often_the_clock_strikes(desk: Desk) -> None:
    policy(desk.organization, targets={"first_reply": 60})
    with held_at(MONDAY):
        item = desk.mail("first")
    for minute in (47, 48, 49, 60, 61, 62, 200):
        sweep_at(MONDAY + minute * MINUTE)
    assert told(desk) == ["sla.warning first_reply", "sla.breached first_reply"]
    found = desk.fresh(item)
    assert shown(found.sla)["state"] == "breached"
    assert found.sla_due_at == MONDAY + HOUR
    with held_at(MONDAY + 3 * HOUR + 30 * MINUTE):
        actions.reply(desk.viewer, found.pk, Draft(text="At last."))
    assert told(desk)[2:] == []
    assert desk.fresh(item).sla is None


def test_automatic_mail_starts_nothing_and_stops_nothing(desk: Desk) -> None:
    policy(desk.organization, targets={"first_reply": 60, "next_reply": 60})
    with held_at(MONDAY):
        desk.mail("robot", automatic=True)
        assert "first_reply 1" not in clocks(desk)
        item = desk.mail("person", "dora@example.net")
        desk.answer("again", "person", sender="dora@example.net", automatic=True)
    assert clocks(desk)["first_reply 1"].conversation_id == desk.fresh(item).pk
    assert clocks(desk)["first_reply 1"].is_live


def test_a_night_between_does_not_count(desk: Desk) -> None:
    policy(desk.organization, hours=schedule(desk.organization), targets={"first_reply": 60})
    with held_at(MONDAY + 7 * HOUR + 40 * MINUTE):  # 16:40; the office closes at 17:00.
        item = desk.mail("late")
    assert desk.fresh(item).sla_due_at == MONDAY + 24 * HOUR + 40 * MINUTE


def test_the_priority_decides_the_target_and_a_change_reckons_anew(desk: Desk) -> None:
    targets = {"first_reply": 240, ("first_reply", "urgent"): 30}
    policy(desk.organization, targets=targets)
    with held_at(MONDAY):
        item = desk.mail("first")
    with held_at(MONDAY + 10 * MINUTE):
        actions.update(desk.viewer, desk.fresh(item).pk, {"priority": "urgent"})
    assert desk.fresh(item).sla_due_at == MONDAY + 30 * MINUTE
    with held_at(MONDAY + 20 * MINUTE):
        actions.update(desk.viewer, desk.fresh(item).pk, {"priority": "low"})
    assert desk.fresh(item).sla_due_at == MONDAY + 4 * HOUR


def test_a_pause_moves_the_due_moment_and_a_customer_ends_it(desk: Desk) -> None:
    policy(desk.organization, pauses=["pending"], targets={"resolution": 60})
    with held_at(MONDAY):
        item = desk.mail("first")
    key = desk.fresh(item).pk
    with held_at(MONDAY + 20 * MINUTE):
        actions.update(desk.viewer, key, {"status": "pending"})
    paused = desk.fresh(item)
    assert (shown(paused.sla)["state"], shown(paused.sla)["due_at"], paused.sla_due_at) == (
        "paused",
        None,
        None,
    )
    sweep_at(MONDAY + 5 * HOUR)
    assert told(desk) == []
    with held_at(MONDAY + 50 * MINUTE):
        desk.answer("second", "first")
    assert desk.fresh(item).sla_due_at == MONDAY + 90 * MINUTE
    rows = clocks(desk)["resolution 1"].segments.order_by("position")
    reasons = [(row.is_running, row.reason) for row in rows]
    assert reasons == [
        (True, "the conversation began"),
        (False, "waiting on the customer"),
        (True, "the customer wrote"),
    ]


def test_the_first_policy_whose_conditions_hold_applies_and_another_may_later(desk: Desk) -> None:
    vip = {"all": [{"field": "conversation.labels", "op": "contains", "value": "vip"}]}
    policy(desk.organization, "Important", conditions=vip, position=0, targets={"first_reply": 10})
    policy(desk.organization, "Standard", position=1, targets={"first_reply": 60})
    with held_at(MONDAY):
        item = desk.mail("first")
    assert desk.fresh(item).sla_due_at == MONDAY + HOUR
    with held_at(MONDAY + MINUTE):
        actions.update(desk.viewer, desk.fresh(item).pk, {"labels": ["vip"]})
    assert desk.fresh(item).sla_due_at == MONDAY + 10 * MINUTE
    assert clocks(desk)["first_reply 1"].data["policy"]["name"] == "Important"


def test_what_was_said_in_another_conversation_counts_after_a_merge(desk: Desk) -> None:
    policy(desk.organization, targets={"first_reply": 60, "next_reply": 60})
    with held_at(MONDAY):
        one = desk.mail("one")
    with held_at(MONDAY + 10 * MINUTE):
        two = desk.mail("two", "dora@example.net")
    source, target = desk.fresh(two), desk.fresh(one)
    with held_at(MONDAY + 20 * MINUTE):
        actions.merge(desk.viewer, source.pk, target.pk)
    kept = clocks(desk)
    assert list(kept) == ["first_reply 1"]
    assert kept["first_reply 1"].conversation_id == target.pk
    with held_at(MONDAY + 30 * MINUTE):
        actions.unmerge(desk.viewer, source.pk)  # While it was merged its own promise stood still.
    dues = {row.conversation_id: row.due_at for row in clocks_of(desk)}
    assert dues == {target.pk: MONDAY + HOUR, source.pk: MONDAY + 80 * MINUTE}


def test_a_question_that_is_split_off_keeps_its_age(desk: Desk) -> None:
    policy(desk.organization, targets={"first_reply": 60})
    with held_at(MONDAY):
        desk.mail("one")
    with held_at(MONDAY + 10 * MINUTE):
        second = desk.answer("two", "one")
    with held_at(MONDAY + 20 * MINUTE):
        new = actions.split(desk.viewer, desk.fresh(second).pk, [second.pk])
    dues = {row.conversation_id: row.due_at for row in clocks_of(desk)}
    assert dues[new.pk] == MONDAY + 70 * MINUTE


def test_without_a_policy_following_costs_one_query_and_with_one_five(desk: Desk) -> None:
    def cost(key: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            desk.mail(key, f"{key}@example.net")
        return [query["sql"] for query in asked if "hub_sla" in query["sql"]]

    cost("warm")
    assert len(cost("without")) == 1
    policy(desk.organization)
    cost("read")
    assert len(cost("with")) <= 5


def clocks_of(desk: Desk) -> list[SlaClock]:
    return list(SlaClock.objects.within(desk.organization).order_by("started_at"))
