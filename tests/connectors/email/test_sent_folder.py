"""Copies of answers in the mailbox's Sent folder, on a real Dovecot: once, however often the job runs."""

from typing import Any

import pytest
from imapclient import IMAPClient

from hub.jobs.worker import run_until_idle
from hub.models import Channel, Job
from hub.transaction import unit
from inbox.actions import Draft, reply
from media import storage
from tests import factories
from tests.connectors.email.mailbox_tests import channel, user
from tests.dovecot import Dovecot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loopback")]


def answer(on: Channel, text: str, cc: str = "") -> None:
    """Have an agent answer a customer by the channel, and everything done that follows."""
    organization = on.organization
    customer = factories.contact(organization)
    factories.identity(customer)
    conversation = factories.conversation(organization, customer, on)
    factories.inbound(conversation, on)
    agent = factories.viewer(factories.agent(organization), organization)
    more: dict[str, Any] = {"cc": [cc]} if cc else {}
    reply(agent, conversation.pk, Draft(text=text, client_id=text, **more))
    run_until_idle()


def texts(client: IMAPClient, folder: str) -> list[bytes]:
    client.select_folder(folder, readonly=True)
    rows = client.fetch(client.search("ALL"), ["BODY.PEEK[]", "FLAGS"])
    assert all(b"\\Seen" in row[b"FLAGS"] for row in rows.values())
    return [row[b"BODY[]"] for row in rows.values()]


def test_an_answer_is_saved_where_the_server_says(dovecot: Dovecot) -> None:
    name = user()
    support = channel(dovecot, name, save_sent=True)
    answer(support, "It is on its way.")
    with dovecot.client(name) as client:
        (saved,) = texts(client, "Sent")
    assert b"It is on its way." in saved
    assert f"From: {support.name} <{support.address}>".encode() in saved or support.address.encode() in saved


def test_a_message_to_several_people_is_saved_once_in_the_folder_that_was_named(dovecot: Dovecot) -> None:
    name = user()
    support = channel(dovecot, name, save_sent=True, sent_folder="Outgoing/Hub")
    answer(support, "To both of you.", "colleague@example.net")
    with dovecot.client(name) as client:
        assert len(texts(client, "Outgoing/Hub")) == 1
        assert texts(client, "Sent") == []


def test_a_job_that_runs_again_saves_nothing_more(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the mail was added and before the job was done, it runs from the start."""
    name = user()
    support = channel(dovecot, name, save_sent=True)
    monkeypatch.setattr(storage, "delete", lambda key: 1 / 0)
    answer(support, "Once.")
    assert Job.objects.filter(name="email.save_sent").count() == 1
    monkeypatch.undo()
    with unit():
        Job.objects.filter(name="email.save_sent").update(run_at="2020-01-01T00:00:00Z", lease_until=None)
    run_until_idle()
    assert not Job.objects.filter(name="email.save_sent").exists()
    with dovecot.client(name) as client:
        assert len(texts(client, "Sent")) == 1


def test_nothing_is_saved_unless_the_channel_wants_it(dovecot: Dovecot) -> None:
    name = user()
    answer(channel(dovecot, name), "Not saved.")
    with dovecot.client(name) as client:
        assert texts(client, "Sent") == []
