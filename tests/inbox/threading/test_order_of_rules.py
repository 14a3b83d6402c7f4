"""Each rule of threading, what it must not be fooled by, and which of two wins."""

from datetime import timedelta
from typing import Any

import pytest

from hub import tokens
from hub.clock import held_at, now
from hub.messages import InboundMessage, Party
from hub.models import Conversation, ConversationLink, Message
from inbox import actions
from inbox.actions import Draft
from inbox.actions.receive import Arrival, receive_all
from tests import factories
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db


def _token(item: object) -> str:
    return tokens.sign_id(tokens.REPLY, item.conversation_id)  # type: ignore[attr-defined]


def test_a_signed_token_wins_over_references(desk: Desk) -> None:
    first, other = desk.mail("m1"), desk.mail("m2")
    answer = desk.answer("m3", "m2", reply_token=_token(first))
    assert answer.conversation_id == first.conversation_id != other.conversation_id
    assert "signed id" in desk.why(answer)
    to = (Party("email", f"support+{_token(first)}@acme.test"),)
    assert "reply address" in desk.why(desk.answer("m4", "m2", reply_token=_token(first), to=to))


def test_whoever_holds_a_token_takes_part(desk: Desk) -> None:
    first = desk.mail("m1")
    theirs = desk.mail("m2", sender="dan@example.net", reply_token=_token(first))
    assert theirs.conversation_id == first.conversation_id
    assert desk.answer("m3", "m1", sender="dan@example.net").conversation_id == first.conversation_id


def test_references_win_over_a_marker_and_a_marker_over_a_number(desk: Desk) -> None:
    one, two, three = desk.mail("m1"), desk.mail("m2"), desk.mail("m3")
    number = f"[#{three.conversation.number}] Hello"
    assert desk.answer("m4", "m1", marker_token=_token(two)).conversation_id == one.conversation_id
    marked = desk.mail("m5", marker_token=_token(two), subject=number)
    assert marked.conversation_id == two.conversation_id and "mark" in desk.why(marked)


def test_a_number_in_the_subject_counts_for_those_who_take_part(desk: Desk) -> None:
    first = desk.mail("m1", subject="Late")
    subject = f"AW: [#{first.conversation.number}] Late"
    assert desk.mail("m2", subject=subject).conversation_id == first.conversation_id
    stranger = desk.mail("m3", sender="mallory@example.net", subject=subject)
    assert stranger.conversation_id != first.conversation_id


def test_a_subject_counts_where_the_channel_wants_it_for_a_week() -> None:
    plain, desk = Desk.open(), Desk.open("Globex", thread_by_subject=True)
    apart = [plain.mail("m1", subject="Late"), plain.mail("m2", subject="Re: Late")]
    assert apart[0].conversation_id != apart[1].conversation_id
    first = desk.mail("m1", subject="Late parcel")
    assert desk.mail("m2", subject="RE: AW: Sv: late  PARCEL").conversation_id == first.conversation_id
    other = desk.mail("m3", sender="dan@example.net", subject="Late parcel")
    assert other.conversation_id != first.conversation_id
    assert desk.mail("m4", subject="Another").conversation_id != first.conversation_id
    with held_at(now() + timedelta(days=8)):
        assert desk.mail("m5", subject="Re: Late parcel").conversation_id != first.conversation_id


def test_an_answer_to_another_channel_begins_a_linked_conversation(desk: Desk) -> None:
    sales = factories.channel(desk.organization, address="sales@acme.test")
    first = desk.mail("m1")
    there = desk.answer("m2", "m1", channel=sales)
    assert there.conversation_id != first.conversation_id
    link = ConversationLink.objects.within(desk.organization).get()
    assert (link.conversation_id, link.other_id, link.kind) == (
        there.conversation_id,
        first.conversation_id,
        "continues",
    )
    again = desk.answer("m3", "m1", channel=sales)
    assert again.conversation_id == there.conversation_id, "the second goes on where the first went"


def test_a_strangers_conversation_is_linked_and_goes_on(desk: Desk) -> None:
    first = desk.mail("m1")
    stranger = desk.answer("m2", "m1", sender="mallory@example.net")
    assert "takes no part" in desk.why(stranger)
    link = ConversationLink.objects.within(desk.organization).get()
    assert link.other_id == first.conversation_id
    assert desk.answer("m3", "m1", sender="mallory@example.net").conversation_id == stranger.conversation_id


def test_those_in_to_and_cc_take_part_and_we_do_not(desk: Desk) -> None:
    ours = Party("email", f"support+{'a' * 39}@{desk.organization.slug}.test")
    factories.channel(desk.organization, address="sales@acme.test")
    first = desk.mail(
        "m1",
        to=(ours, Party("email", "erin@example.net")),
        cc=(Party("email", "finn@example.net"), Party("email", "sales@acme.test")),
    )
    assert desk.answer("m2", "m1", sender="erin@example.net").conversation_id == first.conversation_id
    assert desk.answer("m3", "m1", sender="finn@example.net").conversation_id == first.conversation_id
    people = first.conversation.participants.values_list("identity__value", flat=True)
    assert sorted(people) == ["carla@example.net", "erin@example.net", "finn@example.net"]


def test_what_is_closed_goes_on_in_a_conversation_of_its_own_and_what_is_resolved_reopens(desk: Desk) -> None:
    first = desk.mail("m1")
    actions.resolve(desk.viewer, first.conversation_id)
    assert desk.answer("m2", "m1").conversation_id == first.conversation_id
    actions.update(desk.viewer, first.conversation_id, {"status": "closed"})
    later = desk.mail("m3", reply_token=_token(first))
    assert later.conversation_id != first.conversation_id and "has ended" in desk.why(later)
    assert desk.answer("m4", "m2").conversation_id == later.conversation_id
    machine = desk.answer("m5", "m1", automatic=True)
    assert machine.conversation_id == first.conversation_id
    assert desk.fresh(first).status == "closed"


def test_reopen_days_let_what_was_resolved_long_ago_rest() -> None:
    desk = Desk.open(reopen_days=30)
    first = desk.mail("m1")
    actions.resolve(desk.viewer, first.conversation_id)
    with held_at(now() + timedelta(days=20)):
        assert desk.answer("m2", "m1").conversation_id == first.conversation_id
        actions.resolve(desk.viewer, first.conversation_id)
    with held_at(now() + timedelta(days=60)):
        assert desk.answer("m3", "m1").conversation_id != first.conversation_id


def test_one_mail_to_two_of_our_channels_is_shown_once(desk: Desk) -> None:
    sales = factories.channel(desk.organization, address="sales@acme.test", name="Sales")
    first = desk.mail("m1")
    assert desk.mail("m1", channel=sales) == first
    assert desk.mail("m1", channel=sales) == first
    conversation = desk.fresh(first)
    assert conversation.channel_ids == [str(desk.channel.pk), str(sales.pk)]
    assert desk.why(first).count("also came by Sales") == 1
    assert desk.answer("m2", "m1", channel=sales).conversation_id == conversation.pk
    other = desk.mail("m3", channel=sales, reference="<m1@example.net>")
    assert other.pk != first.pk, "the same Message-ID over other content is another mail"


def test_our_own_mail_that_comes_back_is_the_mail_that_we_sent(desk: Desk) -> None:
    first = desk.mail("m1")
    sent = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    Message.objects.within(desk.organization).filter(pk=sent.pk).update(reference="<ours@acme.test>")
    back = desk.mail("x1", sender="list@example.org", reference="<ours@acme.test>")
    assert back.pk == sent.pk
    assert Conversation.objects.within(desk.organization).count() == 1


def test_a_report_about_our_message_goes_to_its_conversation(desk: Desk) -> None:
    first = desk.mail("m1")
    sent = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    Message.objects.within(desk.organization).filter(pk=sent.pk).update(reference="<ours@acme.test>")
    actions.resolve(desk.viewer, first.conversation_id)
    daemon: dict[str, Any] = {"sender": "mailer-daemon@example.net", "automatic": True}
    report = desk.mail("b1", reports_on=("<ours@acme.test>",), **daemon)
    assert report.conversation_id == first.conversation_id and report.message.is_automatic
    assert desk.fresh(first).status == "resolved"
    forged = desk.mail("b2", reports_on=("<m1@example.net>",), **daemon)
    assert forged.conversation_id != first.conversation_id, "only what we sent can be reported about"


def test_nothing_leads_into_another_organization(desk: Desk) -> None:
    globex = Desk.open("Globex")
    theirs = globex.mail("m1", subject="Secret")
    number = theirs.conversation.number
    attacks = [
        desk.mail("a1", reply_token=_token(theirs)),
        desk.mail("a2", marker_token=_token(theirs)),
        desk.answer("a3", "m1"),
        desk.mail("a4", subject=f"[#{number + 50}] Secret"),
        desk.mail("a5", reports_on=("<m1@example.net>",), automatic=True),
    ]
    assert {item.organization_id for item in attacks} == {desk.organization.pk}
    assert not {item.conversation_id for item in attacks} & {theirs.conversation_id}
    assert desk.mail("m1").pk != theirs.pk
    assert not ConversationLink.objects.within(desk.organization).exists()


def test_a_merged_conversations_token_leads_to_what_it_became(desk: Desk) -> None:
    one, two = desk.mail("m1"), desk.mail("m2")
    token = _token(one)
    actions.merge(desk.viewer, one.conversation_id, two.conversation_id)
    assert desk.mail("m3", reply_token=token).conversation_id == two.conversation_id
    assert desk.answer("m4", "m1").conversation_id == two.conversation_id


def test_a_mail_of_a_reused_id_goes_where_its_sender_takes_part(desk: Desk) -> None:
    mine, theirs = desk.mail("m1"), desk.mail("x1", sender="dan@example.net", reference="<m1@example.net>")
    assert mine.conversation_id != theirs.conversation_id
    assert desk.answer("m2", "m1").conversation_id == mine.conversation_id
    assert desk.answer("x2", "m1", sender="dan@example.net").conversation_id == theirs.conversation_id


def test_a_late_parent_joins_its_answer_and_a_strangers_does_not(desk: Desk) -> None:
    child = desk.answer("m2", "m1")
    assert desk.mail("m1", sender="mallory@example.net").conversation_id != child.conversation_id
    assert desk.mail("m0", reference="<m1@example.net>").conversation_id == child.conversation_id


def test_a_late_mail_brings_two_beginnings_of_one_thread_together(desk: Desk) -> None:
    root, leaf = desk.answer("m2", "m1"), desk.answer("m4", "m3")
    middle = desk.answer("m3", "m2", "m1")
    assert middle.conversation_id == root.conversation_id
    assert desk.fresh(leaf).pk == root.conversation_id
    assert desk.counters()["open"] == 1
    assert "conversation.merged" in desk.events()


def test_what_an_agent_has_taken_up_is_not_merged_by_a_late_mail(desk: Desk) -> None:
    root, leaf = desk.answer("m2", "m1"), desk.answer("m4", "m3")
    for item in (root, leaf):
        actions.reply(desk.viewer, item.conversation_id, Draft(text="I look after it."))
    desk.answer("m3", "m2", "m1")
    assert desk.fresh(leaf).pk == leaf.conversation_id != root.conversation_id


def test_two_first_messages_of_a_thread_in_one_batch_are_one_conversation(desk: Desk) -> None:
    party = Party("email", "carla@example.net")
    said = [InboundMessage(key, party, text=key, thread_key="t1") for key in ("a", "b")]
    first, second = receive_all([Arrival(desk.channel, message) for message in said])
    assert first.conversation_id == second.conversation_id
    later = actions.receive(desk.channel, InboundMessage("c", party, text="c", thread_key="t1"))
    assert later.conversation_id == first.conversation_id
