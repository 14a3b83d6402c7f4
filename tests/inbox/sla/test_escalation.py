"""Escalation steps fire once per clock, whoever sweeps, and do what rules do."""

from typing import Any

import pytest
from django.db import transaction

from hub.clock import held_at
from hub.models import (
    EscalationFired,
    EscalationStep,
    Event,
    SlaClock,
    SlaPolicy,
    StatusEvent,
    WorkItem,
)
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import actions
from inbox.actions import promises
from inbox.actions.reply import Draft
from inbox.sla import answers, recomputing, sweep, tasks
from tests import factories
from tests.inbox.desk import Desk
from tests.inbox.sla.promised import HOUR, MINUTE, MONDAY, clocks, policy, schedule, shown, sweep_at, told

pytestmark = pytest.mark.django_db

HIGH = [{"do": "set_priority", "priority": "high"}]
URGENT = [{"do": "set_priority", "priority": "urgent"}]


def step(of: SlaPolicy, when: str, value: int, actions_: list[Any], **fields: Any) -> EscalationStep:
    return EscalationStep.objects.create(
        organization=of.organization, policy=of, when=when, value=value, actions=actions_, **fields
    )


def run(task: Any, *arguments: Any) -> None:
    """A job as a worker runs it."""
    with unit():
        task(*arguments)


def lines(desk: Desk) -> list[tuple[str, int]]:
    rows = StatusEvent.objects.within(desk.organization).filter(name="escalated").order_by("item__seq")
    return [(row.data["when"], row.data["value"]) for row in rows]


def admin(desk: Desk) -> Viewer:
    return factories.viewer(factories.administrator(desk.organization), desk.organization)


def test_each_step_fires_once_in_its_turn_as_the_policy(desk: Desk) -> None:
    made = policy(desk.organization, targets={"first_reply": 60})
    step(made, "percent", 50, HIGH)
    step(made, "before", 600, [{"do": "add_labels", "labels": ["late"]}])
    step(made, "after", 1200, URGENT)
    with held_at(MONDAY):
        item = desk.mail("first")
    for minute in (29, 30, 31, 50, 51, 79, 80, 81, 500):
        sweep_at(MONDAY + minute * MINUTE)
    assert lines(desk) == [("percent", 50), ("before", 600), ("after", 1200)]
    assert EscalationFired.objects.within(desk.organization).count() == 3
    assert desk.fresh(item).priority == "urgent"
    raised = Event.objects.within(desk.organization).filter(actor__type="sla").first()
    assert raised is not None
    assert shown(raised.actor)["name"] == "Standard"


def test_what_fell_due_while_nothing_ran_is_made_up_for_once(desk: Desk) -> None:
    made = policy(desk.organization, targets={"first_reply": 60})
    step(made, "percent", 50, HIGH)
    step(made, "after", 600, URGENT)
    with held_at(MONDAY):
        desk.mail("first")
    sweep_at(MONDAY + 5 * HOUR)
    sweep_at(MONDAY + 5 * HOUR)
    assert lines(desk) == [("percent", 50), ("after", 600)]
    assert told(desk) == ["sla.breached first_reply"]


def test_a_step_in_working_time_waits_for_the_morning(desk: Desk) -> None:
    made = policy(desk.organization, hours=schedule(desk.organization), targets={"first_reply": 60})
    step(made, "after", 1800, HIGH, is_working_time=True)
    with held_at(MONDAY + 7 * HOUR):  # Due at 17:00, when the office closes.
        desk.mail("first")
    sweep_at(MONDAY + 12 * HOUR)
    assert lines(desk) == []
    sweep_at(MONDAY + 24 * HOUR + 31 * MINUTE)
    assert lines(desk) == [("after", 1800)]


def test_a_sweeper_that_dies_has_told_nothing(desk: Desk) -> None:
    step(policy(desk.organization, targets={"first_reply": 60}), "percent", 50, HIGH)
    with held_at(MONDAY):
        desk.mail("first")
    with pytest.raises(RuntimeError), transaction.atomic():
        sweep_at(MONDAY + 2 * HOUR)
        raise RuntimeError("the power fails")
    assert (lines(desk), told(desk)) == ([], [])
    sweep_at(MONDAY + 2 * HOUR)
    assert (lines(desk), told(desk)) == ([("percent", 50)], ["sla.breached first_reply"])


def test_a_step_does_not_come_again_when_the_policy_is_changed_or_reckoned_anew(desk: Desk) -> None:
    made = policy(desk.organization, targets={"first_reply": 60})
    kept = step(made, "percent", 50, HIGH)
    with held_at(MONDAY):
        item = desk.mail("first")
    sweep_at(MONDAY + 40 * MINUTE)
    with held_at(MONDAY + 41 * MINUTE):
        same = {"id": str(kept.pk), "when": "percent", "value": 50, "actions": HIGH}
        target = {"clock": "first_reply", "seconds": 7200}
        promises.change_sla_policy(admin(desk), made.pk, {"targets": [target], "escalations": [same]})
        run(tasks.recompute, str(desk.organization.pk), 1, False)
    assert desk.fresh(item).sla_due_at == MONDAY + 2 * HOUR
    sweep_at(MONDAY + 70 * MINUTE)
    assert lines(desk) == [("percent", 50)]


def test_a_changed_policy_reckons_what_runs_with_its_pauses_and_leaves_what_has_ended(desk: Desk) -> None:
    made = policy(desk.organization, pauses=["pending"], targets={"first_reply": 60, "resolution": 120})
    with held_at(MONDAY):
        item = desk.mail("first")
    key = desk.fresh(item).pk
    with held_at(MONDAY + 10 * MINUTE):
        actions.reply(desk.viewer, key, Draft(text="A moment."))
        actions.update(desk.viewer, key, {"status": "pending"})
    with held_at(MONDAY + 40 * MINUTE):
        actions.reopen(desk.viewer, key)
    with held_at(MONDAY + 50 * MINUTE):
        targets = [{"clock": "first_reply", "seconds": 60}, {"clock": "resolution", "seconds": 3600}]
        promises.change_sla_policy(admin(desk), made.pk, {"targets": targets})
        assert recomputing.progress(desk.organization.pk) == (0, 1)
        run(tasks.recompute, str(desk.organization.pk), 1, False)
    found = clocks(desk)
    assert found["resolution 1"].due_at == MONDAY + 90 * MINUTE
    assert (found["first_reply 1"].target_seconds, found["first_reply 1"].breached_at) == (3600, None)
    with held_at(MONDAY + 55 * MINUTE):
        run(tasks.recompute, str(desk.organization.pk), 1, True)
    assert clocks(desk)["first_reply 1"].breached_at == MONDAY + MINUTE


def test_without_any_policy_left_nothing_is_promised(desk: Desk) -> None:
    made = policy(desk.organization)
    with held_at(MONDAY):
        item = desk.mail("first")
        promises.remove_sla_policy(admin(desk), made.pk)
        run(tasks.recompute, str(desk.organization.pk), 1, False)
    assert desk.fresh(item).sla is None
    assert not SlaClock.objects.within(desk.organization).filter(is_live=True).exists()


def chat(desk: Desk, **fields: Any) -> WorkItem:
    item = desk.mail("chat")
    given = {
        "kind": "chat",
        "queue": desk.queue,
        "created_at": MONDAY,
        "queued_at": MONDAY,
        "call": "c1",
    } | fields
    return WorkItem.objects.create(organization=desk.organization, conversation=desk.fresh(item), **given)


def test_a_chat_is_answered_when_somebody_accepts_it(desk: Desk) -> None:
    policy(desk.organization, targets={"answer": 0.5})
    with held_at(MONDAY):
        work = chat(desk)
        run(tasks.follow_work, str(desk.organization.pk), str(work.conversation_id))
    work.conversation.refresh_from_db()
    assert shown(work.conversation.sla)["clock"] == "answer"
    with held_at(MONDAY + MINUTE / 3):
        work.state, work.first_accepted_at = WorkItem.State.ACTIVE, MONDAY + MINUTE / 3
        work.save()
        run(tasks.follow_work, str(desk.organization.pk), str(work.conversation_id))
    kept = clocks(desk)["answer 1"]
    assert (kept.state, kept.fulfilled_at, kept.breached_at) == ("fulfilled", MONDAY + MINUTE / 3, None)
    assert told(desk) == ["sla.met answer"]


def test_who_gives_up_is_neither_answered_nor_late(desk: Desk) -> None:
    policy(desk.organization, targets={"answer": 2})
    with held_at(MONDAY + MINUTE):
        work = chat(desk, state="abandoned", is_over=True, ended_at=MONDAY + MINUTE)
        run(tasks.follow_work, str(desk.organization.pk), str(work.conversation_id))
    kept = clocks(desk)["answer 1"]
    assert (kept.state, kept.data["outcome"], kept.breached_at) == ("cancelled", answers.ABANDONED, None)


def test_one_conversation_that_cannot_be_reckoned_stops_no_other(desk: Desk) -> None:
    policy(desk.organization, targets={"first_reply": 60})
    with held_at(MONDAY):
        bad, good = desk.mail("bad"), desk.mail("good", "dora@example.net")
    from hub.models import SlaStanding

    rows = SlaStanding.objects.within(desk.organization)
    rows.filter(conversation_id=desk.fresh(bad).pk).update(state={"status": "spoilt"})
    with held_at(MONDAY + 2 * HOUR):
        sweep.sweep()
    assert shown(desk.fresh(good).sla)["state"] == "breached"
    spoilt = clocks(desk)
    timers = SlaClock.objects.within(desk.organization).get(conversation_id=desk.fresh(bad).pk)
    assert timers.timer_at == MONDAY + 2 * HOUR + MINUTE
    assert spoilt
