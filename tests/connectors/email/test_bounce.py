"""Delivery reports, and mails that only look like some."""

from __future__ import annotations

import json

import pytest

from connectors.email.reading.parse import parse
from connectors.email.returns.bounce_words import judge
from tests.connectors.email.bounce_samples import NO_REPORTS, REPORTS, Report, raw
from tests.connectors.email.conftest import sample


def test_a_standard_report() -> None:
    bounce = parse(sample("bounce_rfc3464")).bounce
    assert bounce is not None
    assert (bounce.status, bounce.action, bounce.hard) == ("5.1.1", "failed", True)
    assert bounce.recipients == ("gone@example.net",)
    assert bounce.original_ids == ("<original-1@acme.test>",)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_in_words(report: Report) -> None:
    bounce = parse(raw(report)).bounce
    assert bounce is not None
    assert (bounce.action, bounce.hard) == (report.action, report.is_hard)
    assert bounce.status[:1] == ("4" if report.action == "delayed" or bounce.status == "4.2.2" else "5")
    if "gone@" in report.words:
        assert bounce.recipients[0].startswith(("gone@", "full@"))
    assert bounce.original_ids == ("<original@acme.test>",)


def test_a_complaint_outside_of_the_standard() -> None:
    mail = (
        b"From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\n"
        b"Content-Type: message/rfc822\n\nMessage-ID: <original-3@acme.test>\n\nHello\n"
    )
    bounce = parse(mail).bounce
    assert bounce is not None
    assert (bounce.status, bounce.action, bounce.original_ids) == ("", "", ("<original-3@acme.test>",))
    assert bounce.is_complaint


@pytest.mark.parametrize("kind, is_complaint", [("abuse", True), ("fraud", True), ("auth-failure", False)])
def test_a_feedback_report(kind: str, is_complaint: bool) -> None:
    mail = (
        b"From: fbl@example.net\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: " + kind.encode() + b"\n"
        b"Original-Rcpt-To: carla@example.net\n\n--b--\n"
    )
    bounce = parse(mail).bounce
    assert bounce is not None
    assert (bounce.recipients, bounce.hard, bounce.detail) == (("carla@example.net",), False, kind)
    assert bounce.is_complaint is is_complaint


@pytest.mark.parametrize("mail", NO_REPORTS)
def test_mail_about_bounces_is_none(mail: str) -> None:
    assert parse(mail.encode()).bounce is None


def test_a_report_that_somebody_attaches_is_not_this_mails() -> None:
    report = sample("bounce_rfc3464").decode()
    mail = (
        "From: c@example.net\nSubject: What does this mean?\nContent-Type: multipart/mixed;"
        " boundary=outer\n\n"
        f"--outer\n\nI got this.\n--outer\nContent-Type: message/rfc822\n\n{report}\n--outer--\n"
    )
    assert parse(mail.encode()).bounce is None


def test_a_report_of_several_recipients_is_of_the_failed_one() -> None:
    mail = (
        b"From: MAILER-DAEMON@mx.test\nContent-Type: multipart/report; report-type=delivery-status;"
        b" boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n"
        b"Final-Recipient: rfc822; fine@example.net\nAction: delivered\nStatus: 2.0.0\n\n"
        b"Final-Recipient: rfc822; gone@example.net\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    bounce = parse(mail).bounce
    assert bounce is not None
    assert (bounce.status, bounce.action, bounce.hard) == ("5.1.1", "failed", True)


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_a_notice_of_a_provider_in_json(is_wrapped: bool) -> None:
    notice = {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "Gone@example.net",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "no",
                }
            ],
        },
        "mail": {"messageId": "ses", "headers": [{"name": "Message-ID", "value": "<original@acme.test>"}]},
    }
    text = json.dumps({"Type": "Notification", "Message": json.dumps(notice)} if is_wrapped else notice)
    bounce = parse(
        f"From: x <no-reply@sns.amazonaws.com>\nSubject: AWS\n\n{text}\n\n--\nunsubscribe".encode()
    ).bounce
    assert bounce is not None
    assert (bounce.status, bounce.hard, bounce.recipients) == ("5.1.1", True, ("gone@example.net",))
    assert bounce.original_ids == ("<original@acme.test>",)
    assert parse(f"From: c@example.net\nSubject: AWS\n\n{text}".encode()).bounce is None


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"Message": 5}', "{" * 5_000, '{"notificationType": "Bounce", "bounce": 3}']
)
def test_a_notice_that_makes_no_sense_does_no_harm(text: str) -> None:
    parse(f"From: no-reply@sns.amazonaws.com\n\n{text}".encode())


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
    assert judge("450 4.7.1 Access denied", "4.4.7").status == "4.7.1"


def test_what_is_said_of_the_content_says_nothing_of_the_address() -> None:
    words = "550 5.1.1 User unknown (in reply to end of DATA command)"
    assert not judge(words).is_hard
    assert judge(words.replace("end of DATA", "RCPT TO")).is_hard


def test_japanese_in_a_report_is_read() -> None:
    said = "ユーザーは見つかりません".encode("iso2022_jp")
    mail = (
        b"From: postmaster@example.jp\nContent-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822;"
        b" a@example.jp\n"
        b"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: X-Notes; " + said + b"\n\n--b--\n"
    )
    bounce = parse(mail).bounce
    assert bounce is not None and bounce.hard
