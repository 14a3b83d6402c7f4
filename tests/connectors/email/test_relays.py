"""The way out through real mail servers: encrypted, signed in, one connection for many mails, never twice."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.email.entrance.certificate import self_signed
from connectors.email.sending import relays, transport
from connectors.email.sending.compose import Composed
from connectors.email.sending.transport import Relay, Session
from hub.clock import now
from hub.messages import ErrorClass, SendError
from tests.connectors.email.conftest import LoopThread
from tests.connectors.email.relay_server import PASSWORD, TOKEN, USER, provider
from tests.connectors.email.test_compose import composed

MAIL = Composed("<1@acme.test>", "support@acme.test", "carla@example.net", b"Subject: x\r\n\r\n.\r\nend\r\n")

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for localhost that this machine trusts."""
    path = tmp_path / "localhost.pem"
    path.write_bytes(self_signed("localhost", now()))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def refused(relay: Relay, mail: Composed = MAIL) -> SendError:
    with pytest.raises(SendError) as caught:
        relays.send(relay, mail)
    return caught.value


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_leaves_encrypted_and_signed_in(
    loop_thread: LoopThread, tls: ssl.SSLContext, security: str
) -> None:
    with provider(loop_thread, tls, from_the_start=security == "tls", sign_in=True) as server:
        relay = Relay("localhost", server.port, security, USER, PASSWORD)
        assert "taken as 1" in relays.send(relay, MAIL)
        assert "taken as 2" in relays.send(relay, MAIL)
        assert [one.original_content for one in server.taken] == [MAIL.raw] * 2


def test_a_certificate_for_another_name_is_said_in_plain_words(
    loop_thread: LoopThread, tls: ssl.SSLContext
) -> None:
    with provider(loop_thread, tls, from_the_start=True) as server:
        error = refused(Relay("127.0.0.1", server.port, "tls"))
    assert (error.error_class, error.code) == (ErrorClass.RECONNECT, "certificate")
    assert "for another name" in error.detail


def test_a_wrong_password_is_an_administrators_business(loop_thread: LoopThread) -> None:
    with provider(loop_thread, sign_in=True) as server:
        error = refused(Relay("localhost", server.port, "", USER, "wrong"))
    assert error.error_class == ErrorClass.RECONNECT
    assert "password" in error.detail and "wrong" not in error.detail


def test_a_token_signs_in_and_an_expired_one_is_told_apart(loop_thread: LoopThread) -> None:
    with provider(loop_thread, sign_in=True) as server:
        relay = Relay("localhost", server.port, "", USER, token=TOKEN)
        assert "taken as 1" in relays.send(relay, MAIL)
        relays.close_all()
        assert refused(replace(relay, token="old")).code == "token-refused"


def test_a_hundred_mails_make_one_connection(loop_thread: LoopThread) -> None:
    with provider(loop_thread, extensions=["PIPELINING"]) as server:
        relay = Relay("127.0.0.1", server.port)
        for _ in range(relays.MAILS_PER_SESSION):
            relays.send(relay, MAIL)
        assert (server.connections, len(server.taken)) == (1, 100)
        relays.send(relay, MAIL)
        assert server.connections == 2


def test_a_connection_that_died_meanwhile_is_replaced_and_nothing_is_sent_twice(
    loop_thread: LoopThread,
) -> None:
    with provider(loop_thread, drops_after=1) as server:
        relay = Relay("127.0.0.1", server.port)
        for _ in range(5):
            relays.send(relay, MAIL)
        assert len(server.taken) == 5


def test_a_refused_mail_leaves_the_connection_good(loop_thread: LoopThread) -> None:
    with provider(loop_thread, answers={"full.test": "452 4.2.2 mailbox full"}) as server:
        relay = Relay("127.0.0.1", server.port)
        assert refused(relay, replace(MAIL, recipient="dan@full.test")).code == "452 4.2.2"
        relays.send(relay, MAIL)
        assert server.connections == 1 and len(server.taken) == 1


def test_a_server_that_is_full_up_slows_the_domain_and_a_closed_one_the_relay(
    loop_thread: LoopThread,
) -> None:
    with provider(loop_thread, answers={"busy.test": "421 4.7.28 too many"}) as server:
        relay = Relay("127.0.0.1", server.port)
        busy = refused(relay, replace(MAIL, recipient="dan@busy.test"))
        assert (busy.error_class, busy.destination) == (ErrorClass.THROTTLED, "")
    gone = refused(relay)
    assert (gone.error_class, gone.destination) == (ErrorClass.RETRY, relay.name)
    assert "refuses connections" in gone.detail


def test_a_server_that_says_nothing_is_given_up_and_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        relay = Relay("127.0.0.1", silent.getsockname()[1])
        error = refused(relay)
    assert (error.error_class, error.destination) == (ErrorClass.RETRY, relay.name)
    assert "does not answer" in error.detail and not error.uncertain


def test_greylisting_is_about_one_recipient_and_says_when(loop_thread: LoopThread) -> None:
    answers = {"grey.test": "450 4.7.1 Greylisted, come back in 300 seconds"}
    with provider(loop_thread, answers=answers) as server:
        error = refused(Relay("127.0.0.1", server.port), replace(MAIL, recipient="a@grey.test"))
    assert (error.error_class, error.retry_after) == (ErrorClass.RETRY, 310.0)


def test_a_mail_that_is_too_large_is_not_even_begun(loop_thread: LoopThread) -> None:
    with provider(loop_thread, size=1000) as server:
        error = refused(Relay("127.0.0.1", server.port), replace(MAIL, raw=b"x: y\r\n\r\n" + b"z" * 2000))
        assert (error.error_class, error.code) == (ErrorClass.PERMANENT, "too-large")
        assert "0.0 MB" in error.detail and not server.taken


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
def test_a_refused_sender_is_told_apart_from_a_refused_recipient(
    loop_thread: LoopThread, extensions: list[str]
) -> None:
    with provider(loop_thread, extensions=extensions, sign_in=True) as server:
        error = refused(Relay("127.0.0.1", server.port))
        assert error.error_class == ErrorClass.RECONNECT and error.code.startswith("530")


def test_servers_of_an_administrators_choice_are_not_inside_the_house(
    loop_thread: LoopThread, settings: Any
) -> None:
    with provider(loop_thread) as server:
        theirs = Relay("localhost", server.port, is_operators=False)
        error = refused(theirs)
        assert (error.error_class, error.code) == (ErrorClass.RECONNECT, "address-refused")
        assert not server.connections
        settings.ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
        assert "taken as 1" in relays.send(theirs, MAIL)


def test_a_public_server_is_reached_on_ports_of_mail_only() -> None:
    error = refused(Relay("192.0.43.8", 6379, is_operators=False))
    assert error.code == "port-refused"


LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
    | st.sampled_from([".", "..", ".\r", "", " ", "From x", "\r", "\x00.", "-- "]),
    max_size=12,
).map("\n".join)


def test_what_the_server_gets_is_what_was_composed(loop_thread: LoopThread) -> None:
    with provider(loop_thread, extensions=["PIPELINING"]) as server:
        relay = Relay("127.0.0.1", server.port)

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(text=LINES, html=st.none() | LINES, subject=LINES)
        def same(text: str, html: str | None, subject: str) -> None:
            mail = composed(text=text, html=html or "", subject=subject)
            relays.send(relay, mail)
            assert server.taken.pop().original_content == mail.raw

        same()


def test_any_bytes_arrive_with_their_dots(loop_thread: LoopThread) -> None:
    with provider(loop_thread) as server:
        session = Session.open(Relay("127.0.0.1", server.port))

        @settings(max_examples=60, deadline=None)
        @given(st.lists(st.sampled_from([b".", b"..", b"a", b"", b".b.", b"\xff."]), max_size=8))
        def same(lines: list[bytes]) -> None:
            raw = b"X: y\r\n\r\n" + b"".join(line + b"\r\n" for line in lines)
            session.send(replace(MAIL, raw=raw))
            assert server.taken.pop().original_content == raw

        same()
        session.close()


def test_the_button_that_tests_says_whether_mail_can_leave(
    loop_thread: LoopThread, channel: Any, settings: Any
) -> None:
    assert relays.check(channel).ok is False
    with provider(loop_thread) as server:
        settings.SMTP_RELAY_URL = f"smtp://127.0.0.1:{server.port}"
        assert relays.check(channel).ok is True
    assert relays.check(channel).ok is False
