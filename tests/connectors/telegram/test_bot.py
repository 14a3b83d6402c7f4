"""A bot at work: switched on, asked, answered to, against a fake of the Bot API."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from connectors.telegram import bot, form
from connectors.telegram.connector import TelegramConnector
from hub import registry
from hub.channel_form import InvalidSettings
from hub.messages import Button, OutboundFile, OutboundMessage, Party, SendError
from hub.models import Channel
from hub.stopping import Stopping
from tests import factories
from tests.fakes.server import Answer
from tests.fakes.telegram import Fake
from tests.fakes.webhooks import bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    fake = Fake()
    with fake.server:
        settings.PROVIDER_BASE_URLS = fake.base_urls()
        yield fake


@pytest.fixture
def channel(fake: Fake) -> Channel:
    return fake.channel(factories.organization())


@pytest.fixture
def connector() -> TelegramConnector:
    found = registry.connector("telegram")
    assert isinstance(found, TelegramConnector)
    return found


def _answer(text: str = "On its way.", **fields: Any) -> OutboundMessage:
    recipient = Party("telegram", "7")
    return OutboundMessage("d1", "i1", "c1", 1, recipient, text, thread_key="7", **fields)


def test_switching_on_tells_telegram_where_to_call(
    fake: Fake, channel: Channel, connector: TelegramConnector
) -> None:
    connector.connect(channel, "https://hub.example.com/hooks/telegram/1/")
    assert fake.api.webhook["secret_token"] == channel.secrets["webhook_secret"]
    assert "message_reaction" in fake.api.webhook["allowed_updates"]
    connector.disconnect(channel)
    assert fake.api.webhook == {}


def test_the_test_says_whose_token_it_is(fake: Fake, channel: Channel, connector: TelegramConnector) -> None:
    (token, receiving) = connector.test(channel)
    assert not token.ok and token.detail == "It is the token of @acme_bot, not of @acme_1_bot."
    assert not receiving.ok
    channel.secrets["bot_token"] = "999999:" + "z" * 35
    assert [check.ok for check in connector.test(channel)] == [False]


def test_a_photo_goes_as_a_photo_and_the_rest_as_documents(
    fake: Fake, channel: Channel, connector: TelegramConnector
) -> None:
    photo = OutboundFile("wheel.png", "image/png", b"\x89PNG")
    paper = OutboundFile('in"voice.pdf', "application/pdf", b"%PDF\r\n--x\r\n")
    connector.send(channel, _answer(files=(photo,)))
    connector.send(channel, _answer("", files=(paper,)))
    first, second = fake.api.sent
    assert (first["method"], first["photo"], first["caption"]) == ("sendPhoto", photo.data, "On its way.")
    assert (second["method"], second["document"]) == ("sendDocument", paper.data)


def test_answers_quote_and_offer_buttons(fake: Fake, channel: Channel, connector: TelegramConnector) -> None:
    buttons = (Button("yes", "Yes"), Button("", "Shop", "https://shop.example"))
    connector.send(channel, _answer(quoted_id="7:54", buttons=buttons))
    (sent,) = fake.api.sent
    assert sent["reply_parameters"]["message_id"] == 54
    assert sent["reply_markup"]["inline_keyboard"] == [
        [{"text": "Yes", "callback_data": "yes"}],
        [{"text": "Shop", "url": "https://shop.example"}],
    ]


def test_topics_and_business_chats_are_answered_where_they_are(
    fake: Fake, channel: Channel, connector: TelegramConnector
) -> None:
    connector.send(channel, replace(_answer(), thread_key="-100500/3"))
    connector.send(channel, replace(_answer(), thread_key="7@b1"))
    topic, business = fake.api.sent
    assert (topic["chat_id"], topic["message_thread_id"]) == (-100500, 3)
    assert business["business_connection_id"] == "b1"


def test_a_group_that_has_moved_is_followed(
    fake: Fake, channel: Channel, connector: TelegramConnector
) -> None:
    moved = {"ok": False, "error_code": 400, "description": "x", "parameters": {"migrate_to_chat_id": -77}}
    fake.api.answer_next(Answer(400, moved))
    receipt = connector.send(channel, replace(_answer(), thread_key="-5"))
    assert receipt.provider_id.startswith("-77:")


def test_the_token_is_in_no_error(fake: Fake, channel: Channel, settings: Any) -> None:
    settings.PROVIDER_BASE_URLS = {"telegram": "http://127.0.0.1:9"}
    with pytest.raises(SendError) as caught:
        bot.call(channel, "getMe", {})
    chain: BaseException | None = caught.value
    while chain is not None:
        assert str(channel.secrets["bot_token"]) not in str(chain)
        chain = chain.__cause__


def test_polling_confirms_only_what_is_kept(
    fake: Fake, channel: Channel, connector: TelegramConnector
) -> None:
    channel.config["receive_by"] = "polling"
    fake.api.updates = [{"update_id": number, "message": {}} for number in (5, 6)]
    stopping = Stopping()
    first, second = islice(connector.listen(channel, lambda name: {}, stopping), 2)
    stopping.close()
    assert [item.dedupe_key for item in first.items] == ["update:5", "update:6"]
    assert first.cursor == {"offset": 7} and second.items == []
    asked = [request.json()["offset"] for request in fake.api.requests if "getUpdates" in request.path]
    assert asked == [0, 7]
    assert connector.listening_key(channel)


def test_a_pressed_button_is_answered_at_once(fake: Fake, channel: Channel) -> None:
    event = {"callback_query": {"id": "c1", "from": {"id": 7, "first_name": "Ann"}, "data": "yes"}}
    response = bring(channel, fake.bring(channel, event))
    assert json.loads(response.content) == {"method": "answerCallbackQuery", "callback_query_id": "c1"}


@pytest.mark.parametrize("token", ["", "abc", "123:short", "123456789:AA/../../getMe" + "x" * 30])
def test_a_token_that_cannot_be_one_is_refused(token: str) -> None:
    with pytest.raises(InvalidSettings):
        form.clean({}, {"bot_token": token})
