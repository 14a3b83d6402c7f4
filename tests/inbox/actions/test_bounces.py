"""What becomes of messages that did not arrive, and of the addresses that they were for."""

from typing import Any

import pytest

from hub.messages import InboundStatus
from hub.models import Delivery, Identity, TimelineItem
from inbox import actions
from inbox.actions import Draft
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db


def _bounce(desk: Desk, delivery: Delivery, **fields: Any) -> None:
    given = {"status": "undelivered", "code": "5.1.1", "detail": "There is no such mailbox."} | fields
    actions.track(desk.channel, InboundStatus(delivery_id=str(delivery.pk), **given))


@pytest.fixture
def delivery(desk: Desk) -> Delivery:
    """An answer that left, its conversation resolved since."""
    first = desk.mail("m1")
    item = actions.reply(desk.viewer, first.conversation_id, Draft(text="On its way."))
    actions.resolve(desk.viewer, first.conversation_id)
    Delivery.objects.within(desk.organization).update(status="sent")
    return Delivery.objects.select_related("message__item").get(message=item.message)


def _lines(delivery: Delivery) -> list[str]:
    rows = TimelineItem.objects.filter(conversation=delivery.message.item.conversation, kind="event")
    return list(rows.order_by("seq").values_list("event__name", flat=True))


def _identity(delivery: Delivery) -> Identity:
    return Identity.objects.within(delivery.organization_id).get(pk=delivery.recipient_id)


def test_a_dead_address_is_marked_and_agents_see_what_happened(desk: Desk, delivery: Delivery) -> None:
    for _ in range(3):
        _bounce(desk, delivery, address_is_dead=True)
    identity = _identity(delivery)
    assert identity.unreachable_since and identity.unreachable_reason == "There is no such mailbox."
    delivery.refresh_from_db()
    assert (delivery.status, delivery.code) == ("undelivered", "5.1.1")
    assert desk.fresh(delivery.message.item).status == "open"
    assert _lines(delivery)[-2:] == ["delivery_failed", "status_changed"]
    assert _lines(delivery).count("delivery_failed") == 1


def test_a_sign_of_life_clears_the_mark_and_a_machines_does_not(desk: Desk, delivery: Delivery) -> None:
    _bounce(desk, delivery, address_is_dead=True)
    desk.answer("m2", "m1", automatic=True)
    assert _identity(delivery).unreachable_since is not None
    desk.answer("m3", "m1")
    assert _identity(delivery).unreachable_since is None


def test_a_full_mailbox_is_a_failure_and_no_dead_address(desk: Desk, delivery: Delivery) -> None:
    _bounce(desk, delivery, code="4.2.2", detail="The mailbox is full.")
    assert _identity(delivery).unreachable_since is None
    assert _lines(delivery)[-2:] == ["delivery_failed", "status_changed"]


def test_a_complaint_marks_the_address_of_what_arrived(desk: Desk, delivery: Delivery) -> None:
    _bounce(desk, delivery, status="delivered", complaint=True, code="", detail="")
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert "unwanted" in _identity(delivery).unreachable_reason
    assert _lines(delivery)[-1] == "complaint"
    assert desk.fresh(delivery.message.item).status == "resolved"


def test_another_channels_report_says_nothing_here(desk: Desk, delivery: Delivery) -> None:
    globex = Desk.open("Globex")
    _bounce(globex, delivery, address_is_dead=True)
    delivery.refresh_from_db()
    assert delivery.status == "sent" and _identity(delivery).unreachable_since is None
