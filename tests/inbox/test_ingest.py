"""Envelopes that are processed together: few statements, one commit, and one bad one stops nobody."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.connector import Polled, accept_all
from hub.jobs.worker import run_until_idle
from hub.messages import InboundMessage
from hub.models import Channel, Conversation, InboundEnvelope, Message, Participant, TimelineItem
from hub.models import Counter as CounterRow
from hub.models.jobs import Job
from inbox import ingest
from inbox.actions.receive import receive_all
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def channel() -> Channel:
    organization = factories.organization()
    made = factories.channel(organization, queue=factories.queue(organization))
    return Channel.objects.within(organization).get(pk=made.pk)


def _mail(key: str, sender: str = "", answers: str = "") -> bytes:
    answered = f"In-Reply-To: <{answers}@example.net>\r\n" if answers else ""
    return (
        f"From: {sender or key}@example.net\r\nTo: support@acme.test\r\nSubject: About {key}\r\n"
        f"Message-ID: <{key}@example.net>\r\n{answered}\r\nText of {key}\r\n"
    ).encode()


def _accept(channel: Channel, *mails: bytes) -> None:
    accept_all([(channel, Polled(raw, raw.decode()[:80], {})) for raw in mails])


def _subjects() -> Counter[str]:
    return Counter(Message.objects.unscoped("all of the test").values_list("subject", flat=True))


def _statements(channel: Channel, *mails: bytes) -> int:
    _accept(channel, *mails)
    with CaptureQueriesContext(connection) as made:
        run_until_idle()
    assert not Job.objects.exists()
    return len(made)


@pytest.mark.parametrize(
    "is_queued, most",
    [(False, 42), (True, 80)],
    ids=["into no queue", "into a queue, with the job that offers it"],
)
def test_many_mails_cost_hardly_more_statements_than_one(
    channel: Channel, is_queued: bool, most: int
) -> None:
    if not is_queued:
        channel.queue = None
        channel.save(update_fields=["queue"])
    _statements(channel, _mail("first"))
    one = _statements(channel, _mail("alone"))
    twenty = _statements(channel, *(_mail(f"m{number}") for number in range(20)))
    assert one <= most
    assert twenty <= one + 12
    assert sum(_subjects().values()) == 22


def test_a_mail_finds_the_conversation_that_begins_in_the_same_batch(channel: Channel) -> None:
    _accept(
        channel,
        _mail("question", "carla"),
        _mail("more", "carla", answers="question"),
        _mail("stranger", "mallory", answers="question"),
    )
    run_until_idle()
    items = TimelineItem.objects.within(channel.organization_id).select_related("message", "conversation")
    found = {item.message.subject: item for item in items}
    question, more = found["About question"], found["About more"]
    assert more.conversation == question.conversation
    assert (question.seq, more.seq, more.conversation.last_item_seq) == (1, 2, 2)
    assert found["About stranger"].conversation != question.conversation
    assert sorted(Conversation.objects.within(channel.organization_id).values_list("number", flat=True)) == [
        1,
        2,
    ]
    assert Participant.objects.within(channel.organization_id).count() == 2
    counted = dict(CounterRow.objects.within(channel.organization_id).values_list("key", "value"))
    assert (counted["open"], counted["unassigned"]) == (2, 2)


def test_the_same_mail_twice_in_a_batch_is_one_message(channel: Channel) -> None:
    _accept(channel, _mail("twice"), _mail("once"), _mail("twice") + b"\r\n")
    run_until_idle()
    assert _subjects()["About once"] == 1
    assert not InboundEnvelope.objects.within(channel.organization_id).filter(state="received").exists()


def test_one_that_cannot_be_read_among_twenty_stops_nobody(channel: Channel) -> None:
    mails = [_mail(f"m{number}") for number in range(19)]
    mails.insert(7, b"Subject: nobody wrote this\r\n\r\nreally\r\n")
    _accept(channel, *mails)
    run_until_idle()
    states = Counter(InboundEnvelope.objects.within(channel.organization_id).values_list("state", flat=True))
    assert states == {"processed": 19, "quarantined": 1}
    assert _subjects() == Counter({f"About m{number}": 1 for number in range(19)})


def test_one_that_cannot_be_kept_among_twenty_stops_nobody(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails in the middle of the transaction: all is undone, and the others are done once."""

    def failing(arrivals: Any) -> list[TimelineItem]:
        items = receive_all(arrivals)
        for arrival in arrivals:
            assert isinstance(arrival.inbound, InboundMessage)
            if "m7" in arrival.inbound.subject:
                raise ZeroDivisionError
        return items

    monkeypatch.setattr(ingest, "receive_all", failing)
    _accept(channel, *(_mail(f"m{number}") for number in range(20)))
    run_until_idle()
    assert _subjects() == Counter({f"About m{number}": 1 for number in range(20) if number != 7})
    left = Job.objects.get()
    assert (left.attempts, left.state) == (1, "ready")
    numbers = Conversation.objects.within(channel.organization_id).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 20))


def test_large_envelopes_are_processed_alone(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH_BYTES", 200)
    _accept(channel, _mail("a"), _mail("b"), _mail("c"))
    run_until_idle()
    assert sum(_subjects().values()) == 3


def test_several_keys_are_taken_once_each(channel: Channel) -> None:
    batch = [(channel, Polled(_mail(key), key, {})) for key in ("a", "b", "a")]
    assert [accepted.duplicate for accepted in accept_all(batch)] == [False, False, True]
    again = accept_all(batch)
    assert [accepted.duplicate for accepted in again] == [True, True, True]
    assert again[0].envelope_id == again[2].envelope_id
    assert Job.objects.count() == 2
