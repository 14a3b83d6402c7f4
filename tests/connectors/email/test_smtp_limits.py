"""What the mail entrance does with peers that ask for too much."""

from __future__ import annotations

import smtplib
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network

import pytest
from django.db import connections

from connectors.email.entrance import room, smtp
from connectors.email.entrance.limits import Gate, Limits
from connectors.email.sending import verp
from connectors.email.services import SmtpService
from hub import jobs
from hub.models import Channel, InboundEnvelope
from tests import factories
from tests.connectors.email.conftest import LoopThread, sample

Envelopes = Callable[[Channel], list[InboundEnvelope]]
Open = Callable[..., SmtpService]


@pytest.fixture
def entrance(transactional_db: None, loop_thread: LoopThread) -> Iterator[Open]:
    """Opens an entrance with limits that hold for everybody."""
    opened: list[SmtpService] = []

    def open_entrance(**limits: float) -> SmtpService:
        service = SmtpService("127.0.0.1", 0, Limits(**limits), trusted=())  # type: ignore[arg-type]
        loop_thread.run(service.start())
        opened.append(service)
        return service

    yield open_entrance
    for service in opened:
        loop_thread.run(service.stop())
    connections.close_all()


@contextmanager
def _greeted(service: SmtpService) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", service.port, local_hostname="client.example", timeout=60) as client:
        client.ehlo()
        yield client


def test_a_sixth_connection_from_one_address_is_turned_away(entrance: Open, channel: Channel) -> None:
    service = entrance()
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(_greeted(service))
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", service.port, timeout=60)
        assert refused.value.smtp_code == 421
    with _greeted(service) as client:
        assert client.noop()[0] == 250


def test_too_many_connections_in_all_are_turned_away(entrance: Open, channel: Channel) -> None:
    service = entrance(connections=1)
    with _greeted(service), pytest.raises(smtplib.SMTPConnectError):
        smtplib.SMTP("127.0.0.1", service.port, timeout=60)


def test_a_trusted_peer_may_open_many(smtp_service: SmtpService, channel: Channel) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(_greeted(smtp_service)) for _ in range(12)]
        assert {client.noop()[0] for client in clients} == {250}


def test_too_many_mails_in_a_minute_are_put_off(entrance: Open, channel: Channel) -> None:
    with _greeted(entrance(mails_per_minute=2)) as client:
        for number in range(2):
            client.sendmail("a@example.net", ["support@acme.test"], sample("plain") + b"%d" % number)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("a@example.net", ["support@acme.test"], sample("plain"))
        assert refused.value.smtp_code == 451


def test_who_tries_addresses_is_slowed_down_and_sent_away(entrance: Open, channel: Channel) -> None:
    service = entrance(wrong_recipients_until_slow=1, wrong_recipients=3, slow_seconds=0.01)
    with _greeted(service) as client:
        client.mail("a@example.net")
        assert [client.rcpt(f"x{number}@acme.test")[0] for number in range(4)] == [550, 550, 550, 421]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


def test_too_many_errors_end_the_connection(entrance: Open, channel: Channel) -> None:
    with _greeted(entrance(errors=3)) as client:
        assert [client.docmd("MAIL", "nonsense")[0] for _ in range(4)] == [501, 501, 501, 421]


def test_commands_without_a_mail_come_to_an_end(entrance: Open, channel: Channel) -> None:
    with _greeted(entrance(commands_without_mail=12)) as client:
        codes: list[int] = []
        while not codes or codes[-1] == 250:
            codes.append(client.noop()[0])
        assert codes[-1] == 421
        assert len(codes) < 12


def test_a_byte_now_and_then_does_not_hold_a_connection(
    entrance: Open, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", entrance().port), timeout=60) as slow:
        stream = slow.makefile("rb")
        stream.readline()
        slow.sendall(b"EHL")
        assert stream.readline().startswith(b"421 4.4.2 ")
        assert stream.read() == b""


def test_mail_is_put_off_while_too_much_waits(
    entrance: Open, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr("connectors.email.services.BACKLOG", 3)
    jobs.enqueue_all(
        "inbox.process_envelope", [({"envelope_id": str(uuid.uuid4())}, None)] * 3, queue="receive"
    )
    with _greeted(entrance()) as client:
        assert client.mail("a@example.net")[0] == 452


def test_mail_is_put_off_before_the_disk_is_full(
    entrance: Open, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.email.services.FREE_BYTES", 2**62)
    with _greeted(entrance()) as client:
        code, text = client.mail("a@example.net")
        assert (code, text[:5]) == (452, b"4.3.1")


def test_answers_carry_enhanced_codes(client: smtplib.SMTP, channel: Channel) -> None:
    client.ehlo()
    assert client.has_extn("enhancedstatuscodes")
    assert client.has_extn("pipelining")
    answers = [
        client.docmd(line) for line in ("RSET", "DATA", "MAIL", "VRFY x@acme.test", "AUTH PLAIN", "EXPN")
    ]
    assert [(code, text.split()[0].decode()) for code, text in answers] == [
        (250, "2.0.0"),
        (503, "5.5.1"),
        (501, "5.5.4"),
        (252, "2.0.0"),
        (502, "5.5.1"),
        (502, "5.5.1"),
    ]


def test_commands_may_come_in_one_packet(smtp_service: SmtpService, channel: Channel) -> None:
    with socket.create_connection(("127.0.0.1", smtp_service.port), timeout=60) as connection:
        stream = connection.makefile("rb")
        stream.readline()
        connection.sendall(b"HELO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n")
        assert [stream.readline()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
        connection.sendall(b"Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n")
        assert [stream.readline()[:3] for _ in range(2)] == [b"250", b"221"]


@pytest.mark.parametrize("name", ["two words", "x" * 256])
def test_a_greeting_without_a_name_is_refused(client: smtplib.SMTP, channel: Channel, name: str) -> None:
    assert client.docmd("EHLO", name)[0] == 501
    assert client.docmd("HELO", name)[0] == 501


def test_a_return_path_leads_to_the_channel_that_sent(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes
) -> None:
    of = channel.organization
    message = factories.outbound(factories.conversation(of), channel, factories.agent(of))
    sent = factories.delivery(message)
    client.sendmail("", [verp.return_path(str(sent.pk), "@bounces.acme.test")], sample("bounce_rfc3464"))
    assert len(envelopes(channel)) == 1
    forged = verp.return_path(str(uuid.uuid4()), "@bounces.acme.test")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail("", [forged], sample("bounce_rfc3464"))


def test_ipv6_neighbours_count_as_one_and_mapped_addresses_as_themselves() -> None:
    gate = Gate(Limits(connections_per_address=1), [ip_network("10.0.0.0/8")], lambda: 0.0)
    assert gate.enter("2001:db8::1") == ""
    assert gate.enter("2001:db8::2").startswith("421")
    assert gate.enter("2001:db8:0:1::1") == ""
    assert gate.is_trusted("::ffff:10.1.2.3")
    assert not gate.is_trusted("")


def test_the_forgotten_are_those_that_left_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.email.entrance.limits.REMEMBERED_PEERS", 2)
    at = [0.0]
    gate = Gate(Limits(mails_per_minute=1), [], lambda: at[0])
    assert gate.may_send("192.0.2.1")
    assert not gate.may_send("192.0.2.1")
    gate.enter("192.0.2.2")
    at[0] = 61.0
    gate.enter("192.0.2.3")
    assert gate.may_send("192.0.2.1")
    gate.leave("192.0.2.2")
    gate.leave("192.0.2.3")
