"""Mail that was elsewhere before: brought into conversations, once, with an exact account of it."""

from __future__ import annotations

import mailbox
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from connectors.email.importing import actions as imports
from connectors.email.importing import run as import_run
from connectors.email.models import MailImport, MailImportEntry
from hub.cli import main
from hub.clock import now
from hub.jobs.worker import run_until_idle
from hub.models import Channel, Contact, Conversation, InboundEnvelope, Job, Message, Status, TimelineItem
from tests import factories

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return factories.channel(factories.organization(), address="support@acme.test", name="Acme Support")


def _mail(
    number: int,
    sender: str = "Carla <carla@example.net>",
    to: str = "support@acme.test",
    text: str = "Where is my parcel?",
    answers: int = 0,
    at: datetime | None = None,
    **headers: str,
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, f"Parcel {number}"
    message["Message-ID"] = f"<{number}@example.net>"
    message["Date"] = format_datetime(at or START + timedelta(hours=number))
    if answers:
        message["In-Reply-To"] = f"<{answers}@example.net>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def _mbox(path: Path, messages: Iterable[EmailMessage]) -> Path:
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    return path


def _begin(channel: Channel, *paths: Path, kind: str = "mbox", **options: Any) -> MailImport:
    files = [{"path": str(path), "name": path.name, "sent": path.name == "Sent"} for path in paths]
    return imports.begin(channel, kind, paths[0].name, {"files": files}, options=options)


def _import(channel: Channel, *paths: Path, kind: str = "mbox", **options: Any) -> MailImport:
    run = _begin(channel, *paths, kind=kind, **options)
    run_until_idle(60)
    return MailImport.objects.within(channel.organization).get(pk=run.pk)


def _figures(run: MailImport) -> tuple[str, int | None, int, int, int]:
    return run.state, run.total, run.imported, run.skipped, run.failed


def _fates(run: MailImport) -> list[tuple[int, str, str]]:
    rows = MailImportEntry.objects.within(run.organization_id).filter(mail_import=run).order_by("number")
    return list(rows.values_list("number", "state", "reason"))


def test_old_mail_becomes_closed_conversations_with_their_dates(channel: Channel, tmp_path: Path) -> None:
    agent = factories.agent(channel.organization, email="amal@acme.test")
    mails = [
        _mail(3, text="Thanks!", answers=2),
        _mail(1),
        _mail(2, "Amal <amal@acme.test>", "carla@example.net", "It is on its way.", answers=1),
        _mail(4, "Dora <dora@example.net>"),
    ]
    inbox = _mbox(tmp_path / "Inbox", [mails[0], mails[1], mails[3]])
    sent = _mbox(tmp_path / "Sent", [mails[2]])
    run = _import(channel, inbox, sent)
    assert _figures(run) == ("done", 4, 4, 0, 0)
    first, second = Conversation.objects.within(channel.organization).order_by("created_at")
    assert first.status == second.status == Status.CLOSED
    assert first.waiting_since is None
    assert first.requester.name == "Carla"
    assert first.created_at == START + timedelta(hours=1)
    assert first.last_activity_at == START + timedelta(hours=3)
    assert first.preview == "Thanks!"
    items = list(TimelineItem.objects.filter(conversation=first).order_by("seq"))
    assert [item.direction for item in items] == ["inbound", "outbound", "inbound"]
    assert [item.occurred_at for item in items] == [START + timedelta(hours=hour) for hour in (1, 2, 3)]
    assert items[1].author_user == agent
    assert items[0].message.facts["source"] == {"kind": "import", "id": str(run.pk), "name": "Inbox"}
    assert Contact.objects.within(channel.organization).count() == 2


def test_nothing_is_asked_answered_or_announced(channel: Channel, tmp_path: Path) -> None:
    channel.config = {"acknowledge": {"enabled": True, "text": "We got it."}}
    channel.save()
    run = _import(channel, _mbox(tmp_path / "Inbox", [_mail(1), _mail(2)]))
    assert run.imported == 2
    assert Message.objects.within(channel.organization).count() == 2
    assert not Job.objects.exists()


def test_the_same_mail_is_never_imported_twice(channel: Channel, tmp_path: Path) -> None:
    path = _mbox(tmp_path / "Inbox", [_mail(1), _mail(2), _mail(1)])
    assert _figures(_import(channel, path)) == ("done", 3, 2, 1, 0)
    again = _import(channel, _mbox(tmp_path / "Other", [_mail(1), _mail(2), _mail(3)]))
    assert _figures(again) == ("done", 3, 1, 2, 0)
    assert again.reasons == {"skipped: duplicate": 2}
    assert Message.objects.within(channel.organization).count() == 3


def test_mail_that_came_live_before_is_a_duplicate(channel: Channel, tmp_path: Path) -> None:
    from hub.connector import accept

    raw = _mail(1).as_bytes().replace(b"\n", b"\r\n")
    accept(channel, b"Received: by mx\r\n" + raw, dedupe_key="live", headers={"address": channel.address})
    run_until_idle(60)
    assert _figures(_import(channel, _mbox(tmp_path / "Inbox", [_mail(1)]))) == ("done", 1, 0, 1, 0)
    assert Conversation.objects.within(channel.organization).get().status == Status.NEW


def test_the_account_says_what_became_of_each_mail(channel: Channel, tmp_path: Path) -> None:
    nobody = EmailMessage()
    nobody["Subject"] = "From nobody"
    nobody.set_content("Who?")
    empty = EmailMessage()
    empty["From"], empty["Message-ID"] = "carla@example.net", "<e@example.net>"
    mails = [
        _mail(1),
        nobody,
        _mail(3, Auto_Submitted="auto-replied"),
        _mail(4, "support@acme.test", "help@acme.test, support+x@acme.test"),
        empty,
    ]
    run = _import(
        channel, _mbox(tmp_path / "Inbox", mails), skip_automatic=True, own_addresses=["help@acme.test"]
    )
    assert _figures(run) == ("done", 5, 1, 3, 1)
    fates = _fates(run)
    assert [state for _, state, _ in fates] == ["imported", "failed", "skipped", "skipped", "skipped"]
    assert [reason for _, _, reason in fates][2:] == ["automatic", "sent to nobody outside", "empty"]
    kept = InboundEnvelope.objects.within(channel.organization).get(state="quarantined")
    assert b"From nobody" in bytes(kept.raw)
    assert kept.headers["history"] == {"kind": "import", "id": str(run.pk)}
    assert sum(run.reasons.values()) == 4


def test_recent_conversations_stay_open_where_that_is_wanted(channel: Channel, tmp_path: Path) -> None:
    old, recent = now() - timedelta(days=40), now() - timedelta(days=2)
    late = old + timedelta(hours=1)
    mails = [_mail(1, at=old), _mail(2, at=recent, answers=1), _mail(3, "dora@example.net", at=late)]
    _import(channel, _mbox(tmp_path / "Inbox", mails), open_days=30)
    states = Conversation.objects.within(channel.organization).order_by("created_at")
    assert [one.status for one in states] == [Status.OPEN, Status.CLOSED]


def test_a_dry_run_counts_and_leaves_everything_as_it_is(channel: Channel, tmp_path: Path) -> None:
    run = _import(channel, _mbox(tmp_path / "Inbox", [_mail(1), _mail(1)]), dry_run=True)
    assert _figures(run) == ("done", 2, 1, 1, 0)
    assert not Message.objects.within(channel.organization).exists()
    assert not InboundEnvelope.objects.within(channel.organization).exists()


def test_a_maildir_is_read_without_drafts_and_what_was_thrown_away(channel: Channel, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    for number, flags in ((1, "S"), (2, "D"), (3, "ST"), (4, "")):
        entry = mailbox.MaildirMessage(_mail(number))
        if flags:
            entry.set_subdir("cur")
            entry.set_flags(flags)
        box.add(entry)
    run = _import(channel, tmp_path / "Mail", kind="maildir")
    assert _figures(run) == ("done", 4, 2, 2, 0)
    assert run.reasons == {"skipped: draft": 1, "skipped: deleted": 1}


@pytest.mark.parametrize("content", [b"PK\x03\x04 an archive", b"Subject: a mail\n\nand no mbox\n"])
def test_a_file_of_another_kind_is_refused_in_plain_words(
    channel: Channel, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "Inbox").write_bytes(content)
    run = _import(channel, tmp_path / "Inbox")
    assert run.state == "failed"
    assert "no mbox file" in run.error


def test_a_failed_import_goes_on_where_it_was(channel: Channel, tmp_path: Path) -> None:
    path = tmp_path / "Inbox"
    run = _import(channel, path)
    assert (run.state, "No such file" in run.error) == ("failed", True)
    _mbox(path, [_mail(1)])
    imports.resume(run)
    run_until_idle(60)
    run.refresh_from_db()
    assert _figures(run) == ("done", 1, 1, 0, 0)


def test_it_can_be_paused_canceled_and_resumed(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 2)
    run = _begin(channel, _mbox(tmp_path / "Inbox", [_mail(number) for number in range(1, 6)]))
    import_run.step(run.pk)
    import_run.step(run.pk)
    run = imports.cancel(imports.pause(run))
    assert _figures(run) == ("canceled", 5, 2, 0, 0)
    assert not import_run.step(run.pk)
    with pytest.raises(imports.WrongState):
        imports.pause(run)
    imports.resume(run)
    run_until_idle(60)
    run.refresh_from_db()
    assert _figures(run) == ("done", 5, 5, 0, 0)


def test_a_step_that_breaks_off_leaves_nothing_behind(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between the messages and the account of them."""
    run = _begin(channel, _mbox(tmp_path / "Inbox", [_mail(1), _mail(2)]))
    import_run.step(run.pk)

    def gone(more: bool) -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        import_run.step(run.pk, gone)
    assert not Message.objects.within(channel.organization).exists()
    while import_run.step(run.pk):
        pass
    run.refresh_from_db()
    assert _figures(run) == ("done", 2, 2, 0, 0)


def test_a_mail_that_takes_the_process_down_is_given_up(channel: Channel, tmp_path: Path) -> None:
    run = _begin(channel, _mbox(tmp_path / "Inbox", [_mail(1), _mail(2)]))
    import_run.step(run.pk)
    entries = MailImportEntry.objects.within(channel.organization).filter(mail_import=run)
    entries.filter(number=1).update(attempts=import_run.ATTEMPTS)
    while import_run.step(run.pk, careful=True):
        pass
    assert _fates(run) == [(1, "failed", "Reading it stopped the process."), (2, "imported", "")]


def test_mails_without_a_date_keep_their_neighbours_place(channel: Channel, tmp_path: Path) -> None:
    undated = _mail(2, answers=1)
    del undated["Date"]
    text = b"".join(
        b"From x Fri Mar  1 10:00:00 2024\n" + mail.as_bytes() + b"\n" for mail in (_mail(1), undated)
    )
    (tmp_path / "Inbox").write_bytes(text)
    _import(channel, tmp_path / "Inbox")
    items = TimelineItem.objects.within(channel.organization).order_by("seq")
    assert [item.occurred_at for item in items] == [START + timedelta(hours=1)] * 2


def test_the_command_imports_and_accounts(
    channel: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, report = _mbox(tmp_path / "Inbox", [_mail(1), _mail(1)]), tmp_path / "report.csv"
    words = [
        "email",
        "import",
        "--channel",
        "Support@acme.test",
        "--mbox",
        str(path),
        "--report",
        str(report),
    ]
    assert main(words) == 0
    said = capsys.readouterr()
    assert said.out == "done: 2 seen, 1 imported, 1 skipped, 0 failed\n  1 skipped: duplicate\n"
    assert len(report.read_text().splitlines()) == 3
    assert main([*words[:3], "nobody@acme.test", *words[4:6]]) == 3
    assert main(["email", "import", "--resume", "nonsense"]) == 3
