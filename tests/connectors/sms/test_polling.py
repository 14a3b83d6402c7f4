"""What the hub asks for after it was away: nothing is lost, and nothing comes twice."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.sms.connector import SmsConnector
from hub.clock import now
from hub.jobs.worker import run_until_idle
from hub.listening import poll
from hub.models import Channel, Message
from media import attachments
from tests.fakes.server import Answer
from tests.fakes.sms import Fake
from tests.fakes.webhooks import bring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_old_channel(channel: Channel) -> None:
    channel.created_at = now() - timedelta(days=2)
    channel.save()


def _texts(channel: Channel) -> list[str]:
    rows = Message.objects.within(channel.organization).order_by("item__occurred_at")
    return [message.text for message in rows]


def _ago(minutes: float) -> Any:
    return (now() - timedelta(minutes=minutes)).replace(microsecond=0)


def test_what_no_webhook_brought_is_brought_once(fake: Fake, channel: Channel) -> None:
    for minutes, text in ((50, "One"), (40, "Two"), (30, "Three")):
        fake.api.receive(channel.address, text, sid=f"SM{text}", at=_ago(minutes))
    fake.api.receive("+15550100999", "To somebody else", sid="SMother", at=_ago(20))
    fake.api.page_size = 2
    assert poll(channel) == 3
    run_until_idle()
    assert _texts(channel) == ["One", "Two", "Three"]
    assert poll(channel) == 0


def test_a_webhook_that_came_before_or_comes_after_doubles_nothing(fake: Fake, channel: Channel) -> None:
    for key in ("before", "after"):
        fake.api.receive(channel.address, key, sid=fake.message_id(channel, key), at=_ago(10))
    bring(channel, fake.bring(channel, fake.message(channel, "before", "before")))
    assert poll(channel) == 1
    bring(channel, fake.bring(channel, fake.message(channel, "after", "after")))
    run_until_idle()
    assert sorted(_texts(channel)) == ["after", "before"]


def test_what_has_just_come_is_left_to_its_webhook(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    fake.api.receive(channel.address, "Now", sid="SMnow", at=_ago(0))
    items, cursor = connector.poll(channel, {})
    assert not items
    items, _ = connector.poll(channel, cursor)
    (asked,) = [one.query["DateSent>"][0] for one in fake.api.requests[1:]]
    assert asked < str(cursor["since"])  # it is looked for again


def test_files_come_along(fake: Fake, channel: Channel) -> None:
    fake.api.receive(channel.address, "Look", sid="MM1", at=_ago(10), media=1)
    assert poll(channel) == 1
    run_until_idle()
    message = Message.objects.within(channel.organization).get()
    (file,) = message.item.attachments.all()
    assert attachments.read(file) == fake.file_content and file.filename == "image-1.png"


def test_stop_counts_also_when_it_was_missed(fake: Fake, channel: Channel) -> None:
    fake.api.receive(channel.address, "STOP", sid="SMstop", at=_ago(10))
    poll(channel)
    run_until_idle()
    author = Message.objects.within(channel.organization).get().item.author_identity
    assert author is not None and author.unsubscribed_at


def test_a_poll_that_fails_begins_again_where_it_was(fake: Fake, channel: Channel) -> None:
    fake.api.receive(channel.address, "One", sid="SM1", at=_ago(10))
    fake.api.answer_next(Answer(503, b""))
    with pytest.raises(Exception, match="503"):
        poll(channel)
    assert poll(channel) == 1


@pytest.mark.parametrize("address", ["Acme Shop", ""])
def test_senders_that_nobody_can_write_to_are_not_asked_about(
    fake: Fake, channel: Channel, connector: SmsConnector, address: str
) -> None:
    channel.address = address
    assert connector.poll(channel, {"since": "x"}) == ([], {"since": "x"})
    assert not fake.api.requests


def test_a_channel_may_be_told_not_to_ask(fake: Fake, channel: Channel, connector: SmsConnector) -> None:
    channel.config["asks_for_missed"] = False
    assert connector.poll(channel, {}) == ([], {})
    assert not fake.api.requests


def test_nothing_from_before_the_channel_comes(fake: Fake, channel: Channel) -> None:
    fake.api.receive(channel.address, "Old", sid="SMold", at=_ago(60 * 24 * 3))
    assert poll(channel) == 0
