"""The link that ends automatic mail: one POST by a program, a question to a person, nothing for strangers."""

from __future__ import annotations

import pytest
from django.test import Client

from connectors.email.sending.letterhead import UNSUBSCRIBE, Letterhead
from hub import tokens
from hub.models import Channel, Delivery, Identity
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> Delivery:
    acme = factories.organization()
    contact = factories.contact(acme)
    conversation = factories.conversation(acme, contact)
    message = factories.outbound(conversation, factories.channel(acme), factories.agent(acme))
    return factories.delivery(message, factories.identity(contact))


def link(delivery: Delivery, purpose: str = UNSUBSCRIBE) -> str:
    return f"/mail/unsubscribe/{tokens.sign_id(purpose, delivery.pk)}"


def is_unsubscribed(delivery: Delivery) -> bool:
    identity = Identity.objects.within(delivery.organization_id).get(pk=delivery.recipient_id)
    return identity.unsubscribed_at is not None


def test_one_click_of_a_mail_program_is_enough(delivery: Delivery) -> None:
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = program.post(link(delivery), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert is_unsubscribed(delivery)


def test_a_person_is_asked_and_a_scanner_changes_nothing(delivery: Delivery) -> None:
    answer = Client().get(link(delivery))
    assert answer.status_code == 200 and b'<form method="post">' in answer.content
    assert Client().head(link(delivery)).status_code == 200
    assert not is_unsubscribed(delivery)


def test_links_of_others_lead_nowhere(delivery: Delivery) -> None:
    forged = link(delivery)[:-1] + ("e" if link(delivery).endswith("a") else "a")
    for path in (link(delivery, tokens.REPLY), forged, "/mail/unsubscribe/x"):
        assert Client().post(path).status_code == 404
    assert not is_unsubscribed(delivery)
    gone = link(Delivery(pk=tokens.read_id(UNSUBSCRIBE, link(delivery).rpartition("/")[2])))
    delivery.delete()
    assert Client().post(gone).status_code == 404


def test_a_channel_that_offers_it_puts_its_own_address_into_mail(db: None) -> None:
    channel: Channel = factories.channel(factories.organization(), config={"unsubscribe": True})
    assert Letterhead.of(channel).unsubscribe_url.endswith("/mail/unsubscribe/")
    assert Letterhead.of(factories.channel(channel.organization)).unsubscribe_url == ""
