"""What comes in: signed or refused, whatever it holds, however often and in whatever order it comes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub import registry
from hub.clock import now
from hub.jobs.worker import run_until_idle
from hub.models import InboundEnvelope
from tests import factories
from tests.conformance.conftest import Desk
from tests.fakes.webhooks import Webhook, bring, repeated

pytestmark = pytest.mark.django_db


def first(desk: Desk) -> Webhook:
    return desk.fake.bring(desk.channel, desk.fake.message(desk.channel, "first"))


def refused(desk: Desk, webhook: Webhook) -> None:
    response = bring(desk.channel, webhook)
    assert response.status_code == 403, response.content
    assert not desk.envelopes()


def test_a_signed_message_is_kept_and_shown(desk: Desk) -> None:
    message = desk.customer_writes(text="Grüße aus 東京 👋🏽")
    assert message.text == "Grüße aus 東京 👋🏽"
    author, wanted = message.item.author_identity, desk.fake.sender()
    assert author is not None and (author.kind, author.value) == (wanted.kind, wanted.value)
    assert [envelope.state for envelope in desk.envelopes()] == ["processed"]


def test_without_its_signature_it_is_refused(desk: Desk) -> None:
    """Also with one of nothing, of another length, or of letters that no signature has."""
    unsigned = desk.fake.webhook(desk.channel, [desk.fake.message(desk.channel, "first")])
    refused(desk, unsigned)
    for header in first(desk).headers:
        for value in ("", "x", "v0=", "sha256=", "\u00fc\u00fc", "0" * 2_000):
            refused(desk, first(desk).with_headers({header: value}))


def test_a_body_that_was_changed_is_refused(desk: Desk) -> None:
    if not desk.fake.is_signed:
        pytest.skip("this provider sends a secret and signs nothing")
    good = first(desk)
    changed = good.body.replace(b"parcel", b"parcem")
    assert changed != good.body
    refused(desk, good.with_body(changed))
    refused(desk, good.with_body(good.body + b" "))


def test_an_old_request_is_refused(desk: Desk) -> None:
    if not desk.fake.has_clock:
        pytest.skip("this provider signs no time")
    unsigned = desk.fake.webhook(desk.channel, [desk.fake.message(desk.channel, "first")])
    for hours in (-1, 1):
        refused(desk, desk.fake.signed(desk.channel, unsigned, now() + timedelta(hours=hours)))


def test_another_channels_secret_opens_nothing(desk: Desk) -> None:
    other = desk.another()
    unsigned = desk.fake.webhook(desk.channel, [desk.fake.message(desk.channel, "first")])
    headers = desk.fake.signed(other, unsigned).headers
    refused(desk, unsigned.with_headers(headers))


def test_unknown_channels_and_routes_are_answered_like_bad_signatures(desk: Desk) -> None:
    good = first(desk)
    wrong = bring(desk.channel, good.with_headers(dict.fromkeys(good.headers, "x")))
    foreign = factories.channel(desk.channel.organization, "nothing-like-it")
    answers = [
        bring(foreign, replace(good, is_shared=False)),
        bring(desk.channel, replace(good, route="no/such/route", is_shared=False)),
    ]
    desk.channel.state = "disabled"
    desk.channel.save()
    answers.append(bring(desk.channel, good))
    for answer in answers:
        assert (
            (answer.status_code, answer.content)
            == (wrong.status_code, wrong.content)
            == (403, b"Not accepted.")
        )
    assert not desk.envelopes()


def test_the_same_delivery_again_and_again_is_one_message(desk: Desk) -> None:
    good = first(desk)
    for webhook in repeated([good], 3):
        desk.bring_webhook(webhook)
    assert len(desk.envelopes()) == 1
    again = desk.fake.bring(desk.channel, desk.fake.message(desk.channel, "first"))
    desk.bring_webhook(again)
    assert [message.text for message in desk.messages()] == ["Where is my parcel?"]


def test_a_batch_of_events_is_as_many_messages(desk: Desk) -> None:
    if not desk.fake.has_batches:
        pytest.skip("this provider brings one event at a time")
    start = now() - timedelta(minutes=5)
    events = [
        desk.fake.message(desk.channel, f"m{number}", f"Text {number}", at=start + timedelta(seconds=number))
        for number in range(5)
    ]
    desk.bring(*events, events[2])
    assert [message.text for message in desk.messages()] == [f"Text {number}" for number in range(5)]


def test_many_messages_thrice_and_shuffled_lose_and_double_nothing(desk: Desk) -> None:
    webhooks = [
        desk.fake.bring(desk.channel, desk.fake.message(desk.channel, f"m{number}", f"Text {number}"))
        for number in range(20)
    ]
    for webhook in repeated(webhooks, 3):
        assert bring(desk.channel, webhook).status_code < 300
    run_until_idle()
    assert sorted(message.text for message in desk.messages()) == sorted(f"Text {n}" for n in range(20))


def test_two_channels_do_not_see_each_others_events(desk: Desk) -> None:
    other = desk.another()
    desk.customer_writes()
    response = bring(other, desk.fake.bring(other, desk.fake.message(other, "first", "Hello there")))
    assert response.status_code < 300
    run_until_idle()
    assert [message.text for message in desk.messages()] == ["Where is my parcel?"]
    theirs = InboundEnvelope.objects.within(desk.viewer.organization).filter(channel=other)
    assert [envelope.state for envelope in theirs] == ["processed"]


GARBAGE = [
    b"",
    b"\x00\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b"[" * 5_000,
    b'{"a":' * 5_000,
    b'{"entry": [{"changes": null}], "messages": [null, 7, {}]}',
    b"&&==%zz&a=%00",
    json.dumps({"message": {"text": "\u0000"}}).encode(),
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_signed_garbage_is_refused_or_parked_and_spoils_nothing(desk: Desk, body: bytes) -> None:
    model = first(desk)
    response = bring(desk.channel, desk.fake.signed(desk.channel, replace(model, body=body, headers={})))
    assert response.status_code < 500
    run_until_idle()
    assert {envelope.state for envelope in desk.envelopes()} <= {"quarantined", "ignored", "processed"}
    assert not desk.messages()
    desk.customer_writes()


def test_a_huge_body_is_refused_before_it_is_read(desk: Desk) -> None:
    model = replace(first(desk), body=b" " * (10 * 1024 * 1024 + 1))
    assert bring(desk.channel, model).status_code == 413


def test_a_nul_in_a_text_does_not_stop_it(desk: Desk) -> None:
    desk.bring(desk.fake.message(desk.channel, "first", "before\0after"))
    assert [message.text.replace("\0", "") for message in desk.messages()] == ["beforeafter"]


def test_the_challenge_is_answered(desk: Desk) -> None:
    challenge = desk.fake.challenge(desk.channel)
    if challenge is None:
        pytest.skip("this provider sends no challenge")
    webhook, wanted = challenge
    response = bring(desk.channel, webhook)
    assert (response.status_code, response.content) == (200, wanted)
    assert not desk.envelopes()


def test_secrets_are_neither_kept_with_envelopes_nor_told(desk: Desk, caplog: Any) -> None:
    desk.customer_writes()
    (envelope,) = desk.envelopes()
    secrets = [str(value) for value in dict(desk.channel.secrets).values() if value]
    kept = json.dumps(envelope.headers) + repr(envelope) + repr(desk.channel) + caplog.text
    assert secrets and not any(secret in kept for secret in secrets)
    shown = json.dumps(desk.connector.capabilities(desk.channel.config), default=str)
    assert not any(secret in shown for secret in secrets)


def test_what_it_says_is_the_same_at_every_reading(desk: Desk) -> None:
    """An envelope may be understood again years later."""
    desk.customer_writes()
    (envelope,) = desk.envelopes()
    connector = registry.connector(desk.channel.kind)
    once, again = (
        connector.parse(bytes(envelope.raw), envelope.headers, desk.channel.config) for _ in range(2)
    )
    assert list(once) == list(again)
