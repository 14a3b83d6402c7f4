"""What is said later of messages: statuses, echoes, edits, deletions and reactions, in any order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.clock import now
from hub.jobs import enqueue
from hub.jobs.worker import run_until_idle
from inbox import actions
from inbox.models import EarlyNews
from tests.conformance.conftest import Desk

pytestmark = pytest.mark.django_db


def test_statuses_climb_whatever_comes_last(desk: Desk) -> None:
    delivery = desk.agent_answers(desk.customer_writes())
    assert delivery.status == "sent" and delivery.provider_id
    if desk.fake.status(desk.channel, "x", "delivered") is None:
        pytest.skip("this provider tells nothing of deliveries")
    order = ["delivered", "sent", "read", "delivered"] if desk.capabilities.read else ["delivered", "sent"]
    for status in order:
        event = desk.fake.status(desk.channel, delivery.provider_id, status)
        if event is not None:
            desk.bring(event)
    wanted = "read" if "read" in order else "delivered"
    assert desk.delivery(delivery.message.item).status == wanted


def test_a_failure_that_is_told_later_is_shown(desk: Desk) -> None:
    delivery = desk.agent_answers(desk.customer_writes())
    event = desk.fake.status(desk.channel, delivery.provider_id, "failed")
    if event is None:
        pytest.skip("this provider tells of no failures")
    desk.bring(event)
    assert desk.delivery(delivery.message.item).status in ("failed", "undelivered")


def test_a_status_may_come_before_its_message_is_known(desk: Desk) -> None:
    """The provider is faster than the call that sent the message returns."""
    customer = desk.customer_writes()
    first = desk.agent_answers(customer)
    status = desk.fake.status(desk.channel, first.provider_id, "delivered")
    if status is None:
        pytest.skip("this provider tells nothing of deliveries")
    provider_id, first.provider_id, first.status = first.provider_id, "", "sending"
    first.save()  # as it is while the call is under way
    desk.bring(status)
    assert EarlyNews.objects.within(desk.viewer.organization).count() == 1 or (
        desk.delivery(first.message.item).status == "delivered"
    )
    first.refresh_from_db()
    first.provider_id, first.status = provider_id, "sent" if first.status == "sending" else first.status
    first.save()
    enqueue("inbox.sweep_early", {})
    run_until_idle()
    assert desk.delivery(first.message.item).status == "delivered"
    assert not EarlyNews.objects.within(desk.viewer.organization).exists()


def test_an_echo_of_our_own_message_is_not_shown_twice(desk: Desk) -> None:
    delivery = desk.agent_answers(desk.customer_writes())
    echo = desk.fake.echo(desk.channel, delivery.provider_id, "It is on its way.")
    if echo is None:
        pytest.skip("this provider does not repeat what we send")
    before = len(desk.messages())
    desk.bring(echo)
    assert len(desk.messages()) == before


def test_what_our_people_send_elsewhere_is_shown_as_ours(desk: Desk) -> None:
    customer = desk.customer_writes()
    echo = desk.fake.echo(desk.channel, "sent-elsewhere-1", "We called you.")
    if echo is None:
        pytest.skip("this provider does not repeat what is sent elsewhere")
    desk.bring(echo)
    (ours,) = [message for message in desk.messages() if message.text == "We called you."]
    assert (ours.item.direction, ours.item.conversation_id) == ("outbound", customer.item.conversation_id)


def test_an_edit_shows_the_new_words_and_keeps_the_old(desk: Desk) -> None:
    customer = desk.customer_writes(text="Where is my parcle?")
    event = desk.fake.edit(desk.channel, "first", "Where is my parcel?", now())
    assert (event is not None) == desk.capabilities.edit_in
    if event is None:
        pytest.skip("this provider tells of no edits")
    desk.bring(event)
    desk.bring(event)
    shown = desk.shown(customer)
    assert shown["text"] == "Where is my parcel?" and shown["edited_at"]
    assert [edit["text"] for edit in shown["edits"]] == ["Where is my parcle?"]


def test_an_edit_before_its_message_is_not_lost(desk: Desk) -> None:
    event = desk.fake.edit(desk.channel, "first", "Where is my parcel?", now())
    if event is None:
        pytest.skip("this provider tells of no edits")
    desk.bring(event)
    message = desk.customer_writes(text="Where is my parcle?", at=now() - timedelta(minutes=1))
    assert desk.shown(message)["text"] == "Where is my parcel?"


def test_a_message_that_was_taken_back_is_shown_as_that(desk: Desk) -> None:
    customer = desk.customer_writes()
    event = desk.fake.deletion(desk.channel, "first")
    assert (event is not None) == desk.capabilities.delete_in
    if event is None:
        pytest.skip("this provider tells of no deletions")
    desk.bring(event)
    shown = desk.shown(customer)
    assert shown["deleted_at"] and not shown["text"] and not shown["attachments"]
    assert all(bytes(envelope.raw) for envelope in desk.envelopes())


def test_a_reaction_comes_and_goes(desk: Desk) -> None:
    customer = desk.customer_writes()
    event = desk.fake.reaction(desk.channel, "first", "👍")
    assert (event is not None) == desk.capabilities.react_in
    if event is None:
        pytest.skip("this provider tells of no reactions")
    desk.bring(event)
    (reaction,) = desk.shown(customer)["reactions"]
    assert (reaction["emoji"], reaction["by"]["type"]) == ("👍", "contact")
    removal = desk.fake.reaction(desk.channel, "first", "👍", removed=True)
    assert removal is not None
    desk.bring(removal)
    assert desk.shown(customer)["reactions"] == []


def test_reading_up_to_a_moment_marks_all_before(desk: Desk) -> None:
    customer = desk.customer_writes()
    deliveries = [desk.agent_answers(customer, text) for text in ("One moment.", "It is on its way.")]
    event = desk.fake.read_up_to(desk.channel, now() + timedelta(seconds=1))
    if event is None:
        pytest.skip("this provider tells of no moments")
    desk.bring(event)
    assert {desk.delivery(delivery.message.item).status for delivery in deliveries} == {"read"}


@pytest.mark.parametrize("ability", ["edit", "delete", "react"])
def test_what_agents_amend_reaches_the_provider(desk: Desk, ability: str) -> None:
    if not getattr(desk.capabilities, f"{ability}_out"):
        pytest.skip(f"this channel cannot {ability}")
    customer = desk.customer_writes()
    delivery = desk.agent_answers(customer)
    if ability == "edit":
        actions.edit_sent(desk.viewer, delivery.message_id, "It arrives today.")
    elif ability == "delete":
        actions.delete_sent(desk.viewer, delivery.message_id)
    else:
        actions.react_to(desk.viewer, customer.pk, "❤️")
    run_until_idle()
    (told,) = desk.fake.amended()
    target = delivery.provider_id if ability != "react" else str(customer.external_id)
    assert told[:2] == (ability, target)
    shown = desk.shown(customer if ability == "react" else delivery.message)
    assert shown["pending"] is None
    assert (shown["edited_at"] or shown["deleted_at"] or shown["reactions"]) and not shown.get("failed")
