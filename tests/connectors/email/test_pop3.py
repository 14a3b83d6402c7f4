"""Fetching by POP3 from a real Dovecot: once each, deleted when the channel says so and never before."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from connectors.email.fetching import pop3, pop3_listener
from connectors.email.fetching.mail_account import account_of
from hub import connections, registry
from hub.clock import now
from hub.cursors import cursor, keep
from hub.models import Channel, ChannelCursor, InboundEnvelope
from hub.stopping import Stopping
from tests.connectors.email.mailbox_tests import channel, listened_to, mail, subjects, user
from tests.dovecot import PASSWORD, Dovecot
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loopback")]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(pop3_listener, "POLL_SECONDS", 0.1)


def is_listening(of: Channel) -> bool:
    return ChannelCursor.objects.filter(channel=of, name=pop3_listener.CURSOR).exists()


def left(server: Dovecot, name: str) -> int:
    """How many mails are in the mailbox."""
    with server.client(name) as client:
        return int(client.folder_status("INBOX")[b"MESSAGES"])


def test_new_mail_is_brought_once_and_stays_where_it_is(dovecot: Dovecot) -> None:
    name = user()
    with dovecot.client(name) as client:
        client.append("INBOX", mail("of last year"))
        support = channel(dovecot, name, receive_by="pop3")
        with listened_to(support):
            until(lambda: is_listening(support))
            client.append("INBOX", mail("first"))
            client.append("INBOX", mail("long", "x" * 5000))
            until(lambda: subjects(support) == ["first", "long"])
        client.append("INBOX", mail("while nobody listened"))
        with listened_to(support):
            until(lambda: len(subjects(support)) == 3)
    assert left(dovecot, name) == 4


def test_what_is_kept_is_deleted_after_its_days(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    name = user()
    with dovecot.client(name) as client:
        client.append("INBOX", mail("not ours"))
        support = channel(dovecot, name, receive_by="pop3", pop3_keep_days=3)
        with listened_to(support):
            until(lambda: is_listening(support))
            client.append("INBOX", mail("first"))
            until(lambda: subjects(support) == ["first"])
        assert left(dovecot, name) == 2
        in_days = now() + timedelta(days=3)
        monkeypatch.setattr(pop3_listener, "now", lambda: in_days)
        with listened_to(support):
            until(lambda: left(dovecot, name) == 1)
    assert subjects(support) == ["first"]


def test_nothing_is_deleted_that_is_not_kept(dovecot: Dovecot) -> None:
    name = user()
    stopping = Stopping()
    with dovecot.client(name) as client:
        client.append("INBOX", mail("first"))
        config: dict[str, Any] = {"receive_by": "pop3", "pop3_keep_days": 0, "import_since_days": 1}
        support = channel(dovecot, name, **config)
        listening = registry.connector("email").listen(support, partial(cursor, support), stopping)
        batch = next(batch for batch in listening if batch.items)
        keep(support, batch)
        del listening
        assert left(dovecot, name) == 1, "killed between the commit and the deletion"
        with listened_to(support):
            until(lambda: left(dovecot, name) == 0)
    assert subjects(support) == ["first"]
    stopping.close()


def test_a_mail_that_is_too_large_stays_and_stops_nobody(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pop3_listener, "SIZE_LIMIT", 2000)
    name = user()
    support = channel(dovecot, name, receive_by="pop3", pop3_keep_days=0)
    with dovecot.client(name) as client, listened_to(support):
        until(lambda: is_listening(support))
        for raw in (mail("before"), mail("large", "x" * 3000), mail("after")):
            client.append("INBOX", raw)
        until(lambda: subjects(support) == ["before", "large", "after"])
        until(lambda: left(dovecot, name) == 1)
    assert InboundEnvelope.objects.get(channel=support, dedupe_key__startswith="unfetched:")


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_each_kind_of_security(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    port = dovecot.pop3s_port if security == "tls" else dovecot.pop3_port
    config = {"pop3_host": "localhost", "pop3_port": port, "pop3_security": security}
    account = account_of("pop3", config, {"pop3_password": PASSWORD}, address=user())
    maildrop = pop3.Maildrop.sign_in(account)
    assert maildrop.listing() == {}
    maildrop.close()
