"""The provider's own parts against ours: its client at the fake, its document over our requests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.sms.connector import SmsConnector
from hub.clock import now
from hub.messages import OutboundFile, OutboundMessage, Party, SendError
from hub.models import Channel
from tests.fakes.server import Answer, Asked
from tests.fakes.sms import Fake, refusal

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[3].parent / "shared/specs/twilio/twilio_api_v2010.json"


class AtTheFake(TwilioHttpClient):
    """The client's own transport, with another host."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self.base_url = base_url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.base_url), *args, **more)


@pytest.fixture
def client(fake: Fake) -> Client:
    account, token = next(iter(fake.api.credentials.items()))
    return Client(account, token, http_client=AtTheFake(fake.server.base_url))


def test_the_official_client_talks_to_the_fake(fake: Fake, client: Client) -> None:
    made = client.messages.create(to="+15550200001", from_="+15550100101", body="Hello")
    assert made.sid and made.status == "queued" and made.date_created is not None
    fake.api.page_size = 1
    client.messages.create(to="+15550200001", from_="+15550100101", body="Again")
    assert [one.body for one in client.messages.list(to="+15550200001")] == ["Again", "Hello"]
    fake.api.answer_next(Answer(400, refusal(21610, "opted out")))
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to="+15550200001", from_="+15550100101", body="Hello")
    assert (caught.value.code, caught.value.status) == (21610, 400)


def test_the_official_check_takes_what_the_fake_signs(fake: Fake, channel: Channel) -> None:
    webhook = fake.bring(channel, fake.message(channel, "first"))
    validator = RequestValidator(str(channel.secrets["auth_token"]))
    form = fake.message(channel, "first")
    assert validator.validate(webhook.url(channel), form, webhook.headers["X-Twilio-Signature"])


def test_no_call_leaves_the_checked_transport(
    channel: Channel, connector: SmsConnector, settings: Any
) -> None:
    """Without leave to go to loopback, it does not go there; credentials are in no error."""
    settings.PROVIDER_BASE_URLS = {}
    channel.config["account_sid"] = "AC" + "f" * 32
    from connectors.sms import transport

    client = transport.client("AC1", ("AC1", "secret"), 2)
    with pytest.raises(SendError) as caught:
        client.request("GET", "http://127.0.0.1:9/2010-04-01/Accounts/AC1.json")
    assert caught.value.code == "refused" and "secret" not in str(caught.value)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    if not DOCUMENT.is_file():
        pytest.skip("the provider's OpenAPI document is not beside this repository")
    found: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return found


def test_our_requests_are_what_the_providers_document_asks_for(
    fake: Fake, channel: Channel, connector: SmsConnector, document: dict[str, Any]
) -> None:
    fake.api.numbers.append(
        {"sid": "PN" + "1" * 32, "phone_number": channel.address, "sms_url": "https://elsewhere.example"}
    )
    fake.api.receive(channel.address, "Look", sid="MM" + "1" * 32, at=channel.created_at, media=1)
    channel.created_at = now().replace(year=2020)
    message = OutboundMessage("d1", "i1", "c1", 1, Party("phone", "+15550200001"), "Hello", created_at=now())
    file = OutboundFile("a.png", "image/png", b"x", url="https://hub.test/a.png")
    connector.send(channel, message)
    connector.send(channel, replace(message, files=(file, file)))
    connector.reconcile(channel, message)
    connector.poll(channel, {})
    connector.test(channel)
    connector.connect(channel, "https://hub.test/hooks/sms/1/")
    assert len({asked.path for asked in fake.api.requests}) >= 4
    wrong = {asked.path: problems for asked in fake.api.requests if (problems := _problems(document, asked))}
    assert not wrong


def _problems(document: dict[str, Any], asked: Asked) -> list[str]:
    """What in a request is not as the document has it: path, names, and values of query and form."""
    import jsonschema_rs

    operation, in_path = _operation(document, asked)
    query = {name: values[0] for name, values in asked.query.items()}
    asks = {one["name"]: one["schema"] for one in operation["parameters"]}
    problems = [f"unknown: {name}" for name in query if name not in asks]
    for name, value in {**in_path, **query}.items():
        schema = asks.get(name, {})
        typed: Any = int(value) if schema.get("type") == "integer" else value
        problems += [str(error) for error in jsonschema_rs.validator_for(schema).iter_errors(typed)]
    if asked.body:
        form_type = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
        schema = form_type["schema"]
        form = {
            name: values if schema["properties"][name].get("type") == "array" else values[0]
            for name, values in asked.form.items()
        }
        whole = {**schema, "components": document["components"]}
        problems += [str(error) for error in jsonschema_rs.validator_for(whole).iter_errors(form)]
    return problems


def _operation(document: dict[str, Any], asked: Asked) -> tuple[dict[str, Any], dict[str, str]]:
    parts = asked.path.removesuffix(".json").split("/")
    for path, operations in document["paths"].items():
        names = path.removesuffix(".json").split("/")
        if len(names) == len(parts) and all(
            name == part or name.startswith("{") for name, part in zip(names, parts, strict=True)
        ):
            given = {n.strip("{}"): p for n, p in zip(names, parts, strict=True) if n.startswith("{")}
            return operations[asked.method.lower()], given
    raise AssertionError(f"the document has no {asked.path}")
