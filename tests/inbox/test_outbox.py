"""The outbox over a real mail server: few at once, busy places slowed alone, tried for days, never twice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from hub.clock import held_at, now
from hub.jobs.worker import run_until_idle
from hub.models import Delivery, Job, Message, Slowdown
from hub.transaction import unit
from inbox import actions, outbox, pacing, payloads
from inbox.errors import Conflict
from tests import factories
from tests.connectors.email.conftest import LoopThread
from tests.connectors.email.relay_server import Provider, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop_thread() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


@pytest.fixture
def server(loop_thread: LoopThread, settings: Any) -> Iterator[Provider]:
    with provider(loop_thread) as running:
        settings.SMTP_RELAY_URL = f"smtp://127.0.0.1:{running.port}"
        yield running


class Desk:
    """A mail channel, an agent, and answers on their way to anybody."""

    def __init__(self) -> None:
        self.organization = factories.organization()
        self.channel = factories.channel(self.organization, name="Acme")
        self.agent = factories.agent(self.organization)
        self.viewer = factories.viewer(self.agent, self.organization)

    def answer(self, address: str = "carla@example.net", **fields: Any) -> Delivery:
        contact = factories.contact(self.organization)
        recipient = factories.identity(contact, value=address)
        conversation = factories.conversation(self.organization, contact, self.channel)
        message = factories.outbound(
            conversation, self.channel, self.agent, to=[{"name": "", "address": address}], **fields
        )
        delivery = factories.delivery(message, recipient)
        with unit():
            outbox.enqueue(delivery, conversation)
        return delivery


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.within(delivery.organization_id).get(pk=delivery.pk)


def later(moment: datetime) -> datetime:
    """Go on at this moment, and run what is due then."""
    with held_at(moment):
        run_until_idle()
    return moment


def test_what_a_server_does_not_take_is_tried_again_for_four_days(desk: Desk, server: Provider) -> None:
    server.answers["full.test"] = "452 4.2.2 mailbox full"
    delivery = desk.answer("dan@full.test")
    began = later(now())
    waiting, moments = fresh(delivery), [began]
    assert (waiting.status, waiting.code) == ("queued", "452 4.2.2")
    while (waiting := fresh(delivery)).status == "queued":
        assert waiting.next_attempt_at is not None
        moments.append(later(waiting.next_attempt_at))
        shown = payloads.delivery(fresh(delivery))
        with held_at(moments[-1]):
            is_late = moments[-1] - began > pacing.DELAYED_AFTER + timedelta(minutes=1)
            assert pacing.is_delayed(fresh(delivery)) == (is_late and shown["status"] == "queued")
    assert waiting.status == "failed" and waiting.code == "452 4.2.2"
    assert timedelta(days=3) < moments[-1] - began <= timedelta(days=4)
    assert 20 < len(moments) < 60
    pauses = [b - a for a, b in pairwise(moments)]
    assert pauses[0] < timedelta(seconds=10) and max(pauses) <= timedelta(hours=4.8)
    assert not Job.objects.filter(queue="send").exists()


def test_each_attempt_is_the_same_mail(desk: Desk, server: Provider) -> None:
    server.answers["example.net"] = "451 4.3.0 try later"
    delivery = desk.answer()
    run_until_idle()
    del server.answers["example.net"]
    later(now() + timedelta(hours=1))
    assert fresh(delivery).status == "sent"
    (mail,) = server.taken
    parsed = message_from_bytes(mail.original_content or b"", policy=default)
    assert parsed["message-id"] == fresh(delivery).message.reference
    assert fresh(delivery).attempts.count() == 2 and fresh(delivery).failing_since is None


def test_what_may_have_arrived_is_sent_again_under_the_same_id(desk: Desk, server: Provider) -> None:
    server.swallows = 1
    delivery = desk.answer()
    run_until_idle()
    assert (fresh(delivery).status, fresh(delivery).code) == ("queued", "no-confirmation")
    later(now() + timedelta(minutes=1))
    assert fresh(delivery).status == "sent"
    first, second = (one.original_content for one in server.taken)
    assert first == second


def test_a_domain_that_is_busy_is_slowed_and_the_others_go_on(desk: Desk, server: Provider) -> None:
    server.answers["busy.test"] = "421 4.7.28 slow down"
    busy = [desk.answer(f"a{number}@busy.test") for number in range(5)]
    others = [desk.answer(f"b{number}@example.net") for number in range(5)]
    began = later(now())
    assert [fresh(one).status for one in others] == ["sent"] * 5
    assert sum(one.attempts.count() for one in busy) == 1
    (slow,) = Slowdown.objects.all()
    assert slow.destination.endswith(" busy.test") and slow.level == 1
    longest = timedelta(0)
    for _ in range(6):
        began = later(began + timedelta(minutes=45))
        (slow,) = Slowdown.objects.all()
        longest = max(longest, slow.until - began)
    assert slow.level > 3 and longest <= timedelta(minutes=36)
    assert sum(one.attempts.count() for one in busy) < 12
    waiting = [fresh(one) for one in busy]
    assert any(one.code == "waiting" and one.detail.startswith("busy.test does not") for one in waiting)
    del server.answers["busy.test"]
    for _ in range(12):
        began = later(began + timedelta(hours=5))
    assert [fresh(one).status for one in busy] == ["sent"] * 5
    assert not Slowdown.objects.exists()


def test_a_server_that_is_gone_is_asked_seldom_whoever_sends(
    desk: Desk, server: Provider, settings: Any, loop_thread: LoopThread
) -> None:
    with provider(loop_thread) as other:
        settings.SMTP_RELAY_URL = f"smtp://127.0.0.1:{other.port}"
    deliveries = [desk.answer(f"a{number}@d{number}.test") for number in range(6)]
    run_until_idle()
    assert sum(one.attempts.count() for one in deliveries) == 1
    assert {fresh(one).status for one in deliveries} == {"queued"}


@pytest.mark.django_db(transaction=True)
def test_few_go_to_one_domain_at_once_however_many_workers_there_are(
    desk: Desk, server: Provider, loop_thread: LoopThread, settings: Any
) -> None:
    settings.WORKER_THREADS = 16
    server.gate = asyncio.Event()
    deliveries = [desk.answer(f"a{number}@big.test") for number in range(9)]
    deliveries.append(desk.answer("b@small.test"))
    workers = [threading.Thread(target=_work) for _ in range(8)]
    for worker in workers:
        worker.start()
    _until(lambda: server.under_way["big.test"] == 4 and server.under_way["small.test"] == 1)
    loop_thread.loop.call_soon_threadsafe(server.gate.set)
    for worker in workers:
        worker.join(60)
    _until(lambda: bool(run_until_idle() or len(server.taken) == 10))
    _until(lambda: run_until_idle() == 0 and len(server.taken) == 10)
    assert server.most_under_way["big.test"] == 4
    assert {fresh(one).status for one in deliveries} == {"sent"}


def _work() -> None:
    try:
        run_until_idle(60)
    finally:
        connections.close_all()


def _until(is_so: Callable[[], bool], deadline: float = 60.0) -> None:
    end = time.monotonic() + deadline
    while not is_so():
        assert time.monotonic() < end, "it did not come to that in time"
        threading.Event().wait(0.01)


def test_an_agent_sends_now_what_waits_or_gives_it_up(desk: Desk, server: Provider) -> None:
    server.answers["example.net"] = "452 4.2.2 mailbox full"
    first, second = desk.answer("a@example.net"), desk.answer("b@example.net")
    moment = later(now())
    for _ in range(5):
        moment = later(moment + timedelta(hours=1))
    del server.answers["example.net"]
    with held_at(moment):
        actions.cancel_delivery(desk.viewer, second.pk)
        actions.retry_delivery(desk.viewer, first.pk)
        run_until_idle()
        with pytest.raises(Conflict):
            actions.cancel_delivery(desk.viewer, first.pk)
        with pytest.raises(Conflict):
            actions.retry_delivery(desk.viewer, second.pk)
    assert (fresh(first).status, fresh(second).status) == ("sent", "canceled")
    later(moment + timedelta(days=1))
    assert len(server.taken) == 1 and not Job.objects.filter(queue="send").exists()


def test_a_message_that_waits_long_does_not_hold_up_the_next(desk: Desk, server: Provider) -> None:
    server.answers["example.net"] = "452 4.2.2 mailbox full"
    stuck = desk.answer("carla@example.net")
    moment = later(now())
    for _ in range(4):
        moment = later(moment + timedelta(minutes=30))
    del server.answers["example.net"]
    conversation = stuck.message.item.conversation
    message = factories.outbound(conversation, desk.channel, desk.agent, to=stuck.message.to)
    following = factories.delivery(message, stuck.recipient)
    with held_at(moment):
        with unit():
            outbox.enqueue(following, conversation)
        run_until_idle()
    assert (fresh(stuck).status, fresh(following).status) == ("queued", "sent")


def test_who_unsubscribed_gets_no_automatic_mail_but_every_answer(desk: Desk, server: Provider) -> None:
    automatic = desk.answer("carla@example.net", is_automatic=True)
    actions.unsubscribe(automatic.pk)
    run_until_idle()
    assert (fresh(automatic).status, fresh(automatic).code) == ("canceled", "unsubscribed")
    conversation = automatic.message.item.conversation
    message = factories.outbound(conversation, desk.channel, desk.agent, to=automatic.message.to)
    answer = factories.delivery(message, automatic.recipient)
    with unit():
        outbox.enqueue(answer, conversation)
    run_until_idle()
    assert fresh(answer).status == "sent"


def test_an_answer_carries_its_signature_and_the_words_that_it_answers(desk: Desk, server: Provider) -> None:
    contact = factories.contact(desk.organization)
    recipient = factories.identity(contact, value="carla@example.net")
    conversation = factories.conversation(desk.organization, contact, desk.channel)
    factories.inbound(
        conversation,
        desk.channel,
        "Where is it?\n> earlier words",
        folds=[[13, 28, "quote"]],
        html='<p>Where is it?<img data-remote-src="https://x.test/a.png"></p>',
    )
    message: Message = factories.outbound(
        conversation,
        desk.channel,
        desk.agent,
        facts={"signature": {"text": "Amal", "html": "<b>Amal</b>"}},
        html='<p>Here <img data-remote-src="https://acme.test/a.png"></p>',
    )
    delivery = factories.delivery(message, recipient)
    with unit():
        outbox.enqueue(delivery, conversation)
    run_until_idle()
    parsed = message_from_bytes(server.taken[0].original_content or b"", policy=default)
    text, html = (parsed.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    text = text.replace("\r\n", "\n")
    assert "-- \nAmal" in text and text.rstrip().endswith("wrote:\n> Where is it?")
    assert "<b>Amal</b>" in html and 'src="https://acme.test/a.png"' in html
    assert "earlier words" not in text + html


def test_a_channel_may_send_without_the_words_that_it_answers(desk: Desk, server: Provider) -> None:
    desk.channel.config = {"quote_history": False}
    desk.channel.save()
    delivery = desk.answer()
    factories.inbound(delivery.message.item.conversation, desk.channel)
    run_until_idle()
    assert b"wrote:" not in (server.taken[0].original_content or b"")


def test_sending_costs_a_fixed_number_of_queries(
    desk: Desk, server: Provider, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        desk.answer(f"a{number}@d{number % 3}.test")
    with django_assert_max_num_queries(20 * 36):
        run_until_idle()
    assert len(server.taken) == 20
