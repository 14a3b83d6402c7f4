"""Rules on events: in their order, once on each cause, never because of themselves."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.models import (
    ConversationLabel,
    Delivery,
    Event,
    Membership,
    Message,
    Note,
    RuleRun,
    TimelineItem,
)
from inbox import actions
from inbox.actions import Draft
from inbox.actions.receive import Arrival, receive_all
from tests import factories
from tests.inbox.actions.test_recipients import _inbound
from tests.inbox.desk import Desk
from tests.inbox.rules.desk import having, lines, log, rule, runs

pytestmark = pytest.mark.django_db

LABEL: dict[str, Any] = {"do": "add_labels", "labels": ["seen"]}


def _labels(desk: Desk) -> list[str]:
    rows = ConversationLabel.objects.within(desk.organization)
    return sorted(rows.values_list("label__name", flat=True))


def test_a_rule_acts_on_what_comes_and_the_timeline_says_so(desk: Desk) -> None:
    conditions = having(("message.text", "contains", "refund"), ("contact.domain", "is", "example.net"))
    rule(desk, "Refunds first", conditions=conditions, actions=[{"do": "set_priority", "priority": "urgent"}])
    first = desk.mail("m1", text="I want a REFUND.")
    assert [run.error for run in log(desk)] == [""]
    assert desk.fresh(first).priority == "urgent"
    assert lines(desk) == [("priority_changed", "Refunds first")]
    (run,) = log(desk)
    assert run.has_acted
    assert [line["text"] for line in run.why] == [
        "Text of the message contains “refund”",
        "Domain of the customer's address is “example.net”",
    ]
    assert run.did == [{"do": "set_priority", "text": "set the priority to urgent", "changed": True}]
    created = Event.objects.within(desk.organization).filter(name="conversation.updated").get()
    assert created.actor == {"type": "rule", "id": str(run.rule_id), "name": "Refunds first"}
    desk.mail("m2", text="All is well.", sender="dan@example.net")
    assert len(log(desk)) == 1


def test_every_sort_of_deed_is_done_by_the_verbs(desk: Desk) -> None:
    team, queue = factories.team(desk.organization, desk.viewer.user), factories.queue(desk.organization)
    rule(
        desk,
        "Everything",
        actions=[
            {"do": "assign_agent", "agent_id": str(desk.viewer.user.pk)},
            {"do": "assign_team", "team_id": str(team.pk)},
            {"do": "assign_queue", "queue_id": str(queue.pk)},
            {"do": "set_custom", "key": "tier", "value": "gold"},
            {"do": "add_labels", "labels": ["vip", "seen"]},
            {"do": "remove_labels", "labels": ["seen"]},
            {"do": "add_note", "text": "Of {{contact.name}}"},
            {
                "do": "notify",
                "agent_ids": [str(desk.viewer.user.pk)],
                "text": "Look at #{{conversation.number}}",
            },
            {"do": "reply", "text": "Dear {{contact.name}}, #{{conversation.number}} is in good hands."},
            {"do": "set_status", "status": "pending"},
        ],
    )
    conversation = desk.fresh(desk.mail("m1"))
    assert (conversation.assignee, conversation.team, conversation.queue) == (desk.viewer.user, team, queue)
    assert (conversation.status, conversation.custom) == ("pending", {"tier": "gold"})
    assert _labels(desk) == ["vip"]
    notes = list(Note.objects.within(desk.organization).order_by("item_id"))
    assert [note.text for note in notes] == [
        "Everything: Of Carla",
        f"Everything: Look at #{conversation.number}",
    ]
    assert notes[1].mentions == [str(desk.viewer.user.pk)]
    answer = Message.objects.within(desk.organization).get(is_automatic=True)
    assert answer.text == f"Dear Carla, #{conversation.number} is in good hands."
    assert Delivery.objects.get(message=answer).status == "queued"
    (run,) = log(desk)
    assert (run.error, len(run.did)) == ("", 10)
    labelled = Event.objects.within(desk.organization).filter(name="conversation.created").get()
    assert labelled.data["conversation"]["labels"] == ["vip"]
    assert {name for _, name in lines(desk)} == {"Everything"}


def test_rules_act_in_their_order_and_each_sees_what_the_others_did(desk: Desk) -> None:
    rule(desk, "Second", position=1_002, conditions=having(("conversation.labels", "contains", "seen")))
    rule(desk, "First", position=1_001, actions=[LABEL])
    assert desk.fresh(desk.mail("m1")).priority == "urgent"
    assert runs(desk) == ["First", "Second"]


def test_a_rule_that_stops_keeps_the_others_from_acting(desk: Desk) -> None:
    rule(desk, "Created", on=["conversation.created"], actions=[LABEL], stops_others=True)
    rule(desk, "Received")
    rule(desk, "Updated", on=["conversation.updated"])
    assert desk.fresh(desk.mail("m1")).priority == "normal"
    assert runs(desk) == ["Created"]
    desk.answer("m2", "m1")
    assert runs(desk) == ["Created", "Received", "Updated"], "another message is another cause"


def test_one_arrival_is_one_cause_whatever_is_announced_of_it(desk: Desk) -> None:
    note = [{"do": "add_note", "text": "Seen"}]
    rule(
        desk,
        "Both",
        on=["conversation.created", "message.created", "conversation.status_changed"],
        actions=note,
    )
    first = desk.mail("m1")
    actions.resolve(desk.viewer, first.conversation_id)
    desk.answer("m2", "m1")
    assert runs(desk) == ["Both"] * 3, "the arrival, the agent's act, the answer that reopened"


def test_a_rule_is_not_set_off_by_itself_nor_two_by_one_another_for_ever(desk: Desk) -> None:
    note = [{"do": "add_note", "text": "Again"}]
    rule(desk, "Ping", on=["message.received", "note.created"], actions=note)
    rule(desk, "Pong", on=["note.created"], actions=note)
    desk.mail("m1")
    assert runs(desk) == ["Ping", "Pong"]


def test_a_chain_of_rules_ends_after_ten(desk: Desk) -> None:
    for number in range(12):
        trigger = having(("conversation.custom.step", "is", number)) if number else {}
        rule(
            desk,
            f"Step {number}",
            on=["conversation.updated" if number else "message.received"],
            conditions=trigger,
            position=100 - number,
            actions=[{"do": "set_custom", "key": "step", "value": number + 1}],
        )
    assert desk.fresh(desk.mail("m1")).custom == {"step": 10}
    last = log(desk)[-1]
    assert (last.rule.name, last.has_acted) == ("Step 10", False)
    assert last.error == "Stopped: 10 rules had already set one another off."


def test_what_fails_is_told_and_neither_the_mail_nor_the_rest_fails(desk: Desk) -> None:
    gone = factories.agent(desk.organization, "Gone")
    rule(
        desk,
        actions=[
            {"do": "assign_agent", "agent_id": str(gone.pk)},
            {"do": "set_priority"},
            {"do": "fly"},
            "what",
            LABEL,
        ],
    )
    Membership.objects.within(desk.organization).filter(user=gone).update(is_active=False)
    assert desk.fresh(desk.mail("m1")).assignee is None
    (run,) = log(desk)
    assert run.error == (
        "Assign to an agent: There is no such agent here. "
        "Set the priority: something is missing. "
        "Nobody knows how to do “fly”. Nobody knows how to do “what”."
    )
    assert _labels(desk) == ["seen"]


def test_spoilt_rules_do_nothing(desk: Desk) -> None:
    trigger: Any
    for trigger in (
        {"on": "message.received"},
        {"on": [7, None]},
        {"on": []},
        {"on": None},
        [],
        {"after": "x"},
    ):
        rule(desk, trigger=trigger)
    rule(desk, conditions={"all": [{"field": "moon.phase", "op": "is", "value": "full"}]})
    rule(desk, conditions=[])
    rule(desk, is_active=False)
    desk.mail("m1")
    assert log(desk) == []


def test_automatic_mail_is_never_answered_but_may_be_put_in_order(desk: Desk) -> None:
    answer = {"do": "reply", "text": "We have it."}
    rule(desk, "Machines", conditions=having(("message.automatic", "is", True)), actions=[LABEL, answer])
    desk.mail("m1", automatic=True)
    (run,) = log(desk)
    assert _labels(desk) == ["seen"]
    assert run.did[1]["changed"] is False
    assert "written by a machine" in run.did[1]["text"]
    assert not Delivery.objects.within(desk.organization).exists()


def test_answers_of_rules_are_rationed_also_within_one_batch(desk: Desk) -> None:
    rule(desk, "One", actions=[{"do": "reply", "text": "One"}])
    rule(desk, "Two", actions=[{"do": "reply", "text": "Two"}])
    arrivals = [Arrival(desk.channel, _inbound(f"m{number}", desk)) for number in range(4)]
    receive_all(arrivals)
    sent = Message.objects.within(desk.organization).filter(is_automatic=True)
    assert [message.text for message in sent.order_by("item_id")] == ["One", "One"]
    assert desk.fresh(desk.mail("m9")).last_direction == "inbound", "nobody was answered by it"


def test_an_acknowledgement_does_not_come_on_top(desk: Desk) -> None:
    desk.channel.config = {"acknowledge": {"enabled": True}}
    desk.channel.save()
    rule(desk, actions=[{"do": "reply", "text": "By rule"}])
    desk.mail("m1")
    sent = Message.objects.within(desk.organization).filter(is_automatic=True)
    assert [message.text for message in sent] == ["By rule"]


def test_rules_on_our_answers_and_on_the_status(desk: Desk) -> None:
    rule(desk, "Answered", on=["message.sent"], actions=[LABEL])
    rule(
        desk,
        "Resolved",
        on=["conversation.status_changed"],
        conditions=having(("conversation.status", "is", "resolved"), ("message.text", "contains", "text of")),
        actions=[{"do": "set_custom", "key": "done", "value": True}],
    )
    first = desk.mail("m1")
    actions.reply(desk.viewer, first.conversation_id, Draft(text="Text of ours"))
    actions.resolve(desk.viewer, first.conversation_id)
    assert runs(desk) == ["Answered", "Resolved"]
    line = (
        TimelineItem.objects.within(desk.organization)
        .filter(kind="event", event__name="custom_changed")
        .get()
    )
    assert line.author_user is None, "the agent resolved it, the rule set the field"


def test_history_sets_nothing_off(desk: Desk) -> None:
    rule(desk, on=["message.created", "conversation.created"])
    receive_all([Arrival(desk.channel, _inbound("m1", desk), is_history=True)])
    assert log(desk) == []


def test_rules_of_others_do_not_act_here(desk: Desk) -> None:
    rule(Desk.open("Other"))
    desk.mail("m1")
    assert not RuleRun.objects.within(desk.organization).exists()


def _statements(desk: Desk, messages: int, prefix: str) -> int:
    arrivals = [Arrival(desk.channel, _inbound(f"{prefix}{number}", desk)) for number in range(messages)]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        receive_all(arrivals)
    return len([query for query in captured if "hub_rule" in query["sql"]])


def test_without_rules_a_batch_costs_one_statement_more(desk: Desk) -> None:
    desk.mail("m0")
    assert _statements(desk, 5, "a") == 1
