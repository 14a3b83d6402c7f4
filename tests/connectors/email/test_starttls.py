"""STARTTLS at the mail entrance: offered from the first start, without a way to put words in beforehand."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from django.db import connections

from connectors.email.entrance.certificate import self_signed
from connectors.email.services import SmtpService
from hub.clock import now
from hub.models import Channel, InboundEnvelope
from hub.service import StartError
from tests.connectors.email.conftest import LoopThread, sample

Envelopes = Callable[[Channel], list[InboundEnvelope]]

RSET = b"RSET\r\n"


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _certificate_shown(service: SmtpService) -> bytes:
    with smtplib.SMTP("127.0.0.1", service.port, timeout=60) as client:
        client.starttls(context=_any_certificate())
        shown = client.sock.getpeercert(binary_form=True)  # type: ignore[union-attr]
    assert isinstance(shown, bytes)
    return shown


def test_mail_comes_encrypted_with_a_certificate_of_our_own_making(
    client: smtplib.SMTP, channel: Channel, envelopes: Envelopes, settings: Any
) -> None:
    client.ehlo()
    assert client.has_extn("starttls")
    client.starttls(context=_any_certificate())
    client.ehlo()
    assert not client.has_extn("starttls")
    assert not client.has_extn("auth")
    client.sendmail("carla@example.net", ["support@acme.test"], sample("plain"))
    (kept,) = envelopes(channel)
    assert kept.headers["tls"] is True
    assert bytes(kept.raw) == sample("plain")
    assert (settings.DATA_DIR / "smtp-certificate.pem").stat().st_mode & 0o777 == 0o600


def test_a_greeting_is_wanted_again_after_the_handshake(client: smtplib.SMTP, channel: Channel) -> None:
    client.ehlo()
    client.docmd("MAIL FROM:<a@example.net>")
    client.starttls(context=_any_certificate())
    assert client.docmd("MAIL FROM:<b@example.net>")[0] == 503
    assert client.docmd("EHLO again.example")[0] == 250
    assert client.docmd("STARTTLS")[0] == 503


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_what_was_sent_in_the_clear_after_starttls_is_never_obeyed(
    transactional_db: None, channel: Channel, loop: Callable[[], Any]
) -> None:
    thread = LoopThread(loop())
    service = SmtpService("127.0.0.1", 0)
    thread.run(service.start())
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as plain:
        stream = plain.makefile("rb")
        stream.readline()
        plain.sendall(b"EHLO client.example\r\n")
        while stream.readline()[3:4] == b"-":
            pass
        plain.sendall(b"STARTTLS\r\n" + RSET * 3)
        assert stream.readline().startswith(b"220 ")
        stream.detach()
        with _any_certificate().wrap_socket(plain) as encrypted:
            encrypted.sendall(b"NOOP\r\nQUIT\r\n")
            answers = encrypted.makefile("rb").read().splitlines()
    thread.run(service.stop())
    thread.close()
    connections.close_all()
    assert [answer[:3] for answer in answers] == [b"250", b"221"]


def test_a_broken_handshake_ends_the_connection_and_nothing_else(
    smtp_service: SmtpService, channel: Channel, envelopes: Envelopes
) -> None:
    with socket.create_connection(("127.0.0.1", smtp_service.port), timeout=60) as broken:
        stream = broken.makefile("rb")
        stream.readline()
        broken.sendall(b"EHLO x\r\nSTARTTLS\r\n")
        while not stream.readline().startswith(b"220 "):
            pass
        broken.sendall(b"MAIL FROM:<a@example.net>\r\n" * 20)
        assert b"250" not in stream.read()
    with smtplib.SMTP("127.0.0.1", smtp_service.port, timeout=60) as client:
        client.sendmail("carla@example.net", ["support@acme.test"], sample("plain"))
    assert len(envelopes(channel)) == 1


@pytest.fixture
def renewable(settings: Any, tmp_path: Path) -> Path:
    """A certificate of the operator's."""
    path = tmp_path / "chain.pem"
    path.write_bytes(self_signed("mx.acme.test", now()))
    settings.SMTP_TLS_CERT = str(path)
    return path


def test_a_renewed_certificate_is_shown_without_a_restart(
    renewable: Path, smtp_service: SmtpService, channel: Channel
) -> None:
    before = _certificate_shown(smtp_service)
    assert before == ssl.PEM_cert_to_DER_cert(
        renewable.read_text().partition("-----END PRIVATE KEY-----\n")[2]
    )
    renewable.write_bytes(b"half a fi")
    assert _certificate_shown(smtp_service) == before
    renewable.write_bytes(self_signed("mx.acme.test", now()))
    assert _certificate_shown(smtp_service) != before


def test_a_missing_certificate_ends_the_start_with_one_line(
    settings: Any, loop_thread: LoopThread, tmp_path: Path
) -> None:
    settings.SMTP_TLS_CERT = str(tmp_path / "missing.pem")
    with pytest.raises(StartError, match="HUB_SMTP_TLS_CERT") as refused:
        loop_thread.run(SmtpService("127.0.0.1", 0).start())
    assert "\n" not in str(refused.value)
