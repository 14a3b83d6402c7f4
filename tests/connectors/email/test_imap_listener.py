"""Listening to mailboxes on a real Dovecot: nothing lost, nothing doubled, whatever a connection does."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from connectors.email.fetching import imap, imap_listener
from hub import connections, registry
from hub.cursors import cursor, keep
from hub.models import Channel, ChannelCursor, InboundEnvelope
from hub.stopping import Stopping
from tests.connectors.email.mailbox_tests import Proxy, channel, listened_to, mail, subjects, user
from tests.dovecot import Dovecot, running_without
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loopback")]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, and look into all folders often."""
    monkeypatch.setattr(connections, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(imap_listener, "POLL_SECONDS", 0.1)


@pytest.fixture
def stopping() -> Iterator[Stopping]:
    """The word "stop", for a listener that a test drives by hand."""
    made = Stopping()
    yield made
    made.close()


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    """A way to Dovecot that can be cut."""
    made = Proxy(dovecot.imap_port)
    yield made
    made.close()


def is_listening(of: Channel, folder: str = "INBOX") -> bool:
    return ChannelCursor.objects.filter(channel=of, name=imap_listener.cursor_name(folder)).exists()


def test_new_mail_is_brought_and_what_was_there_before_is_left_alone(dovecot: Dovecot) -> None:
    name = user()
    with dovecot.client(name) as client:
        client.append("INBOX", mail("of last year"))
        support = channel(dovecot, name)
        with listened_to(support):
            until(lambda: is_listening(support))
            client.append("INBOX", mail("first"))
            client.append("INBOX", mail("second"))
            until(lambda: subjects(support) == ["first", "second"])
        client.append("INBOX", mail("while nobody listened"))
        with listened_to(support):
            until(lambda: subjects(support) == ["first", "second", "while nobody listened"])
        client.select_folder("INBOX")
        assert not client.search("SEEN"), "nothing changes in the folder unless the channel says so"


def test_a_server_without_idle_move_and_uidplus_is_polled(dovecot: Dovecot) -> None:
    with running_without("IDLE", "MOVE", "UIDPLUS") as plain, plain.client("u") as client:
        support = channel(plain, "u", imap_after="move:Done")
        with listened_to(support):
            until(lambda: is_listening(support))
            client.append("INBOX", mail("polled"))
            until(lambda: subjects(support) == ["polled"])
            until(lambda: client.folder_exists("Done") and client.folder_status("Done")[b"MESSAGES"] == 1)


def test_the_last_days_are_imported_when_that_is_wanted(dovecot: Dovecot) -> None:
    name = user()
    with dovecot.client(name) as client:
        for days in (400, 40, 6, 1):
            client.append("INBOX", mail(f"{days} days ago"), [], datetime.now(UTC) - timedelta(days=days))
        support = channel(dovecot, name, import_since_days=10)
        with listened_to(support):
            until(lambda: subjects(support) == ["6 days ago", "1 days ago"])
            client.append("INBOX", mail("new"))
            until(lambda: subjects(support)[2:] == ["new"])


def test_a_mailbox_that_was_moved_here_yesterday_is_not_taken_for_new(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_listener, "OLD_LIMIT", 3)
    name = user()
    with dovecot.client(name) as client:
        for year in (2005, 2009, 2012, 2017):
            old = mail(f"of {year}").replace(
                b"Date: ", f"Date: Mon, 03 Oct {year} 09:00:00 +0000\r\nX: ".encode()
            )
            client.append("INBOX", old)
        client.append("INBOX", mail("of today"))
        support = channel(dovecot, name, import_since_days=10)
        with listened_to(support):
            until(lambda: subjects(support) == ["of today"])
            client.append("INBOX", mail("new"))
            until(lambda: subjects(support) == ["of today", "new"])


def test_a_folder_that_was_made_anew_loses_and_doubles_nothing(dovecot: Dovecot) -> None:
    name = user()
    first, second, third = mail("first"), mail("second"), mail("third")
    with dovecot.client(name) as client:
        client.create_folder("Support")
        support = channel(dovecot, name, imap_folders=["INBOX", "Support"])
        with listened_to(support):
            until(lambda: is_listening(support, "Support"))
            for raw in (first, second):
                client.append("Support", raw)
            until(lambda: subjects(support) == ["first", "second"])
            before = cursor(support, "imap:Support")["uid_validity"]
            client.delete_folder("Support")
            client.create_folder("Support")
            for raw in (third, second, first):
                client.append("Support", raw)
            until(lambda: subjects(support) == ["first", "second", "third"])
            until(lambda: cursor(support, "imap:Support")["uid"] == 3)
        assert cursor(support, "imap:Support")["uid_validity"] != before


def test_the_folder_in_idle_may_be_made_anew(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_listener, "IDLE_SECONDS", 0.3)
    name = user()
    with dovecot.client(name) as client:
        client.create_folder("Support")
        support = channel(dovecot, name, imap_folders=["Support"])
        with listened_to(support):
            until(lambda: is_listening(support, "Support"))
            client.append("Support", mail("first"))
            until(lambda: subjects(support) == ["first"])
            client.delete_folder("Support")
            client.create_folder("Support")
            client.append("Support", mail("second"))
            until(lambda: subjects(support) == ["first", "second"])


def test_a_connection_that_is_cut_is_made_again(dovecot: Dovecot, proxy: Proxy) -> None:
    name = user()
    support = channel(dovecot, name, imap_port=proxy.port)
    with dovecot.client(name) as client, listened_to(support):
        until(lambda: is_listening(support))
        for number in range(3):
            proxy.cut()
            client.append("INBOX", mail(f"mail {number}"))
            until(lambda: len(subjects(support)) == number + 1)  # noqa: B023
    assert subjects(support) == ["mail 0", "mail 1", "mail 2"]
    assert proxy.connections >= 4


def test_the_server_process_may_be_killed(dovecot: Dovecot) -> None:
    name = user()
    support = channel(dovecot, name)
    with listened_to(support):
        until(lambda: is_listening(support))
        for process in dovecot.processes_of(name):
            os.kill(process, signal.SIGKILL)
        with dovecot.client(name) as client:
            client.append("INBOX", mail("afterwards"))
            until(lambda: subjects(support) == ["afterwards"])


@pytest.mark.parametrize("afterwards", ["seen", "delete", "move:Archive"])
def test_mails_are_marked_only_after_they_are_kept(
    dovecot: Dovecot, stopping: Stopping, afterwards: str
) -> None:
    """Stopping between the commit and the mark is what a kill there does: the next start marks."""
    name = user()
    support = channel(dovecot, name, imap_after=afterwards)
    with dovecot.client(name) as client:
        with listened_to(support):
            until(lambda: is_listening(support))
        for number in range(3):
            client.append("INBOX", mail(f"mail {number}"))
        listening = registry.connector("email").listen(support, partial(cursor, support), stopping)
        batch = next(batch for batch in listening if batch.items)
        client.select_folder("INBOX", readonly=True)
        assert len(client.search("UNSEEN")) == 3, "nothing is marked before the commit"
        keep(support, batch)
        del listening
        client.noop()
        assert len(client.search("UNSEEN")) == 3
        with listened_to(support):
            until(lambda: client.noop() and not client.search("UNSEEN"))
            client.append("INBOX", mail("one more"))
            until(lambda: len(subjects(support)) == 4)
            until(lambda: client.noop() and not client.search("UNSEEN"))
        assert subjects(support) == ["mail 0", "mail 1", "mail 2", "one more"]
        assert len(client.search("ALL")) == (4 if afterwards == "seen" else 0)
        if afterwards == "move:Archive":
            assert client.folder_status("Archive")[b"MESSAGES"] == 4


def test_a_batch_that_is_not_kept_comes_again(dovecot: Dovecot, stopping: Stopping) -> None:
    name = user()
    support = channel(dovecot, name, imap_after="delete")
    with dovecot.client(name) as client:
        with listened_to(support):
            until(lambda: is_listening(support))
        client.append("INBOX", mail("first"))
        listening = registry.connector("email").listen(support, partial(cursor, support), stopping)
        assert next(batch for batch in listening if batch.items)
        del listening
        with listened_to(support):
            until(lambda: subjects(support) == ["first"])


def test_a_mail_that_is_too_large_waits_for_a_person_and_stops_nobody(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SIZE_LIMIT", 2000)
    name = user()
    support = channel(dovecot, name, imap_after="delete")
    with dovecot.client(name) as client, listened_to(support):
        until(lambda: is_listening(support))
        for raw in (mail("before"), mail("large", "x" * 3000), mail("after")):
            client.append("INBOX", raw)
        until(lambda: subjects(support) == ["before", "large", "after"])
        stub = InboundEnvelope.objects.get(channel=support, dedupe_key__startswith="unfetched:")
        assert len(bytes(stub.raw)) < 1000, "its head alone"
        assert "bytes" in stub.headers["unfetched"]
        with pytest.raises(ValueError, match="stayed in the mailbox"):
            registry.connector("email").parse(bytes(stub.raw), stub.headers, {})
        client.select_folder("INBOX")
        until(lambda: client.noop() and len(client.search("ALL")) == 1)


def test_a_mail_that_the_server_cannot_hand_out_stops_nobody(dovecot: Dovecot) -> None:
    name = user()
    support = channel(dovecot, name)
    with dovecot.client(name) as client:
        with listened_to(support):
            until(lambda: is_listening(support))
        for subject in ("before", "broken", "after"):
            client.append("INBOX", mail(subject))
        dovecot.break_mail(name, b"Subject: broken")
        with listened_to(support):
            until(lambda: subjects(support) == ["before", "after"], 60)
        assert (
            InboundEnvelope.objects.filter(channel=support, dedupe_key__startswith="unfetched:").count() == 1
        )


def test_what_vanishes_while_it_is_fetched_is_left_out(dovecot: Dovecot) -> None:
    name = user()
    with (
        dovecot.client(name) as client,
        imap.Mailbox.connect(dovecot.config(name), {"imap_password": "secret"}) as box,
    ):
        for number in range(4):
            client.append("INBOX", mail(f"mail {number}"))
        box.select("INBOX")
        client.select_folder("INBOX")
        client.delete_messages([2, 3])
        client.expunge()
        assert [one.uid for page in box.fetch([1, 2, 3, 4]) for one in page] == [1, 4]
        assert list(box.fetch_since(4)) == []


def test_a_folder_that_is_missing_is_told_and_the_others_go_on(dovecot: Dovecot) -> None:
    name = user()
    support = channel(dovecot, name, imap_folders=["INBOX", "Nowhere"])
    with dovecot.client(name) as client, listened_to(support):
        until(lambda: is_listening(support))
        client.append("INBOX", mail("first"))
        until(lambda: subjects(support) == ["first"])
        client.create_folder("Nowhere")
        client.append("Nowhere", mail("there before us"))
        until(lambda: is_listening(support, "Nowhere"))
        client.append("Nowhere", mail("second"))
        until(lambda: subjects(support) == ["first", "second"])
