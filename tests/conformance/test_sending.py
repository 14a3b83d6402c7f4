"""What goes out: once, within the channel's limits, and with the right person told when it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub import text_units
from hub.clock import held_at, now
from hub.jobs.worker import run_until_idle
from hub.messages import ErrorClass
from hub.models import Channel, Delivery
from inbox import actions
from inbox.errors import Invalid
from tests.conformance.conftest import FAKES, Desk

pytestmark = pytest.mark.django_db

ROWS = [(kind, row) for kind, fake in FAKES.items() for row in fake.error_rows]


def test_an_answer_reaches_the_provider_once(desk: Desk) -> None:
    delivery = desk.agent_answers(desk.customer_writes())
    assert (delivery.status, list(desk.fake.taken())) == ("sent", ["It is on its way."])
    assert delivery.provider_id


@pytest.mark.parametrize(
    "fake, row", ROWS, ids=[f"{kind} {row.name}" for kind, row in ROWS], indirect=["fake"]
)
def test_each_error_is_for_the_right_person(desk: Desk, row: object) -> None:
    delivery = _refused_by(desk, row)
    attempt = delivery.attempts.latest("number")
    error_class = row.error_class  # type: ignore[attr-defined]
    assert attempt.outcome == str(error_class)[:16], (attempt.code, attempt.detail)
    assert attempt.code and attempt.detail
    match error_class:
        case ErrorClass.RETRY | ErrorClass.THROTTLED:
            assert delivery.status == "queued" and delivery.next_attempt_at
        case ErrorClass.RECONNECT:
            assert delivery.status == "queued"
            channel = Channel.objects.within(desk.viewer.organization).get(pk=desk.channel.pk)
            assert channel.state == "needs_reconnect" and channel.health["detail"]
        case ErrorClass.RECIPIENT:
            assert delivery.status == "failed" and delivery.recipient.unreachable_since
        case _:
            assert delivery.status == "failed" and not delivery.recipient.unreachable_since
    assert not list(desk.fake.taken())


def _refused_by(desk: Desk, row: object) -> Delivery:
    customer = desk.customer_writes()
    desk.fake.server.answer_next(row.answer, times=20)  # type: ignore[attr-defined]
    return desk.agent_answers(customer)


@pytest.mark.parametrize("retry_after", [None, 120])
def test_a_provider_that_is_asked_too_much_is_left_alone(desk: Desk, retry_after: int | None) -> None:
    customer = desk.customer_writes()
    desk.fake.server.throttle(retry_after)
    delivery = desk.agent_answers(customer)
    assert delivery.status == "queued" and delivery.next_attempt_at is not None
    if retry_after:
        assert delivery.next_attempt_at >= delivery.updated_at + timedelta(seconds=retry_after * 0.79)
    with held_at(delivery.next_attempt_at + timedelta(minutes=10)):
        run_until_idle()
    assert desk.delivery(delivery.message.item).status == "sent"
    assert list(desk.fake.taken()) == ["It is on its way."]


@pytest.mark.parametrize("trouble", ["drop_after_accepting", "say_garbage", "fail"])
def test_nothing_is_sent_twice_when_nobody_knows(desk: Desk, trouble: str) -> None:
    """The provider may have taken it: only what it knows by our id, or says it has not, goes again."""
    customer = desk.customer_writes()
    getattr(desk.fake.server, trouble)()
    delivery = desk.agent_answers(customer)
    moment = now()
    for _ in range(6):
        moment += timedelta(hours=1)
        with held_at(moment):
            run_until_idle()
    fresh = desk.delivery(delivery.message.item)
    assert fresh.status in ("sent", "unknown", "failed", "delivered"), (fresh.status, fresh.detail)
    assert len(list(desk.fake.taken())) <= 1
    if fresh.status == "sent":
        assert len(list(desk.fake.taken())) == 1 or trouble == "say_garbage"


LETTERS = {"characters": "é", "utf16": "👋", "bytes": "é", "graphemes": "👩‍👩‍👧", "gsm_segments": "€"}


def test_texts_are_limited_in_the_channels_own_unit(desk: Desk) -> None:
    capabilities = desk.capabilities
    limit, unit = capabilities.text_limit, capabilities.text_unit
    if limit is None:
        pytest.skip("this channel has no limit of its own")
    customer = desk.customer_writes()
    letter = LETTERS[unit] if unit != "gsm_segments" else "a"
    weight = max(1, text_units.length(letter, unit)) if unit != "gsm_segments" else 1
    fitting = letter * (limit // weight) if unit != "gsm_segments" else "a" * (153 * limit)
    fitting = fitting.removesuffix(letter) + "." if len(fitting) > 1 else fitting
    assert text_units.length(fitting, unit) <= limit < text_units.length(fitting + letter * 2, unit)
    desk.agent_answers(customer, fitting)
    assert list(desk.fake.taken()) == [fitting]
    too_long = fitting + letter * 2
    if capabilities.overflow == "refuse":
        with pytest.raises(Invalid):
            desk.agent_answers(customer, too_long)
        return
    actions.reply(desk.viewer, customer.item.conversation_id, actions.Draft(text=too_long))
    run_until_idle()
    pieces = list(desk.fake.taken())[1:]
    assert len(pieces) == 2 and "".join(pieces) == too_long
    assert all(text_units.length(piece, unit) <= limit for piece in pieces)


def test_a_window_that_is_closed_is_said_before_anything_is_sent(desk: Desk) -> None:
    seconds = desk.capabilities.reply_window
    if seconds is None:
        pytest.skip("this channel never closes")
    customer = desk.customer_writes(at=now())
    with held_at(now() + timedelta(seconds=seconds + 60)), pytest.raises(Invalid):
        desk.agent_answers(customer, run=False)
    assert not list(desk.fake.taken())
