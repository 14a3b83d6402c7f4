"""Delivery reports, and mails that only look like some."""

from __future__ import annotations

import pytest

from connectors.email.bounce_words import judge
from connectors.email.parse import parse
from tests.connectors.email.conftest import sample


def test_a_standard_report() -> None:
    bounce = parse(sample("bounce_rfc3464")).bounce
    assert bounce is not None
    assert (bounce.status, bounce.action, bounce.hard) == ("5.1.1", "failed", True)
    assert bounce.recipients == ("gone@example.net",)
    assert bounce.original_ids == ("<original-1@acme.test>",)


QMAIL = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: support@acme.test
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.

<gone@example.net>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <original-2@acme.test>
Subject: quota exceeded? virus?
"""


def test_a_report_in_words() -> None:
    bounce = parse(QMAIL).bounce
    assert bounce is not None
    assert (bounce.status, bounce.hard, bounce.recipients) == ("5.1.1", True, ("gone@example.net",))
    assert bounce.original_ids == ("<original-2@acme.test>",)


def test_a_warning_is_a_delay_and_nobody_is_dead() -> None:
    raw = (
        b"From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nSubject: Warning: message delayed\n\n"
        b"The message to <gone@example.net> is still being tried: connection timed out.\n"
    )
    bounce = parse(raw).bounce
    assert bounce is not None
    assert (bounce.status, bounce.action, bounce.hard) == ("4.4.1", "delayed", False)


def test_a_complaint_outside_of_the_standard() -> None:
    raw = (
        b"From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\n"
        b"Content-Type: message/rfc822\n\nMessage-ID: <original-3@acme.test>\n\nHello\n"
    )
    bounce = parse(raw).bounce
    assert bounce is not None
    assert (bounce.status, bounce.action, bounce.original_ids) == ("", "", ("<original-3@acme.test>",))


def test_a_feedback_report() -> None:
    raw = (
        b"From: fbl@example.net\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        b"Original-Rcpt-To: carla@example.net\n\n--b--\n"
    )
    bounce = parse(raw).bounce
    assert bounce is not None
    assert (bounce.recipients, bounce.hard, bounce.detail) == (("carla@example.net",), False, "abuse")


@pytest.mark.parametrize(
    "raw",
    [
        b"From: c@example.net\nSubject: Undelivered mail\n\nMy mail to you could not be delivered. Why?",
        b"From: postmaster@example.net\nSubject: Hello\n\nCan you help me with my order?",
        b"From: c@example.net\nSubject: Re: failure notice\nIn-Reply-To: <a@b>\n\nuser unknown, it says",
        b"From: shop@example.net\nSubject: Delivery status of your parcel\n\nIt was delivered.",
        b"From: no-reply@parcels.test\nSubject: Delivery failed\n\nYour parcel was returned.",
        b"Return-Path: <>\nFrom: c@example.net\nSubject: Out of office\n\nYour mail was not forwarded.",
    ],
)
def test_mail_about_bounces_is_none(raw: bytes) -> None:
    assert parse(raw).bounce is None


@pytest.mark.parametrize(
    "words, status, is_hard",
    [
        ("550 5.1.1 User unknown", "5.1.1", True),
        ("552 5.2.2 Mailbox full", "5.2.2", False),
        ("550 Requested action not taken: mailbox unavailable, no such user", "5.1.1", True),
        ("554 5.7.1 Message rejected as spam", "5.7.1", False),
        ("450 4.2.0 Greylisted, try again", "4.2.0", False),
        ("Host unknown (Name server: x.test: host not found)", "5.1.2", True),
        ("421 connection timed out", "4.4.1", False),
        ("something else entirely", "", False),
    ],
)
def test_what_servers_words_mean(words: str, status: str, is_hard: bool) -> None:
    verdict = judge(words)
    assert (verdict.status, verdict.is_hard) == (status, is_hard)


def test_a_vague_declared_status_gives_way_to_the_exact_one() -> None:
    assert judge("550 5.1.1 unknown user", "5.0.0").status == "5.1.1"
    assert judge("550 5.1.1 unknown user", "5.7.1").status == "5.7.1"
