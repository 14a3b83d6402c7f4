"""The mail entrance, tried by a real client."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable

import pytest
from django.db import OperationalError

from connectors.email.entrance import acceptor
from connectors.email.services import SmtpService
from hub.connector import StorageUnavailable
from hub.models import Channel, InboundEnvelope, Job
from hub.service import StartError
from tests import factories
from tests.connectors.email.conftest import LoopThread, sample

Envelopes = Callable[[Channel], list[InboundEnvelope]]


def test_a_mail_is_kept_with_its_job_before_250(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes
) -> None:
    raw = sample("plain")
    assert client.sendmail("carla@example.net", ["support@acme.test"], raw) == {}
    (kept,) = envelopes(channel)
    assert bytes(kept.raw) == raw
    assert kept.headers["sender"] == "carla@example.net"
    assert kept.headers["recipients"] == ["support@acme.test"]
    assert Job.objects.filter(name="inbox.process_envelope").count() == 1


def test_the_same_mail_again_is_acknowledged_and_kept_once(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes
) -> None:
    for _ in range(2):
        client.sendmail("carla@example.net", ["support@acme.test"], sample("plain"))
    assert len(envelopes(channel)) == 1


def test_a_reused_message_id_over_other_content_is_another_mail(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes
) -> None:
    raw = sample("plain")
    client.sendmail("carla@example.net", ["support@acme.test"], raw)
    client.sendmail("carla@example.net", ["support@acme.test"], raw + b"One more thing.\r\n")
    assert len(envelopes(channel)) == 2


@pytest.mark.parametrize("address", ["SUPPORT@Acme.Test", "support+abc@acme.test"])
def test_case_and_subaddress_lead_to_the_channel(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes, address: str
) -> None:
    client.sendmail("carla@example.net", [address], sample("plain"))
    assert [kept.headers["recipients"] for kept in envelopes(channel)] == [[address]]


def test_unknown_recipients_are_refused_at_rcpt(client: smtplib.SMTP, channel: Channel) -> None:
    client.ehlo()
    client.mail("carla@example.net")
    assert client.rcpt("nobody@acme.test")[0] == 550
    assert client.rcpt("support@elsewhere.test")[0] == 550
    assert client.rcpt("support@acme.test")[0] == 250


def test_a_channel_that_is_switched_off_takes_no_mail(client: smtplib.SMTP, channel: Channel) -> None:
    channel.state = Channel.State.DISABLED
    channel.save()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail("carla@example.net", ["support@acme.test"], sample("plain"))


def test_one_mail_to_two_channels_is_one_envelope_each(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes
) -> None:
    other = factories.channel(factories.organization("Globex"), address="help@globex.test")
    recipients = ["support@acme.test", "help@globex.test", "support+vip@acme.test"]
    client.sendmail("carla@example.net", recipients, sample("plain"))
    assert envelopes(channel)[0].headers["recipients"] == ["support@acme.test", "support+vip@acme.test"]
    assert envelopes(other)[0].headers["recipients"] == ["help@globex.test"]


def test_a_null_sender_is_taken(client: smtplib.SMTP, channel: Channel, envelopes: Envelopes) -> None:
    client.sendmail("", ["support@acme.test"], sample("bounce_rfc3464"))
    assert envelopes(channel)[0].headers["sender"] == ""


def test_more_than_fifty_recipients_are_put_off(client: smtplib.SMTP, channel: Channel) -> None:
    client.ehlo()
    client.mail("carla@example.net")
    codes = [client.rcpt(f"support+{number}@acme.test")[0] for number in range(51)]
    assert codes == [250] * 50 + [452]


def test_it_offers_what_modern_mail_needs(client: smtplib.SMTP, channel: Channel) -> None:
    client.ehlo()
    assert client.esmtp_features["size"] == str(25 * 1024 * 1024)
    assert client.has_extn("smtputf8")
    assert client.has_extn("8bitmime")


def test_international_addresses_and_raw_bytes_arrive_unchanged(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes
) -> None:
    raw = "From: jörg@exämple.net\r\nSubject: Grüße\r\n\r\nÄhm\r\n".encode() + b"\xff\xfe\r\n"
    client.sendmail(
        "jörg@exämple.net", ["support@acme.test"], raw, mail_options=["SMTPUTF8", "BODY=8BITMIME"]
    )
    (kept,) = envelopes(channel)
    assert bytes(kept.raw) == raw
    assert kept.headers["sender"] == "jörg@exämple.net"


def test_too_large_a_mail_is_refused(client: smtplib.SMTP, channel: Channel) -> None:
    client.ehlo()
    assert client.mail("carla@example.net", [f"SIZE={26 * 1024 * 1024}"])[0] == 552


def test_very_long_lines_are_taken(client: smtplib.SMTP, channel: Channel, envelopes: Envelopes) -> None:
    client.sendmail("carla@example.net", ["support@acme.test"], b"From: a@b.test\r\n\r\n" + b"x" * 100_000)
    assert len(envelopes(channel)[0].raw) > 100_000


def test_a_stopped_database_gives_451_and_nothing_is_acknowledged(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(batch: object) -> None:
        raise StorageUnavailable("disk full")

    monkeypatch.setattr(acceptor, "accept_all", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("carla@example.net", ["support@acme.test"], sample("plain"))
    assert refused.value.smtp_code == 451
    assert envelopes(channel) == []


def test_an_unreachable_database_at_rcpt_gives_451(
    client: smtplib.SMTP, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    client.ehlo()
    client.mail("carla@example.net")
    with monkeypatch.context() as patched:
        patched.setattr("django.db.models.query.QuerySet._fetch_all", gone)
        assert client.rcpt("support@acme.test")[0] == 451
    assert client.rcpt("support@acme.test")[0] == 250


@pytest.mark.parametrize(
    "line", [b"\x00\xff\xfe\r\n", b"GET / HTTP/1.1\r\n", b"MAIL FROM:<\r\n", b"RCPT TO:<((((\r\n", b"\r\n"]
)
def test_garbage_gets_5xx_and_the_connection_lives(
    smtp_service: SmtpService, channel: Channel, line: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", smtp_service.port), timeout=60) as connection:
        stream = connection.makefile("rb")
        assert stream.readline().startswith(b"220 ")
        connection.sendall(b"HELO there\r\n")
        assert stream.readline().startswith(b"250 ")
        connection.sendall(line)
        assert stream.readline().startswith(b"5")
        connection.sendall(b"NOOP\r\n")
        assert stream.readline().startswith(b"250 ")


FAKE_ENDS = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r\n\x00.\r\n"]


@pytest.mark.parametrize("fake_end", FAKE_ENDS)
def test_no_second_mail_can_be_smuggled_in(
    smtp_service: SmtpService, channel: Channel, envelopes: Envelopes, fake_end: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", smtp_service.port), timeout=60) as connection:
        stream = connection.makefile("rb")
        stream.readline()
        hello = b"HELO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n"
        connection.sendall(hello)
        for _ in range(4):
            stream.readline()
        second = b"MAIL FROM:<e@example.net>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\nSubject: 2\r\n\r\nb"
        connection.sendall(b"Subject: 1\r\n\r\na" + fake_end + second + b"\r\n.\r\nQUIT\r\n")
        answers = [line[:3] for line in stream]
    assert answers.count(b"250") <= 1
    assert len(envelopes(channel)) <= 1


def test_a_taken_port_is_said_in_one_line(smtp_service: SmtpService, loop_thread: LoopThread) -> None:
    second = SmtpService("127.0.0.1", smtp_service.port)
    with pytest.raises(StartError) as refused:
        loop_thread.run(second.start())
    assert str(refused.value) == f"HUB_SMTP_PORT: 127.0.0.1:{smtp_service.port} is in use by another program."


def test_it_starts_again_after_a_stop(
    smtp_service: SmtpService, loop_thread: LoopThread, channel: Channel, envelopes: Envelopes
) -> None:
    loop_thread.run(smtp_service.stop())
    loop_thread.run(smtp_service.start())
    with smtplib.SMTP("127.0.0.1", smtp_service.port, timeout=60) as again:
        again.sendmail("carla@example.net", ["support@acme.test"], sample("plain"))
    assert len(envelopes(channel)) == 1


def test_stopping_ends_idle_connections_with_421(
    smtp_service: SmtpService, loop_thread: LoopThread, channel: Channel
) -> None:
    with socket.create_connection(("127.0.0.1", smtp_service.port), timeout=60) as connection:
        stream = connection.makefile("rb")
        stream.readline()
        loop_thread.run(smtp_service.stop())
        assert stream.readline().startswith(b"421 ")
        assert stream.readline() == b""


def test_mails_at_once_are_all_kept(
    smtp_service: SmtpService, channel: Channel, envelopes: Envelopes
) -> None:
    clients = [smtplib.SMTP("127.0.0.1", smtp_service.port, timeout=60) for _ in range(8)]
    for number in range(40):
        body = sample("plain") + b"%d\r\n" % number
        clients[number % 8].sendmail("carla@example.net", ["support@acme.test"], body)
    for client in clients:
        client.quit()
    assert len(envelopes(channel)) == 40
