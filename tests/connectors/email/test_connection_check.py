"""The test button against real servers: what works, and what is said when it does not."""

from pathlib import Path
from typing import Any

import pytest

from connectors.email.fetching.connection_check import test as try_out
from hub.models import Channel
from tests import factories
from tests.connectors.email.mailbox_tests import channel, mail, user
from tests.dovecot import Dovecot
from tests.services import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


def results(of: Channel) -> dict[str, bool | None]:
    return {check.name: check.ok for check in try_out(of)}


def failure(of: Channel) -> tuple[str, str]:
    """The step of receiving that failed, and what is said about it."""
    wrong = [check for check in try_out(of) if check.ok is False and check.name != "Sending"]
    assert len(wrong) == 1, wrong
    return wrong[0].name, wrong[0].detail


def test_a_mailbox_that_works(dovecot: Dovecot) -> None:
    name = user()
    with dovecot.client(name) as client:
        client.append("INBOX", mail())
    steps = results(channel(dovecot, name, save_sent=True))
    assert steps.pop("Sending") is False, "no mail server is set"
    assert list(steps) == [
        "Server name",
        "Connection",
        "Encryption",
        "Sign-in",
        "Folders",
        "Reading",
        "New mail",
        "Sent folder",
    ]
    assert all(steps.values())


def test_an_encrypted_one_and_its_certificate(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    encrypted: dict[str, Any] = {"imap_security": "tls", "imap_port": dovecot.imaps_port}
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    good = channel(dovecot, user(), imap_host="localhost", **encrypted)
    (encryption,) = [check for check in try_out(good) if check.name == "Encryption"]
    assert encryption.ok and "TLS" in encryption.detail and "0 days" in encryption.detail
    other_name = channel(dovecot, user(), imap_host="127.0.0.2", **encrypted)
    assert failure(other_name)[0] in ("Encryption", "Connection")
    monkeypatch.delenv("SSL_CERT_FILE")
    step, words = failure(good)
    assert step == "Encryption" and "not signed by an authority" in words


@pytest.mark.parametrize(
    "change, step, words",
    [
        ({"imap_host": "imap.invalid"}, "Server name", "typing mistake"),
        ({"imap_host": "bad..name"}, "Server name", "typing mistake"),
        ({"imap_host": "10.1.2.3"}, "Server name", "not on the public internet"),
        ({"imap_host": ""}, "Settings", "No IMAP server"),
        ({"imap_port": "closed"}, "Connection", "refuses connections"),
        ({"imap_port": "pop3"}, "Connection", "not answer like an IMAP server"),
        ({"imap_security": "tls"}, "Encryption", "does not speak TLS"),
        ({"imap_folders": ["INBOX", "Suport"]}, "Folders", "There is no folder Suport. There are: "),
    ],
)
def test_it_says_what_is_wrong(dovecot: Dovecot, change: dict[str, Any], step: str, words: str) -> None:
    ports = {"closed": free_port(), "pop3": dovecot.pop3_port}
    change = {
        key: ports.get(value, value) if isinstance(value, str) else value for key, value in change.items()
    }
    name, said = failure(channel(dovecot, user(), **change))
    assert name == step
    assert words in said


@pytest.mark.parametrize(
    "address, words",
    [("help@acme.test", "refuses the user name or the password"), ("a@gmail.com", "app password")],
)
def test_a_wrong_password(dovecot: Dovecot, address: str, words: str) -> None:
    support = channel(dovecot, address)
    support.secrets = {"imap_password": "wrong", "pop3_password": "wrong"}
    for receive_by in ("imap", "pop3"):
        support.config = {**support.config, "receive_by": receive_by}
        step, said = failure(support)
        assert step == "Sign-in"
        assert words in said


def test_pop3(dovecot: Dovecot) -> None:
    steps = results(channel(dovecot, user(), receive_by="pop3"))
    assert steps.pop("Sending") is False
    assert list(steps) == ["Server name", "Connection", "Encryption", "Sign-in", "Reading"]
    assert all(steps.values())


def test_mail_that_comes_by_smtp_cannot_be_tried_from_here(tmp_path: Path) -> None:
    steps = results(factories.channel(factories.organization()))
    assert steps == {"Receiving": None, "Sending": False}
