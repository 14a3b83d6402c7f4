"""Messages that are changed, taken back or reacted to, and what came before what it is about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.clock import now
from hub.messages import InboundDeletion, InboundEdit, InboundMessage, InboundReaction, Party
from hub.models import Conversation, Delivery, DeliveryStatus, Event, Message, TimelineItem
from inbox import actions, payloads, search
from inbox.actions import amending, reactions
from inbox.errors import Conflict
from tests import factories
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db

ANA = Party("email", "carla@example.net", name="Carla")


def shown(item: TimelineItem) -> payloads.Shape:
    rows = TimelineItem.objects.within(item.organization_id).select_related(*payloads.ITEM_RELATIONS)
    return payloads.item(rows.get(pk=item.pk))


def found(desk: Desk, words: str) -> int:
    rows = Conversation.objects.within(desk.organization)
    return search.conversations(rows, desk.organization.pk, words).count()


def test_an_edit_changes_words_preview_and_search_and_wakes_nobody(desk: Desk) -> None:
    item = desk.mail("one", text="Where is my parcle?")
    actions.resolve(desk.viewer, item.conversation_id)
    amending.edit(desk.channel, InboundEdit("one", "Where is my parcel?", edited_at=now()))
    conversation = desk.fresh(item)
    assert (conversation.preview, conversation.status) == ("Where is my parcel?", "resolved")
    assert (found(desk, "parcel"), found(desk, "parcle")) == (1, 0)
    assert desk.events()[-1] == "message.updated"


def test_an_older_edit_that_comes_late_changes_nothing(desk: Desk) -> None:
    item = desk.mail("one", text="first")
    moment = now()
    amending.edit(desk.channel, InboundEdit("one", "third", edited_at=moment))
    amending.edit(desk.channel, InboundEdit("one", "second", edited_at=moment - timedelta(minutes=1)))
    assert shown(item)["text"] == "third"
    assert [edit["text"] for edit in shown(item)["edits"]] == ["first"]


def test_what_was_taken_back_is_neither_shown_nor_found(desk: Desk) -> None:
    item = desk.mail("one", text="A secret word: xylophone")
    for _ in range(2):
        amending.delete(desk.channel, InboundDeletion("one"))
    amending.edit(desk.channel, InboundEdit("one", "xylophone again", edited_at=now() + timedelta(hours=1)))
    shape = shown(item)
    assert (shape["text"], shape["html"], shape["edits"]) == ("", None, []) and shape["deleted_at"]
    assert found(desk, "xylophone") == 0 and desk.fresh(item).preview == ""
    assert desk.events().count("message.deleted") == 1
    event = Event.objects.within(desk.organization).get(name="message.deleted")
    assert "xylophone" not in str(event.data)
    assert "xylophone" in Message.objects.within(desk.organization).get(pk=item.pk).text


def test_reactions_of_several_people_in_any_order(desk: Desk) -> None:
    item = desk.mail("one")
    start = now()

    def react(emoji: str, seconds: int, **more: object) -> None:
        sender = Party("email", str(more.pop("sender", ANA.value)))
        at = start + timedelta(seconds=seconds)
        reactions.react(desk.channel, InboundReaction("one", sender, emoji, reacted_at=at, **more))  # type: ignore[arg-type]

    def standing() -> list[str]:
        return [row["emoji"] for row in shown(item)["reactions"]]

    react("👍", 1)
    react("❤️", 2)
    react("👍", 1, sender="dan@example.net")
    assert standing() == ["👍", "❤️", "👍"]
    react("👍", 5, removed=True)
    react("👍", 3)  # late: taken back since
    assert standing() == ["❤️", "👍"]
    react("😂", 6, replaces=True)
    assert standing() == ["👍", "😂"]
    react("", 7, removed=True)
    assert standing() == ["👍"]


def test_nothing_of_another_channel_can_be_amended(desk: Desk) -> None:
    item = desk.mail("one", text="Mine")
    others = [Desk.open("Globex").channel, factories.channel(desk.organization, "email")]
    for channel in others:
        assert amending.edit(channel, InboundEdit("one", "Yours", edited_at=now())) is None
        assert amending.delete(channel, InboundDeletion("one")) is None
        assert reactions.react(channel, InboundReaction("one", ANA, "👍")) is None
    assert shown(item)["text"] == "Mine"


def test_an_echo_tells_what_became_of_a_message_in_doubt(desk: Desk) -> None:
    """Sending was interrupted; the provider repeats the same words to the same person."""
    customer = desk.mail("one")
    item = actions.reply(desk.viewer, customer.conversation_id, actions.Draft(text="On its way."))
    (delivery,) = item.message.deliveries.all()
    delivery.status = DeliveryStatus.UNKNOWN
    delivery.save()
    echo = InboundMessage("sent-1", Party("email", desk.channel.address), "On its way.", echo=True, to=(ANA,))
    assert actions.receive(desk.channel, echo).pk == item.pk
    delivery.refresh_from_db()
    assert (delivery.status, delivery.provider_id) == ("sent", "sent-1")
    assert actions.receive(desk.channel, echo).pk == item.pk


def test_agents_cannot_amend_where_the_channel_cannot(desk: Desk) -> None:
    customer = desk.mail("one")
    item = actions.reply(desk.viewer, customer.conversation_id, actions.Draft(text="On its way."))
    Delivery.objects.filter(message=item.pk, organization=desk.organization).update(provider_id="x")
    for act in (
        lambda: actions.edit_sent(desk.viewer, item.pk, "Other words"),
        lambda: actions.delete_sent(desk.viewer, item.pk),
        lambda: actions.react_to(desk.viewer, customer.pk, "👍"),
    ):
        with pytest.raises(Conflict):
            act()
