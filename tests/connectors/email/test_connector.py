"""E-mail through the port: mails to inbound messages and reports, outbound messages to mail."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from connectors.email.connector import EmailConnector
from connectors.email.demo import demo_channel
from connectors.email.reading.parse import parse
from connectors.email.sending import own_ids
from hub import tokens
from hub.messages import Ignored, Inbound, InboundMessage, InboundStatus, SendError
from hub.models import Channel
from tests import factories
from tests.connectors.email.conftest import Sink, sample
from tests.connectors.email.test_compose import MESSAGE

EMAIL = EmailConnector()
OWN = "support@acme.test"
CONVERSATION = uuid.UUID("019b8a00-0000-7000-8000-0000000000aa")
DELIVERY = "019b8a00-0000-7000-8000-0000000000bb"
TOKEN = tokens.sign_id(tokens.REPLY, CONVERSATION)
OWN_ID = own_ids.message_id(DELIVERY, TOKEN, "acme.test")


def read(raw: bytes, **headers: Any) -> list[Inbound]:
    return list(EMAIL.parse(raw, {"address": OWN, "sender": "x@example.net", **headers}, {}))


def message(raw: bytes, **headers: Any) -> InboundMessage:
    (inbound,) = read(raw, **headers)
    assert isinstance(inbound, InboundMessage)
    return inbound


def mail(**headers: str) -> bytes:
    fields = {
        "From": "Carla <carla@example.net>",
        "To": OWN,
        "Subject": "Hi",
        "Message-ID": "<1@example.net>",
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\nHello\r\n"


def test_a_mail_becomes_one_message() -> None:
    inbound = message(sample("plain"))
    assert (inbound.sender.value, inbound.sender.name) == ("carla@example.net", "Carla Customer")
    assert inbound.subject == "Where is my parcel?"
    assert inbound.text.startswith("Hello,")
    assert inbound.reference == "<parcel-1@example.net>"
    assert inbound.sent_at is not None
    assert [party.value for party in inbound.to] == [OWN]
    assert not inbound.automatic


def test_two_paths_give_one_external_id_and_other_content_another() -> None:
    raw = sample("plain")
    other_path = raw.replace(b"mx.example.net", b"mx2.example.net")
    assert message(raw).external_id == message(other_path).external_id
    assert message(raw).external_id != message(raw + b"more\r\n").external_id


def test_a_missing_message_id_is_made_from_the_content() -> None:
    raw = mail().replace(b"Message-ID: <1@example.net>\r\n", b"")
    assert message(raw).reference == message(raw).reference != message(raw + b"more").reference


def test_ids_are_listed_nearest_first() -> None:
    raw = mail(References="<a@x.test> <b@x.test> <c@x.test>", In_Reply_To="<c@x.test>")
    assert message(raw).in_reply_to == ("<c@x.test>", "<b@x.test>", "<a@x.test>")


@pytest.mark.parametrize(
    "headers, envelope",
    [
        ({"To": f"Support <support+{TOKEN}@acme.test>"}, {}),
        ({"To": f"support+{TOKEN.upper()}@ACME.TEST"}, {}),
        ({"Cc": f"support+{TOKEN}@acme.test"}, {}),
        ({}, {"recipients": [f"support+{TOKEN}@acme.test"]}),
        ({"In_Reply_To": OWN_ID}, {}),
        ({"References": f"<x@y.test> {OWN_ID} <z@y.test>"}, {}),
    ],
)
def test_a_signed_token_is_found_wherever_it_comes_back(
    headers: dict[str, str], envelope: dict[str, Any]
) -> None:
    assert message(mail(**headers), **envelope).reply_token == TOKEN


def test_a_forged_token_is_none() -> None:
    forged = TOKEN[:-4] + "aaaa"
    raw = mail(
        To=f"support+{forged}@acme.test", In_Reply_To=own_ids.message_id(DELIVERY, forged, "acme.test")
    )
    assert message(raw).reply_token == ""


def test_our_own_address_is_not_among_the_copied() -> None:
    inbound = message(mail(To=f"support+{TOKEN}@acme.test, boss@example.net", Cc=f"Support <{OWN.upper()}>"))
    assert [party.value for party in inbound.to] == [f"support+{TOKEN}@acme.test", "boss@example.net"]
    assert inbound.cc == ()


def test_an_html_mail_has_text_too() -> None:
    raw = mail(Content_Type="text/html").replace(b"Hello", b"<p>Hello</p><p>there</p>")
    assert message(raw).text == "Hello\n\nthere"
    assert "<p>" in message(raw).html


@pytest.mark.parametrize(
    "headers, envelope",
    [
        ({"Auto_Submitted": "auto-replied"}, {}),
        ({"Precedence": "bulk"}, {}),
        ({"List_Id": "<list.example.net>"}, {}),
        ({"Subject": "Automatische Antwort: Hi"}, {}),
        ({}, {"sender": ""}),
    ],
)
def test_automatic_mail_is_marked(headers: dict[str, str], envelope: dict[str, Any]) -> None:
    assert message(mail(**headers), **envelope).automatic


def test_our_own_mail_that_comes_back_is_ignored() -> None:
    (inbound,) = read(mail(From=OWN, Message_ID=OWN_ID))
    assert isinstance(inbound, Ignored)


def test_a_stranger_who_claims_our_address_is_just_a_sender() -> None:
    inbound = message(mail(From=OWN))
    assert inbound.sender.value == OWN
    assert not inbound.echo


def test_a_mail_without_any_sender_cannot_be_taken() -> None:
    with pytest.raises(ValueError, match="who sent it"):
        read(b"\x00\x01garbage", sender="")


def test_the_envelopes_sender_stands_in_for_a_missing_from() -> None:
    assert message(b"Subject: x\r\n\r\ny", sender="cron@example.net").sender.value == "cron@example.net"


def test_a_report_on_our_delivery_becomes_its_status() -> None:
    raw = sample("bounce_rfc3464").replace(b"<original-1@acme.test>", OWN_ID.encode())
    (inbound,) = read(raw, sender="")
    assert isinstance(inbound, InboundStatus)
    assert (inbound.status, inbound.delivery_id) == ("undelivered", DELIVERY)
    assert (inbound.recipient, inbound.code) == ("gone@example.net", "5.1.1")


def test_a_report_of_a_delay_changes_nothing() -> None:
    raw = sample("bounce_rfc3464").replace(b"<original-1@acme.test>", OWN_ID.encode())
    (inbound,) = read(raw.replace(b"Action: failed", b"Action: delayed").replace(b"5.0.0", b"4.0.0"))
    assert isinstance(inbound, Ignored)


@pytest.mark.parametrize(
    "original",
    [b"<original-1@acme.test>", OWN_ID[:-14].encode() + b"aa@acme.test>"],
    ids=["unknown", "forged"],
)
def test_a_report_on_unknown_or_forged_ids_is_shown_as_an_automatic_mail(original: bytes) -> None:
    inbound = message(sample("bounce_rfc3464").replace(b"<original-1@acme.test>", original))
    assert inbound.automatic


def test_files_come_with_names_and_inline_images_are_known() -> None:
    inbound = message(sample("with_files"))
    assert [(f.filename, f.content_type, f.content_id, f.inline) for f in inbound.files] == [
        ("logo.png", "image/png", "logo@x", True),
        ("Übersicht.pdf", "application/pdf", "", False),
        ("inner.eml", "message/rfc822", "", False),
    ]


@pytest.fixture
def acme(db: None) -> Channel:
    return factories.channel(factories.organization(), address=OWN, name="Acme Support")


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def test_without_a_relay_mail_is_kept_and_plainly_said_so(
    acme: Channel, tmp_path: Path, outbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(SMTP_RELAY_URL="", DATA_DIR=tmp_path):
        receipt = EMAIL.send(acme, MESSAGE)
        assert "HUB_SMTP_RELAY_URL" in EMAIL.health(acme).detail
    assert (receipt.status, receipt.via) == ("sent", "local")
    assert "HUB_SMTP_RELAY_URL" in receipt.detail
    (file,) = outbox.glob("*.eml")
    assert parse(file.read_bytes()).message_id == receipt.reference
    assert "mail_not_sent_but_kept" in caplog.text


def test_with_a_relay_mail_leaves_through_it(acme: Channel, sink: Sink) -> None:
    with override_settings(SMTP_RELAY_URL=f"smtp://127.0.0.1:{sink.port}"):
        receipt = EMAIL.send(acme, replace(MESSAGE, reply_token=TOKEN, delivery_id=DELIVERY))
    assert (receipt.status, receipt.via, receipt.reference) == ("sent", "smtp", OWN_ID)
    assert parse(sink.taken[0].original_content or b"").message_id == OWN_ID


def test_an_answer_to_our_mail_finds_its_token(acme: Channel, sink: Sink) -> None:
    """What we send is understood by what reads it back, through a customer's mail program."""
    with override_settings(SMTP_RELAY_URL=f"smtp://127.0.0.1:{sink.port}"):
        EMAIL.send(acme, replace(MESSAGE, reply_token=TOKEN, delivery_id=DELIVERY))
    sent = parse(sink.taken[0].original_content or b"")
    answer = mail(To=sent.reply_to[0].address, In_Reply_To=str(sent.message_id), Subject=sent.subject)
    assert message(answer).reply_token == TOKEN


def test_a_bad_relay_address_needs_an_administrator(acme: Channel) -> None:
    with override_settings(SMTP_RELAY_URL="relay.test"), pytest.raises(SendError, match="HUB_SMTP_RELAY_URL"):
        EMAIL.send(acme, MESSAGE)


def test_the_demo_mailbox_is_made_once(db: None) -> None:
    acme = factories.organization(slug="acme")
    first, fields = demo_channel(acme)
    again, _ = demo_channel(acme)
    assert first == again
    assert fields == {"id": str(first.pk), "address": "support@acme.test"}
