"""Messages on their way out: by the official client, not to who said no, not at night, never twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sms import quiet
from connectors.sms.connector import SmsConnector
from hub.clock import held_at, now
from hub.jobs.worker import run_until_idle
from hub.messages import ErrorClass, OutboundFile, OutboundMessage, Party, SendError
from hub.models import Channel, Delivery, Identity
from inbox import actions
from inbox.errors import Invalid
from tests import factories
from tests.fakes.server import Answer
from tests.fakes.sms import Fake, refusal
from tests.fakes.webhooks import bring

pytestmark = pytest.mark.django_db

ANN = Party("phone", "+15550200001")
BERLIN = "+4915112345678"
NIGHT, NOON = datetime(2026, 1, 10, 22, 30, tzinfo=UTC), datetime(2026, 1, 10, 12, tzinfo=UTC)


def _answer(text: str = "It is on its way.", **fields: Any) -> OutboundMessage:
    return replace(OutboundMessage("d1", "i1", "c1", 1, ANN, text, created_at=now()), **fields)


def _customer_writes(fake: Fake, channel: Channel, text: str = "Where is it?", key: str = "first") -> Any:
    bring(channel, fake.bring(channel, fake.message(channel, key, text)))
    run_until_idle()
    return Identity.objects.within(channel.organization).get(kind="phone", value=fake.sender().value)


def _reply(channel: Channel, identity: Identity, text: str = "It is on its way.") -> Delivery:
    agent = factories.viewer(factories.agent(channel.organization), channel.organization)
    conversation = identity.contact.conversations.get()
    item = actions.reply(agent, conversation.pk, actions.Draft(text=text))
    run_until_idle()
    return Delivery.objects.within(channel.organization).get(message_id=item.pk)


def test_our_id_goes_along_and_comes_back(fake: Fake, channel: Channel) -> None:
    delivery = _reply(channel, _customer_writes(fake, channel))
    assert list(fake.status_urls()) == [f"/hooks/sms/{channel.pk}/status?delivery={delivery.pk}"]
    told = fake.status(channel, delivery.provider_id, "delivered", delivery_id=str(delivery.pk))
    assert bring(channel, fake.bring(channel, told)).status_code == 200
    run_until_idle()
    delivery.refresh_from_db()
    assert delivery.status == "delivered"


def test_a_webhook_is_answered_with_nothing_to_say(fake: Fake, channel: Channel) -> None:
    response = bring(channel, fake.bring(channel, fake.message(channel, "first")))
    assert response["Content-Type"].startswith("text/xml")
    assert response.content.endswith(b"<Response/>")


def test_files_are_fetched_by_the_provider_and_segments_told(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    files = tuple(
        OutboundFile(f"{n}.png", "image/png", b"x", url=f"https://hub.test/{n}?s=1&t=2") for n in (1, 2)
    )
    receipt = connector.send(channel, _answer("a" * 200, files=files))
    (form,) = fake.api.sent
    assert form["MediaUrl"] == [file.url for file in files] and form["From"] == [channel.address]
    assert receipt.detail == "2 SMS" and receipt.provider_id.startswith("MM")


def test_a_messaging_service_chooses_the_sender(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    channel.config["messaging_service_sid"] = "MG" + "1" * 32
    connector.send(channel, _answer())
    (form,) = fake.api.sent
    assert form["MessagingServiceSid"] == ["MG" + "1" * 32] and "From" not in form


def test_an_api_key_is_used_where_there_is_one(fake: Fake, channel: Channel, connector: SmsConnector) -> None:
    channel.config["api_key_sid"] = "SK" + "1" * 32
    with pytest.raises(SendError):
        connector.send(channel, _answer())
    channel.secrets["api_key_secret"] = "wrong"
    with pytest.raises(SendError) as caught:
        connector.send(channel, _answer())
    assert caught.value.error_class == ErrorClass.RECONNECT
    (asked,) = fake.api.refused
    assert f"/Accounts/{channel.config['account_sid']}/" in asked.path


def test_who_said_stop_is_not_written_to_until_they_say_start(fake: Fake, channel: Channel) -> None:
    _customer_writes(fake, channel)
    identity = _customer_writes(fake, channel, "STOP", "second")
    assert identity.unsubscribed_at and identity.unreachable_since
    with pytest.raises(Invalid):
        _reply(channel, identity)
    assert not fake.taken()
    identity = _customer_writes(fake, channel, "START", "third")
    assert not identity.unsubscribed_at and _reply(channel, identity).status == "sent"


def test_an_answer_that_waited_while_they_said_stop_is_not_sent(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    _customer_writes(fake, channel, "STOP")
    with pytest.raises(SendError) as caught:
        connector.send(channel, _answer(recipient=fake.sender()))
    assert caught.value.error_class == ErrorClass.RECIPIENT and not fake.api.requests


def test_the_provider_may_know_first_that_they_said_stop(fake: Fake, channel: Channel) -> None:
    identity = _customer_writes(fake, channel)
    fake.api.answer_next(Answer(400, refusal(21610)))
    assert _reply(channel, identity).status == "failed"
    identity.refresh_from_db()
    assert identity.unsubscribed_at
    with pytest.raises(Invalid):
        _reply(channel, identity)


def test_a_message_that_was_taken_without_an_answer_is_found(fake: Fake, channel: Channel) -> None:
    identity = _customer_writes(fake, channel)
    first = _reply(channel, identity)
    fake.api.drop_after_accepting()
    second = _reply(channel, identity)
    assert (first.status, second.status) == ("sent", "sent")
    assert first.provider_id != second.provider_id and len(fake.taken()) == 2


def test_a_message_that_nobody_has_is_for_a_person_until_a_callback_tells(
    fake: Fake, channel: Channel
) -> None:
    identity = _customer_writes(fake, channel)
    fake.api.drop()
    delivery = _reply(channel, identity)
    assert delivery.status == "unknown"
    told = fake.status(channel, "SM" + "9" * 32, "sent", delivery_id=str(delivery.pk))
    bring(channel, fake.bring(channel, told))
    run_until_idle()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.provider_id) == ("sent", "SM" + "9" * 32)


def test_without_a_connection_it_is_tried_again(fake: Fake, channel: Channel, settings: Any) -> None:
    identity = _customer_writes(fake, channel)
    settings.PROVIDER_BASE_URLS = {"twilio": "http://127.0.0.1:9"}
    delivery = _reply(channel, identity)
    assert delivery.status == "queued" and delivery.next_attempt_at


def test_a_message_that_failed_at_once_is_not_called_sent(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    fake.api.answer_next(Answer(201, {"sid": "SM1", "status": "failed", "error_code": 30006}))
    with pytest.raises(SendError) as caught:
        connector.send(channel, _answer())
    assert caught.value.error_class == ErrorClass.RECIPIENT


def test_at_night_it_waits_until_the_morning_where_they_are(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    channel.config |= {"quiet_from": "21:00", "quiet_until": "08:00"}
    to = Party("phone", BERLIN)
    with held_at(NIGHT), pytest.raises(SendError) as caught:
        connector.send(channel, _answer(recipient=to))
    assert caught.value.retry_after == timedelta(hours=8, minutes=30).total_seconds()
    assert not fake.api.requests
    with held_at(NOON):
        assert connector.send(channel, _answer(recipient=to)).provider_id


def test_who_writes_at_night_is_answered_at_night(fake: Fake, channel: Channel) -> None:
    channel.config |= {"quiet_from": "21:00", "quiet_until": "08:00"}
    channel.save()
    with held_at(NIGHT):
        event = fake.message(channel, "first") | {"From": BERLIN}
        bring(channel, fake.bring(channel, event))
        run_until_idle()
        identity = Identity.objects.within(channel.organization).get(value=BERLIN)
        assert quiet.seconds_left(channel, Party("phone", BERLIN), NIGHT + timedelta(hours=2)) > 0
        assert _reply(channel, identity).status == "sent"


def test_a_night_may_have_an_hour_less(channel: Channel) -> None:
    channel.config |= {"quiet_from": "21:00", "quiet_until": "08:00"}
    before = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00 in Berlin; clocks go forward at 02:00
    assert quiet.seconds_left(channel, Party("phone", BERLIN), before) == timedelta(hours=8).total_seconds()


@pytest.mark.parametrize("number", ["+15550200001", "12345", "ACME"])
def test_where_nobody_knows_the_hour_none_is_quiet(channel: Channel, number: str) -> None:
    channel.config |= {"quiet_from": "00:00", "quiet_until": "23:59"}
    assert quiet.seconds_left(channel, Party("phone", number), NIGHT) == 0
