"""What reports say of our own deliveries, however they are known again."""

from __future__ import annotations

import uuid

import pytest

from connectors.email.connector import EmailConnector
from connectors.email.sending import own_ids, verp
from hub import tokens
from hub.messages import Fold, Ignored, Inbound, InboundMessage, InboundStatus
from tests.connectors.email.conftest import sample

OWN = "support@acme.test"
DELIVERY = "019b8a00-0000-7000-8000-0000000000bb"
TOKEN = tokens.sign_id(tokens.REPLY, uuid.UUID("019b8a00-0000-7000-8000-0000000000aa"))
OWN_ID = own_ids.message_id(DELIVERY, TOKEN, "acme.test")
BOUNCE = sample("bounce_rfc3464")


def read(raw: bytes, *recipients: str) -> Inbound:
    envelope = {"address": OWN, "sender": "", "recipients": list(recipients or [OWN])}
    (inbound,) = EmailConnector().parse(raw, envelope, {})
    return inbound


def status(raw: bytes, *recipients: str) -> InboundStatus:
    inbound = read(raw, *recipients)
    assert isinstance(inbound, InboundStatus)
    return inbound


def test_a_bounce_is_known_by_the_message_id_it_returns() -> None:
    told = status(BOUNCE.replace(b"<original-1@acme.test>", OWN_ID.encode()))
    assert (told.delivery_id, told.status, told.recipient) == (DELIVERY, "undelivered", "gone@example.net")
    assert told.address_is_dead
    assert not told.complaint


@pytest.mark.parametrize("address", [OWN, "bounces.acme.test"])
def test_a_bounce_is_known_by_the_return_path_it_comes_to(address: str) -> None:
    told = status(BOUNCE, verp.return_path(DELIVERY, address))
    assert (told.delivery_id, told.status, told.address_is_dead) == (DELIVERY, "undelivered", True)


def test_a_bounce_that_was_fetched_is_known_by_its_headers() -> None:
    return_path = verp.return_path(DELIVERY, OWN).encode()
    for header in (b"Delivered-To: " + return_path, b"To: Support <" + return_path + b">"):
        assert status(header + b"\r\n" + BOUNCE).delivery_id == DELIVERY


def test_a_forged_return_path_is_none() -> None:
    forged = verp.return_path(DELIVERY, OWN).replace("+b-", "+b-a", 1)
    assert isinstance(read(BOUNCE, forged), InboundMessage)


def test_a_full_mailbox_is_not_dead() -> None:
    full = BOUNCE.replace(b"5.1.1", b"5.2.2").replace(b"User unknown", b"Mailbox full")
    assert not status(full, verp.return_path(DELIVERY, OWN)).address_is_dead


def test_an_automatic_answer_to_the_return_path_is_no_bounce() -> None:
    raw = b"From: c@example.net\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nI am away.\r\n"
    inbound = read(raw, verp.return_path(DELIVERY, OWN))
    assert isinstance(inbound, InboundMessage)
    assert inbound.automatic


def complaint(kind: str) -> bytes:
    return (
        "From: fbl@example.net\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\n"
        "Original-Rcpt-To: carla@example.net\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {OWN_ID}\nSubject: Hi\n\nHello\n--b--\n"
    ).encode()


def test_a_complaint_is_told_of_a_mail_that_arrived() -> None:
    told = status(complaint("abuse"))
    assert (told.status, told.complaint, told.address_is_dead) == ("delivered", True, False)
    assert (told.delivery_id, told.recipient) == (DELIVERY, "carla@example.net")


def test_a_report_on_failed_authentication_is_no_complaint() -> None:
    assert isinstance(read(complaint("auth-failure")), Ignored)


def receipt(disposition: str, original: str = OWN_ID) -> bytes:
    return (
        "From: c@example.net\nSubject: Read: Hi\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        "--b\n\nYour mail was read.\n--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; c@example.net\n"
        f"Original-Message-ID: {original}\nDisposition: manual-action/MDN-sent-manually; {disposition}\n\n"
        f"--b--\n"
    ).encode()


def test_a_read_receipt_says_that_a_mail_was_read() -> None:
    told = status(receipt("displayed"))
    assert (told.delivery_id, told.status) == (DELIVERY, "read")
    assert isinstance(read(receipt("deleted")), Ignored)


def test_a_read_receipt_for_foreign_mail_is_shown_as_an_automatic_mail() -> None:
    inbound = read(receipt("displayed", "<other@example.net>"))
    assert isinstance(inbound, InboundMessage)
    assert inbound.automatic


def test_a_message_carries_its_folds_and_the_author_of_what_it_forwards() -> None:
    text = (
        "See below.\n\n-- \nBob\n\n---------- Forwarded message ---------\n"
        "From: Ann <ann@example.test>\n\nHelp!"
    )
    raw = f"From: bob@acme.test\nSubject: Fwd: x\n\n{text}".encode()
    (inbound,) = EmailConnector().parse(raw, {"address": OWN, "sender": "bob@acme.test"}, {})
    assert isinstance(inbound, InboundMessage)
    assert inbound.folds == (Fold(12, 19, "signature"),)
    assert inbound.forwarded_from is not None
    assert (inbound.forwarded_from.value, inbound.forwarded_from.name) == ("ann@example.test", "Ann")


@pytest.mark.parametrize(
    "head, is_automatic",
    [
        ("List-Id: <support.acme.test>", False),
        ("List-Post: <mailto:support@acme.test>\nPrecedence: list", False),
        ("List-Id: <other.acme.test>", True),
        ("List-Id: <support.acme.test>\nPrecedence: bulk", True),
    ],
)
def test_a_group_that_hands_mail_on_to_the_channel_is_no_list(head: str, is_automatic: bool) -> None:
    raw = f"From: c@example.net\n{head}\n\nHello\n".encode()
    (inbound,) = EmailConnector().parse(raw, {"address": OWN, "sender": "c@example.net"}, {})
    assert isinstance(inbound, InboundMessage)
    assert inbound.automatic is is_automatic
