"""Handing mail to a relay: what its answers mean, and the folder that takes its place."""

from __future__ import annotations

import smtplib
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.email.sending import relays
from connectors.email.sending.compose import Composed
from connectors.email.sending.kept_mail import keep
from connectors.email.sending.refusals import classify, refusal
from connectors.email.sending.transport import Relay, Session, stuffed
from hub.messages import ErrorClass, SendError
from tests.connectors.email.conftest import Sink

MAIL = Composed(
    "<1@acme.test>", "support@acme.test", "carla@example.net", b"Subject: x\r\n\r\n.\r\n..\r\nend\r\n"
)


def relay_to(sink: Sink) -> Relay:
    return Relay("127.0.0.1", sink.port)


def refused(sink: Sink) -> SendError:
    with pytest.raises(SendError) as caught:
        relays.send(relay_to(sink), MAIL)
    return caught.value


def test_the_relay_gets_the_mail_byte_by_byte(sink: Sink) -> None:
    answer = relays.send(relay_to(sink), MAIL)
    (taken,) = sink.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("support@acme.test", ["carla@example.net"])
    assert taken.original_content == MAIL.raw
    assert "queued as 1" in answer


def test_automatic_mail_leaves_with_a_null_sender(sink: Sink) -> None:
    relays.send(relay_to(sink), Composed("<1@acme.test>", "", "carla@example.net", MAIL.raw))
    assert sink.taken[0].mail_from == "<>"


def test_international_addresses_ask_for_smtputf8(sink: Sink) -> None:
    relays.send(relay_to(sink), Composed("<1@acme.test>", "support@acme.test", "jörg@example.net", MAIL.raw))
    assert sink.taken[0].rcpt_tos == ["jörg@example.net"]
    assert "SMTPUTF8" in sink.taken[0].mail_options


@pytest.mark.parametrize(
    "stage, answer, expected",
    [
        ("RCPT", "450 4.2.0 greylisted", ErrorClass.RETRY),
        ("RCPT", "451 4.7.1 slow down", ErrorClass.THROTTLED),
        ("RCPT", "550 5.1.1 no such user", ErrorClass.RECIPIENT),
        ("RCPT", "550 no", ErrorClass.RECIPIENT),
        ("RCPT", "550 5.7.1 relaying denied", ErrorClass.PERMANENT),
        ("RCPT", "552 5.2.2 mailbox full", ErrorClass.PERMANENT),
        ("MAIL", "530 5.7.0 authentication required", ErrorClass.RECONNECT),
        ("MAIL", "553 5.7.1 sender refused", ErrorClass.PERMANENT),
        ("DATA", "452 4.3.1 no space", ErrorClass.RETRY),
        ("DATA", "554 5.6.0 spam", ErrorClass.PERMANENT),
    ],
)
def test_what_an_answer_means(sink: Sink, stage: str, answer: str, expected: ErrorClass) -> None:
    sink.answers[stage] = answer
    error = refused(sink)
    assert error.error_class == expected
    assert not error.uncertain
    assert error.code.startswith(answer[:3])


def test_no_answer_after_the_data_is_uncertain(sink: Sink) -> None:
    sink.hangs_after_data = True
    error = refused(sink)
    assert error.uncertain
    assert error.code == "no-confirmation"


def test_an_unreachable_relay_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SendError) as caught:
        relays.send(Relay("127.0.0.1", port), MAIL)
    assert caught.value.error_class == ErrorClass.RETRY
    assert not caught.value.uncertain


@pytest.mark.parametrize(
    "security, user, expected", [("starttls", "", "relay-security"), ("", "user", "relay-security")]
)
def test_a_relay_without_the_wanted_security_needs_an_administrator(
    sink: Sink, security: str, user: str, expected: str
) -> None:
    with pytest.raises(SendError) as caught:
        Session.open(Relay("127.0.0.1", sink.port, security, user, "secret"))
    assert caught.value.error_class == ErrorClass.RECONNECT
    assert caught.value.code == expected
    assert "secret" not in str(caught.value)


def test_a_refused_sign_in_needs_an_administrator() -> None:
    error = classify(smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials"))
    assert error.error_class == ErrorClass.RECONNECT


def test_relay_addresses() -> None:
    assert Relay.from_url("smtp://relay.test") == Relay("relay.test", 25)
    assert Relay.from_url("smtps://relay.test") == Relay("relay.test", 465, "tls")
    password = quote("p@ss:w/rd", safe="")
    url = f"smtp+starttls://me%40acme.test:{password}@relay.test:2587"
    assert Relay.from_url(url) == Relay("relay.test", 2587, "starttls", "me@acme.test", "p@ss:w/rd")
    assert "p@ss" not in repr(Relay.from_url(url))


@pytest.mark.parametrize("url", ["relay.test:25", "http://relay.test", "smtp://", "smtp://relay.test:port"])
def test_a_bad_relay_address_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError):
        Relay.from_url(url)


@pytest.mark.parametrize(
    "raw, wire",
    [
        (b"a\nb", b"a\r\nb\r\n.\r\n"),
        (b".\r\n..x\r\n", b"..\r\n...x\r\n.\r\n"),
        (b"a\r.\rb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_dots_and_line_ends_on_the_wire(raw: bytes, wire: bytes) -> None:
    assert stuffed(raw) == wire


def test_a_refusal_keeps_the_servers_words() -> None:
    error = refusal(550, b"5.1.1 <gone@example.net>: unknown", "RCPT")
    assert error.code == "550 5.1.1"
    assert "unknown" in error.detail


def test_a_kept_mail_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    for _ in range(2):
        path = keep(MAIL, tmp_path / "outbox", "delivery")
    assert [file.name for file in (tmp_path / "outbox").iterdir()] == ["delivery.eml"]
    assert path.read_bytes() == MAIL.raw


def test_a_disk_that_takes_nothing_means_later(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("not a folder")
    with pytest.raises(SendError) as caught:
        keep(MAIL, tmp_path / "outbox", "delivery")
    assert caught.value.error_class == ErrorClass.RETRY
