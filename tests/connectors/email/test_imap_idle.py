"""Waiting in IDLE: news is never missed, and a dead connection never taken for a quiet one."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from connectors.email.fetching.imap import Mailbox
from connectors.email.fetching.imap_idle import forget_news, wait_for_news
from hub.messages import ErrorClass, SendError
from hub.stopping import Stopping
from tests.connectors.email.imap_script import scripted_server
from tests.connectors.email.mailbox_tests import Proxy, mail, user
from tests.dovecot import PASSWORD, Dovecot

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.fixture
def stopping() -> Iterator[Stopping]:
    made = Stopping()
    yield made
    made.close()


@pytest.fixture
def connect(dovecot: Dovecot) -> Iterator[Callable[[int], Mailbox]]:
    """Signs in at a port, as one user, and opens the inbox."""
    opened = []
    name = user()

    def connected(port: int) -> Mailbox:
        mailbox = Mailbox.connect(dovecot.config(name, imap_port=port), {"imap_password": PASSWORD})
        mailbox.select("INBOX")
        forget_news(mailbox.client)
        opened.append(mailbox)
        return mailbox

    yield connected
    for mailbox in opened:
        mailbox.close()


def wait(mailbox: Mailbox, stopping: Stopping, seconds: float = 20) -> bool:
    return wait_for_news(mailbox.client, mailbox.account, stopping, seconds)


def test_new_mail_wakes_and_quiet_does_not(
    dovecot: Dovecot, connect: Callable[[int], Mailbox], stopping: Stopping
) -> None:
    mailbox = connect(dovecot.imap_port)
    with dovecot.client(mailbox.account.user) as client:
        assert wait(mailbox, stopping, 0.1) is False
        timer = threading.Timer(0.05, client.append, ("INBOX", mail()))
        timer.start()
        assert wait(mailbox, stopping) is True
        timer.join()


def test_stop_wakes_at_once(dovecot: Dovecot, connect: Callable[[int], Mailbox], stopping: Stopping) -> None:
    mailbox = connect(dovecot.imap_port)
    threading.Timer(0.05, stopping.set).start()
    began = time.monotonic()
    assert wait(mailbox, stopping, 60) is False
    assert time.monotonic() - began < 30


def test_a_connection_that_ends_is_an_error(
    dovecot: Dovecot, connect: Callable[[int], Mailbox], stopping: Stopping
) -> None:
    proxy = Proxy(dovecot.imap_port)
    mailbox = connect(proxy.port)
    threading.Timer(0.05, proxy.cut).start()
    with pytest.raises(SendError) as caught:
        wait(mailbox, stopping, 60)
    assert caught.value.error_class == ErrorClass.RETRY
    proxy.close()


@pytest.mark.parametrize("place", ["before the answer to IDLE", "in the same packet", "after DONE"])
def test_news_at_any_moment_counts(stopping: Stopping, place: str) -> None:
    def answer(tag: str, command: str) -> list[bytes]:
        done = f"{tag} OK done".encode()
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1 IDLE", done]
        if command.startswith(("SELECT", "EXAMINE")):
            return [b"* 3 EXISTS", b"* OK [UIDVALIDITY 7] x", b"* OK [UIDNEXT 4] x", done]
        if command == "IDLE":
            idle_tags.append(tag)
            early = [b"* 4 EXISTS"] if place.startswith("before") else []
            at_once = [b"* 4 EXISTS"] if place.startswith("in") else []
            return [*early, b"+ idling", *at_once]
        if tag == "DONE":
            late = [b"* 4 EXISTS"] if place.startswith("after") else []
            return [*late, f"{idle_tags[-1]} OK done".encode()]
        return [done]

    idle_tags: list[str] = []
    with scripted_server(answer) as server:
        config = {"imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none"}
        mailbox = Mailbox.connect(config, {"imap_password": "x"}, address="a")
        mailbox.select("INBOX")
        forget_news(mailbox.client)
        assert wait(mailbox, stopping, 0.3 if place.startswith("after") else 20) is True
        mailbox.close()


def test_a_goodbye_is_an_error(stopping: Stopping) -> None:
    def answer(tag: str, command: str) -> list[bytes]:
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1 IDLE", f"{tag} OK done".encode()]
        if command == "IDLE":
            return [b"+ idling", b"* BYE the server restarts", b""]
        return [f"{tag} OK done".encode()]

    with scripted_server(answer) as server:
        config = {"imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none"}
        mailbox = Mailbox.connect(config, {"imap_password": "x"}, address="a")
        with pytest.raises(SendError, match="the server restarts"):
            wait(mailbox, stopping)
        mailbox.close()


@pytest.mark.parametrize(
    "refusal, error_class, words",
    [
        ("NO [AUTHENTICATIONFAILED] Invalid credentials", ErrorClass.RECONNECT, "refuses the user name"),
        ("NO [UNAVAILABLE] Temporary authentication failure", ErrorClass.THROTTLED, "just now"),
        ("NO [LIMIT] Too many simultaneous connections", ErrorClass.THROTTLED, "just now"),
        ("NO [ALERT] Application-specific password required", ErrorClass.RECONNECT, "app password"),
        ("NO [PRIVACYREQUIRED] Plaintext authentication disallowed", ErrorClass.RECONNECT, "TLS"),
        ("NO LOGIN failed.", ErrorClass.RECONNECT, "refuses the user name"),
    ],
)
def test_what_a_refused_sign_in_means(refusal: str, error_class: ErrorClass, words: str) -> None:
    def answer(tag: str, command: str) -> list[bytes]:
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1", f"{tag} OK done".encode()]
        return [f"{tag} {refusal}".encode()]

    with scripted_server(answer) as server:
        config = {"imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none"}
        with pytest.raises(SendError, match=words) as caught:
            Mailbox.connect(config, {"imap_password": "hush"}, address="a@acme.test")
    assert caught.value.error_class == error_class
    assert "hush" not in caught.value.detail
