"""Automatic answers: when there is one, and all the times when there must be none."""

from datetime import timedelta
from typing import Any

import pytest

from hub.clock import held_at, now
from hub.models import Delivery, Message, TimelineItem
from inbox import actions, rations
from inbox.actions import Draft
from inbox.actions.receive import Arrival, receive_all
from tests import factories
from tests.inbox.actions.test_recipients import _inbound
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db


def _desk(name: str = "Acme", **settings: Any) -> Desk:
    return Desk.open(name, acknowledge={"enabled": True, **settings})


def _automatic(desk: Desk) -> list[Message]:
    rows = Message.objects.within(desk.organization).filter(
        is_automatic=True, item__direction=TimelineItem.Direction.OUTBOUND
    )
    return list(rows.order_by("item_id"))


def test_a_first_message_is_acknowledged_by_number() -> None:
    desk = _desk(text="Dear {{contact.name}}, this is #{{conversation.number}}.")
    first = desk.mail("m1", subject="Late parcel")
    (answer,) = _automatic(desk)
    assert answer.text == f"Dear Carla, this is #{first.conversation.number}."
    assert (answer.subject, answer.is_automatic) == ("Late parcel", True)
    assert Delivery.objects.get(message=answer).status == "queued"
    conversation = desk.fresh(first)
    assert (conversation.status, conversation.preview) == ("new", "Text of m1")
    assert conversation.waiting_since is not None, "nobody has answered yet"
    assert conversation.last_direction == "inbound"
    answered = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    assert [entry["address"] for entry in answered.message.to] == ["carla@example.net"]


def test_only_the_first_message_is_acknowledged() -> None:
    desk = _desk()
    desk.mail("m1")
    desk.answer("m2", "m1")
    assert len(_automatic(desk)) == 1


def test_neither_machines_nor_ourselves_nor_the_past_are_answered() -> None:
    desk = _desk()
    sales = factories.channel(desk.organization, address="sales@acme.test")
    desk.mail("m1", automatic=True)
    desk.mail("m2", sender=sales.address)
    desk.mail("m3", sender=desk.channel.address, echo=True)
    receive_all([Arrival(desk.channel, _inbound("m4", desk), is_history=True)])
    assert _automatic(desk) == []


def test_the_ration_of_an_address_is_small() -> None:
    desk = _desk()
    moment = now()
    with held_at(moment):
        for number in range(5):
            desk.mail(f"m{number}")
        assert len(_automatic(desk)) == rations.PER_HOUR
        desk.mail("d1", sender="dan@example.net")
        assert len(_automatic(desk)) == rations.PER_HOUR + 1
    with held_at(moment + timedelta(hours=2)):
        desk.mail("m9")
    assert len(_automatic(desk)) == rations.PER_HOUR + 2


def test_a_conversation_gets_one_automatic_message_a_day() -> None:
    desk = _desk()
    first = desk.mail("m1")
    assert first.author_identity is not None
    wanted = (first.conversation_id, first.author_identity.pk)
    assert rations.granted(desk.organization.pk, [wanted]) == [False]
    with held_at(now() + timedelta(hours=25)):
        assert rations.granted(desk.organization.pk, [wanted, wanted]) == [True, False]


def test_without_the_setting_nothing_is_sent(desk: Desk) -> None:
    desk.mail("m1")
    assert _automatic(desk) == []
