"""A number at work: asked, answered to, and fetched from, against a fake of the Cloud API."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

from connectors.whatsapp import form
from connectors.whatsapp.connector import WhatsAppConnector
from connectors.whatsapp.demo import demo_channel
from hub import registry
from hub.channel_form import InvalidSettings
from hub.jobs.worker import run_until_idle
from hub.messages import (
    Button,
    ContactCard,
    ErrorClass,
    Location,
    Menu,
    MenuRow,
    MessageRef,
    OutboundFile,
    OutboundMessage,
    Party,
    SendError,
    TemplateCall,
)
from hub.models import Channel, Identity, Message
from tests import factories
from tests.fakes.server import Answer
from tests.fakes.webhooks import Webhook, bring
from tests.fakes.whatsapp import Fake, refusal

pytestmark = pytest.mark.django_db

DOCUMENT = (
    Path(__file__).resolve().parents[3].parent / "shared/specs/whatsapp/business-messaging-api_v23.0.yaml"
)


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
def connector() -> WhatsAppConnector:
    found = registry.connector("whatsapp")
    assert isinstance(found, WhatsAppConnector)
    return found


ANN = Party("whatsapp", "15550100", "Ann")


def _answer(text: str = "On its way.", **fields: Any) -> OutboundMessage:
    return OutboundMessage("d1", "i1", "c1", 1, ANN, text, thread_key="15550100", **fields)


PHOTO = OutboundFile("wheel.png", "image/png", b"\x89PNG")
VOICE = OutboundFile("hello.ogg", "audio/ogg", b"OggS")
MENU = Menu("When?", (MenuRow("a", "Today", "9 to 12"), MenuRow("b", "A title that is much too long for it")))
TEMPLATE = TemplateCall(
    "parcel", "en_US", {"1": "Ann", "2": "today", "header.image": "https://x.example/a.png"}
)
CODE = TemplateCall("offer", "en", {"first_name": "Ann", "button.0": "track/7", "button.1.code": "SUMMER"})

ANSWERS = {
    "text": _answer("See https://acme.example", quoted_id="wamid.AAA"),
    "image": _answer(files=(PHOTO,)),
    "document": _answer(files=(VOICE,)),
    "audio": _answer("", files=(VOICE,)),
    "location": _answer("", location=Location(52.5, 13.4, "Shop", "Mill Lane")),
    "contacts": _answer("", contacts=(ContactCard("Cy Dee", ("+15550103",), ("cy@example.test",), "Acme"),)),
    "buttons": _answer(
        buttons=(Button("yes", "Yes"), Button("no", "No"), Button("", "Shop", "https://a.example"))
    ),
    "list": _answer(menu=MENU),
    "template": _answer(template=TEMPLATE),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_goes_out_fits_the_published_schema(
    name: str, fake: Fake, channel: Channel, connector: WhatsAppConnector, schema: Draft202012Validator
) -> None:
    connector.send(channel, ANSWERS[name])
    (sent,) = fake.api.messages
    assert [error.message for error in schema.iter_errors(sent)] == []


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The schema of a message, without its contradiction: its parts forbid each other's fields."""
    if not DOCUMENT.exists():
        pytest.skip("the provider's document is not here")
    document = yaml.load(DOCUMENT.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    schemas = document["components"]["schemas"]
    for one in schemas.values():
        for part in one.get("allOf") or ():
            part.pop("additionalProperties", None)
    return Draft202012Validator({"$ref": "#/components/schemas/Message", "components": {"schemas": schemas}})


def test_each_kind_of_content_is_sent_as_what_it_is(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    for answer in ANSWERS.values():
        assert connector.send(channel, answer).provider_id.startswith("wamid.")
    sent = dict(zip(ANSWERS, fake.api.messages, strict=True))
    assert sent["text"]["context"] == {"message_id": "wamid.AAA"} and sent["text"]["text"]["preview_url"]
    assert all(one["biz_opaque_callback_data"] == "d1" and one["to"] == "15550100" for one in sent.values())
    assert sent["image"]["image"] == {"id": "1000", "caption": "On its way."}
    assert sent["document"]["document"]["filename"] == "hello.ogg", "there are no words under a sound"
    assert sent["audio"]["audio"] == {"id": "3000"}
    assert b'filename="wheel.png"' in fake.api.uploads[0] and PHOTO.data in fake.api.uploads[0]
    assert len(sent["buttons"]["interactive"]["action"]["buttons"]) == 2
    assert sent["buttons"]["interactive"]["body"]["text"].endswith("Shop: https://a.example")
    titles = [row["title"] for row in sent["list"]["interactive"]["action"]["sections"][0]["rows"]]
    assert titles == ["Today", "A title that is much to…"]
    header, body = sent["template"]["template"]["components"]
    assert header["parameters"] == [{"type": "image", "image": {"link": "https://x.example/a.png"}}]
    assert [parameter["text"] for parameter in body["parameters"]] == ["Ann", "today"]


def test_named_gaps_and_buttons_of_templates(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    connector.send(channel, _answer(template=CODE))
    body, link, code = fake.api.messages[0]["template"]["components"]
    assert body["parameters"] == [{"type": "text", "text": "Ann", "parameter_name": "first_name"}]
    assert (link["sub_type"], link["index"], link["parameters"][0]["text"]) == ("url", "0", "track/7")
    assert code["parameters"] == [{"type": "coupon_code", "coupon_code": "SUMMER"}]


def test_templates_are_listed_page_by_page(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    parts = [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Hello {{ 1 }}, it comes {{2}}."},
        {"type": "FOOTER", "text": "Acme"},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "url": "https://a.example/{{1}}"}]},
    ]
    told = {"name": "parcel", "language": "en_US", "status": "APPROVED", "category": "UTILITY"}
    strange = [{"type": "BODY", "text": "Hi"}, {"type": "CAROUSEL", "cards": []}]
    fake.api.templates = [
        told | {"components": parts},
        told | {"name": "waiting", "status": "PENDING", "components": parts[1:2]},
        {"language": "broken"},
        told | {"name": "strange", "components": strange},
    ]
    parcel, waiting, odd = connector.templates(channel)
    assert parcel.variables == ("header.image", "1", "2", "button.0")
    assert parcel.filled({"1": "Ann", "2": "today"}) == "Hello Ann, it comes today."
    assert (parcel.footer, parcel.category, parcel.usable) == ("Acme", "utility", True)
    assert (waiting.usable, waiting.status, odd.usable) == (False, "pending", False)


def test_who_hides_their_number_is_answered_by_their_id(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    connector.send(channel, replace(_answer(), recipient=Party("whatsapp", "US.2222222222")))
    (sent,) = fake.api.messages
    assert sent["recipient"] == "US.2222222222" and "to" not in sent


def test_who_hides_their_number_later_is_recognised(fake: Fake, channel: Channel) -> None:
    both = {"wa_id": "15550100", "user_id": "US.1", "profile": {"name": "Ann"}}
    hidden = {"user_id": "US.1", "profile": {"name": "Ann"}}
    for key, contact, sender in (("a", both, {"from": "15550100"}), ("b", hidden, {"from_user_id": "US.1"})):
        told = {"id": f"wamid.{key}", "timestamp": "1700000000", "type": "text", "text": {"body": key}}
        webhook = fake.webhook(channel, [{"part": "messages", "told": told | sender, "person": ""}])
        envelope = json.loads(webhook.body)
        envelope["entry"][0]["changes"][0]["value"]["contacts"] = [contact]
        brought = bring(channel, fake.signed(channel, webhook.with_body(json.dumps(envelope).encode())))
        assert brought.status_code == 200
        run_until_idle()
    people = Identity.objects.within(channel.organization).filter(kind="whatsapp")
    assert {one.value for one in people} == {"15550100", "US.1"}
    assert len({one.contact_id for one in people}) == 1
    rows = Message.objects.within(channel.organization).select_related("item")
    assert len({one.item.conversation_id for one in rows}) == 1


def test_one_url_serves_all_numbers_of_an_app(fake: Fake, channel: Channel) -> None:
    other = fake.channel(channel.organization, 2)
    other.secrets = {**other.secrets, "app_secret": channel.secrets["app_secret"]}
    other.save()
    events = [
        fake.webhook(one, [fake.message(one, f"k{one.address}", f"To {one.address}")])
        for one in (channel, other)
    ]
    first, second = (json.loads(webhook.body) for webhook in events)
    first["entry"] += second["entry"]
    together = fake.signed(channel, Webhook(json.dumps(first).encode(), is_shared=True))
    assert bring(channel, together).status_code == 200
    run_until_idle()
    rows = Message.objects.within(channel.organization)
    assert {(one.channel_id, one.text) for one in rows} == {
        (one.pk, f"To {one.address}") for one in (channel, other)
    }
    challenge, wanted = fake.challenge(other)
    assert bring(channel, replace(challenge, is_shared=True)).content == wanted
    wrong = replace(challenge, query=challenge.query.replace("verify-token", "other-token"))
    assert bring(channel, wrong).status_code == 403


def test_typing_marks_the_last_message_as_read(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    for key in ("a", "b"):
        bring(channel, fake.bring(channel, fake.message(channel, key)))
        run_until_idle()
    connector.typing(channel, fake.sender().value, "start")
    connector.typing(channel, "nobody", "start")
    (read,) = fake.api.read
    assert (read["status"], read["message_id"]) == ("read", "wamid.b")
    assert read["typing_indicator"] == {"type": "text"}


def test_a_reaction_is_taken_back_with_an_empty_one(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    connector.react(channel, MessageRef("wamid.a", "15550100", ANN, False), "👍", removed=True)
    assert fake.amended() == [("unreact", "wamid.a", "")]


@pytest.mark.parametrize(
    "answer, code",
    [
        (_answer("x" * 1025, buttons=(Button("y", "Yes"),)), "too-long"),
        (_answer("", menu=MENU), "no-words"),
        (_answer(contacts=(ContactCard("Cy"),)), "words-beside-card"),
        (_answer(location=Location(1.0, 2.0, "Shop")), "words-beside-place"),
    ],
)
def test_what_cannot_be_said_together_is_refused_before_it_is_sent(
    fake: Fake, channel: Channel, connector: WhatsAppConnector, answer: OutboundMessage, code: str
) -> None:
    with pytest.raises(SendError) as caught:
        connector.send(channel, answer)
    assert (caught.value.code, caught.value.error_class) == (code, ErrorClass.PERMANENT)
    assert not fake.api.requests


def test_a_file_that_is_not_taken_is_no_uncertain_message(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    fake.server.drop()
    with pytest.raises(SendError) as caught:
        connector.send(channel, ANSWERS["image"])
    assert not caught.value.uncertain
    fake.server.answer_next(Answer(400, refusal(131053, error_data={"details": "Too odd"})))
    with pytest.raises(SendError, match="Too odd"):
        connector.send(channel, ANSWERS["image"])
    assert not fake.api.messages


def test_one_customers_limit_does_not_stop_the_others(
    fake: Fake, channel: Channel, connector: WhatsAppConnector
) -> None:
    stopped = []
    for code in (131056, 130429):
        fake.server.answer_next(Answer(400, refusal(code)))
        with pytest.raises(SendError) as caught:
            connector.send(channel, _answer())
        stopped.append(caught.value.destination)
    assert stopped == ["", next(iter(connector.destinations(channel, "15550100")))]


def test_the_test_says_whose_number_it_is(fake: Fake, channel: Channel, connector: WhatsAppConnector) -> None:
    assert [(check.name, check.ok) for check in connector.test(channel)] == [
        ("Number", True),
        ("Account", True),
        ("Receiving", False),
    ]
    connector.connect(channel, "https://hub.example.com/hooks/whatsapp/1/")
    assert all(check.ok for check in connector.test(channel))
    channel.secrets["access_token"] = "EAA-expired-token-of-old"
    (number,) = connector.test(channel)
    assert not number.ok and "expired" in number.detail
    url, token = connector.pastes(channel)
    assert url.value.endswith("/hooks/whatsapp/") and token.value == channel.secrets["verify_token"]


def test_settings_that_cannot_be_right_are_refused() -> None:
    with pytest.raises(InvalidSettings) as caught:
        form.clean("+1 555", {"waba_id": "x"}, {"access_token": "short"})
    assert set(caught.value.errors) == {"address", "waba_id", "access_token", "app_secret"}
    secrets = {"access_token": "EAA" + "x" * 30, "app_secret": "0123456789abcdef"}
    _, kept = form.clean("106540352242922", {"waba_id": "102290129340398"}, secrets)
    assert len(kept["verify_token"]) >= 24


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("+49 (151) 234-567", "49151234567"),
        ("us.1349120", "US.1349120"),
        ("hello", None),
        ("", None),
        ("12", None),
    ],
)
def test_addresses_have_one_form(connector: WhatsAppConnector, typed: str, kept: str | None) -> None:
    assert connector.normalise(typed) == kept


def test_each_demo_organization_has_a_number_of_its_own(connector: WhatsAppConnector) -> None:
    told = [demo_channel(factories.organization())[1] for _ in range(2)]
    assert {"phone_number_id", "waba_id", "app_secret", "verify_token", "webhook_url"} <= set(told[0])
    assert told[0]["phone_number_id"] != told[1]["phone_number_id"]
