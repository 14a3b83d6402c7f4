"""To whom answers, forwarded mail and first messages go."""

from typing import Any

import pytest

from hub import tokens
from hub.messages import InboundMessage, Party
from hub.models import Attachment, Delivery, Message, Participant, Signature, TimelineItem
from inbox import actions, outgoing
from inbox.actions import Draft, Forward, NewConversation
from inbox.actions.receive import StoredFile, receive
from inbox.errors import Invalid, NotFound
from tests import factories
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db


def _ours(desk: Desk) -> Party:
    return Party("email", desk.channel.address, name="Support")


def _lists(item: TimelineItem) -> dict[str, list[str]]:
    message = item.message
    return {field: [entry["address"] for entry in getattr(message, field)] for field in ("to", "cc", "bcc")}


def _asked(desk: Desk, **fields: Any) -> TimelineItem:
    """A mail to us and to Erin, Finn in copy."""
    parties = {"to": (_ours(desk), Party("email", "erin@example.net", "Erin"))}
    return desk.mail("m1", **(parties | {"cc": (Party("email", "finn@example.net"),)} | fields))


def test_an_answer_goes_to_everybody_but_us(desk: Desk) -> None:
    factories.channel(desk.organization, address="sales@acme.test")
    first = _asked(desk, cc=(Party("email", "finn@example.net"), Party("email", "sales@acme.test")))
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert _lists(item) == {
        "to": ["carla@example.net"],
        "cc": ["erin@example.net", "finn@example.net"],
        "bcc": [],
    }
    assert Delivery.objects.within(desk.organization).count() == 3
    again = actions.reply(desk.viewer, first.conversation_id, Draft(text="One thing more."))
    assert _lists(again) == _lists(item)


def test_named_lists_override_and_bcc_stays_hidden(desk: Desk) -> None:
    first = _asked(desk)
    item = actions.reply(
        desk.viewer,
        first.conversation_id,
        Draft(text="For you.", to=["Dan@example.net"], cc=[], bcc=["boss@example.org", "dan@example.net"]),
    )
    assert _lists(item) == {"to": ["Dan@example.net"], "cc": [], "bcc": ["boss@example.org"]}
    for delivery in Delivery.objects.filter(message=item.message):
        sent = outgoing.outbound(delivery, 1)
        assert [party.value.lower() for party in (*sent.to, *sent.cc)] == ["dan@example.net"]
    people = Participant.objects.filter(conversation=first.conversation, identity__isnull=False)
    assert "boss@example.org" not in people.values_list("identity__value", flat=True)
    assert desk.answer("m2", "m1", sender="dan@example.net").conversation_id == first.conversation_id


def test_an_answer_goes_where_the_sender_wants_it(desk: Desk) -> None:
    first = _asked(desk, reply_to=Party("email", "office@example.net", name="Office"))
    assert first.message.facts["reply_to"] == {"name": "Office", "address": "office@example.net"}
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert _lists(item)["to"] == ["office@example.net"]


def test_a_mail_that_came_by_an_unknown_name_of_ours_is_not_answered_to_ourselves(desk: Desk) -> None:
    first = desk.mail("m1", to=(Party("email", "alias@acme.test"),))
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert _lists(item) == {"to": ["carla@example.net"], "cc": [], "bcc": []}


def test_what_a_machine_wrote_does_not_change_who_is_answered(desk: Desk) -> None:
    first = desk.mail("m1")
    token = tokens.sign_id(tokens.REPLY, first.conversation_id)
    desk.mail("m2", sender="robot@example.net", automatic=True, reply_token=token)
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert _lists(item)["to"] == ["carla@example.net"]


def test_an_answer_takes_the_latest_subject(desk: Desk) -> None:
    first = desk.mail("m1", subject="Parcel")
    desk.answer("m2", "m1", subject="Parcel, now urgent")
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert item.message.subject == "Parcel, now urgent"
    assert desk.fresh(first).subject == "Parcel"


def test_too_many_and_impossible_recipients_are_refused(desk: Desk) -> None:
    first = desk.mail("m1")
    many = [f"p{number}@example.net" for number in range(51)]
    for draft, field in (
        (Draft(text="Hi", to=many), "to"),
        (Draft(text="Hi", bcc=["not an address"]), "bcc"),
        (Draft(text="Hi", to=[], cc=[]), "to"),
    ):
        with pytest.raises(Invalid) as caught:
            actions.reply(desk.viewer, first.conversation_id, draft)
        assert field in caught.value.errors
    assert not Delivery.objects.within(desk.organization).exists()


def test_a_conversation_begins_with_several(desk: Desk) -> None:
    new = NewConversation(
        channel_id=desk.channel.pk,
        to=["erin@example.net", "finn@example.net"],
        cc=["gus@example.net"],
        bcc=["boss@example.org"],
        subject="Recall",
        html="<p>Please <b>stop</b>.</p>",
    )
    conversation = actions.start(desk.viewer, new)
    item = TimelineItem.objects.filter(conversation=conversation, kind="message").get()
    assert _lists(item)["to"] == ["erin@example.net", "finn@example.net"]
    assert "<b>stop</b>" in item.message.html and "stop" in item.message.text
    people = Participant.objects.filter(conversation=conversation)
    assert sorted(people.values_list("role", flat=True)) == ["agent", "cc", "cc", "requester"]
    assert desk.fresh(item).requester.identities.get().value == "erin@example.net"
    answer = actions.reply(desk.viewer, conversation.pk, Draft(text="And one thing more."))
    assert _lists(answer)["cc"] == ["gus@example.net"]


def test_forwarded_mail_leaves_the_customer_out_and_comes_back(desk: Desk) -> None:
    file = StoredFile("plan.pdf", "application/pdf", 3, "d" * 64, "ab/cd/" + "e" * 32)
    first = receive(desk.channel, _inbound("m1", desk), files=[file])
    actions.resolve(desk.viewer, first.conversation_id)
    what = Forward(item_id=first.pk, to=["carrier@example.org"], text="Can you look?", client_id="f1")
    item = actions.forward(desk.viewer, first.conversation_id, what)
    assert actions.forward(desk.viewer, first.conversation_id, what).pk == item.pk
    message = item.message
    assert message.subject == "Fwd: Parcel" and message.facts["forward_of"] == str(first.pk)
    assert message.text.startswith("Can you look?\n\n---------- Forwarded message ----------\nFrom: Carla <")
    assert message.text.endswith("Where is it?")
    assert [row.storage_key for row in Attachment.objects.filter(item=item)] == [file.storage_key]
    assert desk.fresh(first).status == "resolved" and desk.fresh(first).last_direction == "inbound"
    Message.objects.filter(channel=desk.channel, pk=item.pk).update(reference="<fwd@acme.test>")

    token = tokens.sign_id(tokens.REPLY, first.conversation_id)
    aside = desk.mail("c1", sender="carrier@example.org", reply_token=token, text="Lost it.")
    assert aside.conversation_id == first.conversation_id and aside.message.facts["aside"] is True
    conversation = desk.fresh(first)
    assert conversation.status == "open" and conversation.waiting_since is None

    answer = actions.reply(desk.viewer, first.conversation_id, Draft(text="We are sorry."))
    assert _lists(answer) == {"to": ["carla@example.net"], "cc": [], "bcc": []}
    sent = outgoing.outbound(Delivery.objects.get(message=answer.message), 1)
    assert "<c1@example.net>" not in sent.references and "<fwd@acme.test>" not in sent.references
    assert "Lost it" not in str(sent.quoted)
    there = actions.reply(desk.viewer, first.conversation_id, Draft(text="How?", reply_to=aside.pk))
    assert _lists(there)["to"] == ["carrier@example.org"]


def test_only_what_is_in_the_conversation_can_be_forwarded(desk: Desk) -> None:
    first, other = desk.mail("m1"), desk.mail("m2")
    note = actions.note(desk.viewer, first.conversation_id, "Internal")
    for item_id in (other.pk, note.pk, "no id"):
        with pytest.raises(NotFound):
            what = Forward(item_id=item_id, to=["carrier@example.org"])
            actions.forward(desk.viewer, first.conversation_id, what)


def test_a_signature_goes_with_the_message_and_not_into_its_text(desk: Desk) -> None:
    Signature.objects.create(organization=desk.organization, text="{{agent.name}}\nAcme")
    first = desk.mail("m1")
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert item.message.text == "On its way."
    assert item.message.facts["signature"]["text"] == f"{desk.viewer.user}\nAcme"


def test_the_same_note_twice_is_one_note(desk: Desk) -> None:
    first, other = desk.mail("m1"), desk.mail("m2")
    note = actions.note(desk.viewer, first.conversation_id, "Asked.", client_id="n1")
    assert actions.note(desk.viewer, first.conversation_id, "Asked.", client_id="n1").pk == note.pk
    with pytest.raises(Invalid):
        actions.note(desk.viewer, other.conversation_id, "Asked.", client_id="n1")


def test_a_held_message_can_be_taken_back() -> None:
    desk = Desk.open(hold_seconds=60)
    first = desk.mail("m1")
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="Oops."))
    delivery = Delivery.objects.get(message=item.message)
    assert delivery.status == "queued"
    assert actions.cancel_delivery(desk.viewer, delivery.pk).status == "canceled"


def _inbound(key: str, desk: Desk) -> Any:
    return InboundMessage(
        external_id=key,
        sender=Party("email", "carla@example.net", name="Carla"),
        reference=f"<{key}@example.net>",
        to=(_ours(desk),),
        subject="Re: Parcel",
        text="Where is it?",
    )
