"""The two verbs that matter most, through the door that everyone uses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import tokens
from hub.jobs.worker import run_until_idle
from hub.messages import Fold
from hub.models import Conversation, Delivery, Event, Message, Participant
from inbox import actions
from inbox.actions import Draft, NewConversation
from inbox.errors import Conflict, Invalid, NotFound
from tests import factories
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db


def test_a_first_message_opens_a_numbered_conversation(desk: Desk) -> None:
    first, second = desk.mail("m1", subject="Late parcel"), desk.mail("m2", sender="dan@example.net")
    conversation = Conversation.objects.within(desk.organization).get(pk=first.conversation_id)
    assert (conversation.number, conversation.status, conversation.subject) == (1, "new", "Late parcel")
    assert conversation.queue == desk.queue and conversation.waiting_since is not None
    assert second.conversation.number == 2
    assert desk.counters() == {"open": 2, "unassigned": 2, "queue": 2}
    assert desk.events() == ["conversation.created", "message.created", "work.updated"] * 2


def test_the_list_shows_what_was_written_now_and_not_the_quote(desk: Desk) -> None:
    text = "Tuesday suits me.\n\nOn Monday you wrote:\n> Which day?\n"
    first = desk.mail("m1", text=text, folds=(Fold(19, len(text), "quote"),))
    all_quoted = desk.mail("m2", text="> Which day?", folds=(Fold(0, 12, "quote"),))
    assert first.conversation.preview == "Tuesday suits me."
    assert all_quoted.conversation.preview == "> Which day?"


def test_receiving_the_same_message_again_changes_nothing(desk: Desk) -> None:
    first = desk.mail("m1")
    before = desk.events(), desk.counters()
    assert desk.mail("m1") == first
    assert (desk.events(), desk.counters()) == before
    assert Message.objects.within(desk.organization).count() == 1


def test_an_answer_finds_its_conversation_by_reference(desk: Desk) -> None:
    first = desk.mail("m1")
    answer = desk.mail("m2", in_reply_to=("<unknown@x>", "<m1@example.net>"))
    assert answer.conversation_id == first.conversation_id and answer.seq == 2


def test_a_stranger_who_quotes_a_reference_gets_a_conversation_of_their_own(desk: Desk) -> None:
    first = desk.mail("m1")
    stranger = desk.mail("m2", sender="mallory@example.net", in_reply_to=("<m1@example.net>",))
    assert stranger.conversation_id != first.conversation_id
    assert "takes no part" in stranger.message.decisions[0]["reason"]


def test_a_signed_token_leads_home_and_a_forged_one_does_not(desk: Desk) -> None:
    first = desk.mail("m1")
    token = tokens.sign_id(tokens.REPLY, first.conversation_id)
    assert desk.mail("m2", reply_token=token).conversation_id == first.conversation_id
    assert desk.mail("m3", reply_token=token[::-1]).conversation_id != first.conversation_id


def test_a_token_of_another_organization_opens_nothing_there(desk: Desk) -> None:
    other = factories.organization("Globex")
    theirs = factories.conversation(other)
    mine = desk.mail("m1", reply_token=tokens.sign_id(tokens.REPLY, theirs.pk))
    assert mine.conversation_id != theirs.pk
    assert mine.organization_id == desk.organization.pk


def test_a_customers_answer_opens_what_was_resolved_and_automatic_mail_does_not(desk: Desk) -> None:
    first = desk.mail("m1")
    actions.resolve(desk.viewer, first.conversation_id)
    desk.mail("m2", in_reply_to=("<m1@example.net>",), automatic=True)
    first.conversation.refresh_from_db()
    assert first.conversation.status == "resolved"
    desk.mail("m3", in_reply_to=("<m1@example.net>",))
    first.conversation.refresh_from_db()
    assert first.conversation.status == "open"
    assert desk.counters()["open"] == 1


def test_a_reply_is_queued_once_and_claims_the_conversation(desk: Desk) -> None:
    first = desk.mail("m1")
    draft = Draft(text="It is on its way.", client_id="browser-1")
    item = actions.reply(desk.viewer, first.conversation_id, draft)
    assert actions.reply(desk.viewer, first.conversation_id, draft) == item
    delivery = Delivery.objects.within(desk.organization).get()
    assert (delivery.status, str(delivery.recipient)) == ("queued", "carla@example.net")
    conversation = Conversation.objects.within(desk.organization).get()
    assert conversation.assignee == desk.viewer.user and conversation.status == "open"
    assert conversation.waiting_since is None
    assert desk.counters() == {"open": 1, "unassigned": 0, "queue": 1, "mine": 1}


def test_a_queued_reply_is_sent_by_a_worker(desk: Desk) -> None:
    first = desk.mail("m1")
    actions.reply(desk.viewer, first.conversation_id, Draft(text="It is on its way."))
    run_until_idle()
    delivery = Delivery.objects.within(desk.organization).get()
    assert (delivery.status, delivery.via) == ("sent", "local")
    assert [attempt.outcome for attempt in delivery.attempts.all()] == ["sent"]
    assert desk.events()[-2:] == ["delivery.updated", "delivery.updated"]


def test_nobody_answers_blind(desk: Desk) -> None:
    first = desk.mail("m1")
    desk.mail("m2", in_reply_to=("<m1@example.net>",))
    with pytest.raises(Conflict) as caught:
        actions.reply(desk.viewer, first.conversation_id, Draft(text="Answer", seen_seq=1))
    assert caught.value.slug == "conversation-changed"
    assert [item["text"] for item in caught.value.extra["missed"]] == ["Text of m2"]
    assert Delivery.objects.within(desk.organization).count() == 0
    actions.reply(desk.viewer, first.conversation_id, Draft(text="Answer", seen_seq=1, force=True))
    assert Delivery.objects.within(desk.organization).count() == 1


def test_own_items_do_not_count_as_missed(desk: Desk) -> None:
    first = desk.mail("m1")
    actions.reply(desk.viewer, first.conversation_id, Draft(text="One", seen_seq=1))
    actions.note(desk.viewer, first.conversation_id, "Two")
    actions.reply(desk.viewer, first.conversation_id, Draft(text="Three", seen_seq=1))


def test_an_empty_reply_and_foreign_ids_are_refused(desk: Desk) -> None:
    first = desk.mail("m1")
    elsewhere = factories.organization("Globex")
    with pytest.raises(Invalid, match="Write something"):
        actions.reply(desk.viewer, first.conversation_id, Draft(text="  \n"))
    with pytest.raises(NotFound):
        actions.reply(desk.viewer, factories.conversation(elsewhere).pk, Draft(text="Hello"))
    with pytest.raises(NotFound):
        channel_id = factories.channel(elsewhere).pk
        actions.reply(desk.viewer, first.conversation_id, Draft(text="Hello", channel_id=channel_id))
    with pytest.raises(NotFound):
        actions.reply(desk.viewer, first.conversation_id, Draft(text="Hello", attachment_ids=["no id"]))
    with pytest.raises(NotFound):
        foreign = factories.agent(elsewhere)
        actions.assign(desk.viewer, first.conversation_id, assignee_id=foreign.pk)
    assert desk.counters()["unassigned"] == 1


def test_a_note_has_no_delivery_and_no_channel(desk: Desk) -> None:
    first = desk.mail("m1")
    item = actions.note(desk.viewer, first.conversation_id, "Asked the carrier.")
    run_until_idle()
    assert item.kind == "note" and not hasattr(item, "message")
    assert Delivery.objects.within(desk.organization).count() == 0
    first.conversation.refresh_from_db()
    assert first.conversation.preview == "Text of m1"


def test_an_agent_writes_first(desk: Desk) -> None:
    new = NewConversation(
        channel_id=desk.channel.pk, to="Erin@Example.net", subject="Recall", text="Please stop."
    )
    conversation = actions.start(desk.viewer, new)
    delivery = Delivery.objects.within(desk.organization).get()
    assert str(delivery.recipient.value) == "erin@example.net"
    assert conversation.assignee == desk.viewer.user and conversation.status == "open"
    roles = Participant.objects.filter(conversation=conversation).values_list("role", flat=True)
    assert sorted(roles) == ["agent", "requester"]
    with pytest.raises(Invalid, match="no address"):
        actions.start(
            desk.viewer, NewConversation(channel_id=desk.channel.pk, to="not an address", text="Hi")
        )


def test_counters_follow_every_move(desk: Desk) -> None:
    from datetime import timedelta

    from hub.clock import now

    first = desk.mail("m1")
    move = first.conversation_id
    actions.assign(desk.viewer, move, assignee_id=desk.viewer.user.pk)
    assert desk.counters() == {"open": 1, "unassigned": 0, "queue": 1, "mine": 1}
    actions.snooze(desk.viewer, move, now() + timedelta(hours=1))
    assert desk.counters() == {"open": 0, "unassigned": 0, "queue": 0, "mine": 0, "snoozed": 1}
    actions.reopen(desk.viewer, move)
    actions.assign(desk.viewer, move, assignee_id=None, queue_id=None)
    assert desk.counters() == {"open": 1, "unassigned": 1, "queue": 0, "mine": 0, "snoozed": 0}
    actions.resolve(desk.viewer, move)
    assert set(desk.counters().values()) == {0}


def test_the_path_in_costs_a_fixed_number_of_queries(desk: Desk) -> None:
    desk.mail("m1")
    with CaptureQueriesContext(
        connection,
    ) as known:
        desk.mail("m2", in_reply_to=("<m1@example.net>",))
    for number in range(3, 12):
        desk.mail(f"m{number}", in_reply_to=("<m1@example.net>",))
    with CaptureQueriesContext(connection) as later:
        desk.mail("m12", in_reply_to=("<m11@example.net>",))
    assert len(later) <= len(known) <= 22


def test_events_are_numbered_without_a_gap(desk: Desk) -> None:
    for number in range(5):
        item = desk.mail(f"m{number}")
        actions.assign(desk.viewer, item.conversation_id, assignee_id=desk.viewer.user.pk)
    seqs = list(Event.objects.within(desk.organization).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
