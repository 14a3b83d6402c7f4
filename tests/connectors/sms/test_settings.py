"""A number that is set up: its form, its test, and its webhook at the provider."""

from typing import Any

import pytest

from connectors.sms import form
from connectors.sms.connector import SmsConnector
from connectors.sms.demo import demo_channel
from hub.channel_form import InvalidSettings
from hub.messages import SendError
from hub.models import Channel
from tests import factories
from tests.fakes.server import Answer
from tests.fakes.sms import Fake, refusal

pytestmark = pytest.mark.django_db

ACCOUNT = "AC" + "a" * 32
GOOD = {"account_sid": ACCOUNT}


def _number(fake: Fake, channel: Channel, sms_url: str = "") -> dict[str, Any]:
    number = {"sid": "PN" + "1" * 32, "phone_number": channel.address, "sms_url": sms_url}
    fake.api.numbers.append(number)
    return number


def _callback(channel: Channel) -> str:
    return f"http://hub.test/hooks/sms/{channel.pk}/"


@pytest.fixture(autouse=True)
def _public(settings: Any) -> None:
    settings.PUBLIC_URL = "http://hub.test"


def test_the_test_says_whose_account_it_is_and_where_the_number_posts(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    account, number = connector.test(channel)
    assert account.ok and "Acme" in account.detail and number.ok is False
    entered = _number(fake, channel)
    assert [check.ok for check in connector.test(channel)] == [True, False]
    connector.connect(channel, _callback(channel))
    assert entered["sms_url"] == connector.pastes(channel)[0].value == f"{_callback(channel)}#rc=5&rp=all"
    assert [check.ok for check in connector.test(channel)] == [True, True]
    connector.disconnect(channel)
    assert entered["sms_url"] == ""
    channel.secrets["auth_token"] = "wrong"
    assert [check.ok for check in connector.test(channel)] == [False]
    assert not connector.health(channel).ok


def test_another_systems_address_is_left_alone_when_the_channel_goes(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    entered = _number(fake, channel, "https://elsewhere.example/sms")
    connector.disconnect(channel)
    assert entered["sms_url"] == "https://elsewhere.example/sms"
    channel.config["enters_address"] = False
    connector.connect(channel, _callback(channel))
    assert entered["sms_url"] == "https://elsewhere.example/sms"


def test_a_key_that_may_not_change_numbers_holds_nothing_up(
    fake: Fake, channel: Channel, connector: SmsConnector
) -> None:
    fake.api.answer_next(Answer(403, refusal(20403, status=403)))
    connector.connect(channel, _callback(channel))
    fake.api.answer_next(Answer(401, refusal(20003, status=401)))
    with pytest.raises(SendError):
        connector.connect(channel, _callback(channel))


@pytest.mark.parametrize(
    "address, config, secrets, wrong",
    [
        ("+15550100001", {"account_sid": "AC1"}, {"auth_token": "t"}, {"account_sid"}),
        ("+15550100001", GOOD, {}, {"auth_token"}),
        ("", GOOD, {"auth_token": "t"}, {"address"}),
        ("+1", GOOD | {"api_key_sid": "SK" + "1" * 32}, {"auth_token": "t"}, {"api_key_secret"}),
        ("+1", GOOD | {"quiet_from": "25:00", "quiet_until": "8"}, {"auth_token": "t"}, {"quiet_from"}),
        ("+1", GOOD | {"messaging_service_sid": "x"}, {"auth_token": "t"}, {"messaging_service_sid"}),
    ],
)
def test_what_cannot_work_is_said_of_its_field(
    address: str, config: dict[str, Any], secrets: dict[str, str], wrong: set[str]
) -> None:
    with pytest.raises(InvalidSettings) as caught:
        form.clean(address, config, secrets)
    assert set(caught.value.errors) == wrong


def test_good_settings_are_kept_without_blanks() -> None:
    config, secrets = form.clean("+15550100001", {"account_sid": f" {ACCOUNT} "}, {"auth_token": " t "})
    assert (config["account_sid"], secrets) == (ACCOUNT, {"auth_token": "t"})


def test_the_demo_has_a_number_each() -> None:
    acme, globex = factories.organization("Acme"), factories.organization("Globex")
    channel, told = demo_channel(acme)
    assert demo_channel(acme)[1] == told and told["number"] != demo_channel(globex)[1]["number"]
    assert told["webhook_url"].endswith(f"/hooks/sms/{channel.pk}/")
    assert told["status_url"] == told["webhook_url"] + "status"
