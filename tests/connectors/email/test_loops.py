"""Hubs and robots that write to one another come to rest, over real SMTP in both directions."""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest
from django.db import close_old_connections

from connectors.email.sending import relays
from connectors.email.services import SmtpService
from hub.jobs.worker import run_until_idle
from hub.models import Delivery, InboundEnvelope, Message
from inbox import actions
from inbox.actions import Draft, NewConversation
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desks(smtp_service: SmtpService, settings: Any) -> Iterator[tuple[Desk, Desk]]:
    """Two organizations of this hub that acknowledge first messages, and the way from each to the other."""
    settings.SMTP_RELAY_URL = f"smtp://127.0.0.1:{smtp_service.port}"
    wanted = {"enabled": True, "text": "We have received your message."}
    yield Desk.open("Acme", acknowledge=wanted), Desk.open("Globex", acknowledge=wanted)
    relays.close_all()


def _rest() -> None:
    """Work until nothing is left to be read or sent."""
    for _ in range(20):
        before = InboundEnvelope.objects.unscoped("all of the test").count()
        run_until_idle()
        close_old_connections()
        if InboundEnvelope.objects.unscoped("all of the test").count() == before:
            return
    raise AssertionError("the hubs do not come to rest")


def _sent(desk: Desk, *, automatic: bool) -> int:
    rows = Delivery.objects.within(desk.organization).filter(status="sent")
    return rows.filter(message__is_automatic=automatic).count()


def test_two_hubs_that_acknowledge_each_other_stop(desks: tuple[Desk, Desk]) -> None:
    ours, theirs = desks
    new = NewConversation(
        channel_id=ours.channel.pk, to=theirs.channel.address, subject="Hello", text="Hello, Globex."
    )
    conversation = actions.start(ours.viewer, new)
    _rest()
    assert (_sent(ours, automatic=True), _sent(theirs, automatic=True)) == (0, 1)
    (there,) = Message.objects.within(theirs.organization).filter(is_automatic=False).select_related("item")
    actions.reply(theirs.viewer, there.item.conversation_id, Draft(text="Hello, Acme."))
    _rest()
    said = Message.objects.within(ours.organization).filter(item__conversation=conversation)
    texts = Counter(text.split("\n")[0] for text in said.values_list("text", flat=True))
    assert texts == {"Hello, Globex.": 1, "We have received your message.": 1, "Hello, Acme.": 1}
    assert (_sent(ours, automatic=True), _sent(theirs, automatic=True)) == (0, 1)


def test_a_robot_that_hides_what_it_is_gets_two_answers_and_no_more(
    desks: tuple[Desk, Desk], smtp_service: SmtpService
) -> None:
    desk, _ = desks
    for number in range(6):
        mail = EmailMessage()
        mail["From"], mail["To"] = "robot@example.net", desk.channel.address
        mail["Subject"], mail["Message-ID"] = f"Ticket {number} received", make_msgid(domain="example.net")
        mail.set_content(f"Thank you for your message number {number}.")
        with smtplib.SMTP("127.0.0.1", smtp_service.port, timeout=60) as client:
            client.send_message(mail)
    run_until_idle()
    rows = Delivery.objects.within(desk.organization).filter(message__is_automatic=True)
    assert rows.count() == 2
