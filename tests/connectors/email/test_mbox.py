"""mbox and Maildir files as programs really write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.email.importing import maildir, mbox
from connectors.email.importing.source import looks_sent

FIRST = b"From - Mon Nov  2 10:00:00 2026\nSubject: 1\n\none\n\n"
SECOND = b"From 17@xxx Mon Nov 02 10:00:00 +0000 2026\nSubject: 2\n\ntwo\n\n"


def _texts(path: Path, content: bytes, start: int = 0) -> list[bytes]:
    path.write_bytes(content)
    return [mbox.read(path, mail.offset, mail.length) for mail in mbox.mails(path, start)]


@pytest.mark.parametrize(
    "content, wanted",
    [
        (b"", []),
        (FIRST + SECOND, [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]),
        (
            (FIRST + SECOND).replace(b"\n", b"\r\n"),
            [b"Subject: 1\r\n\r\none\r\n", b"Subject: 2\r\n\r\ntwo\r\n"],
        ),
        (b"\n\n" + FIRST, [b"Subject: 1\n\none\n"]),
        (FIRST[:-1] + SECOND, [b"Subject: 1\n\none\n" + SECOND[:-1]]),  # no empty line: one mail
        (FIRST.replace(b"one", b"From here\nto: there"), [b"Subject: 1\n\nFrom here\nto: there\n"]),
        (FIRST.replace(b"one", b">From a\n>>From b"), [b"Subject: 1\n\nFrom a\n>From b\n"]),
        (FIRST.replace(b"one", b"x" * 200_000), [b"Subject: 1\n\n" + b"x" * 200_000 + b"\n"]),
        (FIRST + b"From the very last line", [b"Subject: 1\n\none\n\nFrom the very last line"]),
    ],
)
def test_mails_are_told_apart(tmp_path: Path, content: bytes, wanted: list[bytes]) -> None:
    assert _texts(tmp_path / "mbox", content) == wanted


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(FIRST + SECOND)
    first, _ = mbox.mails(path)
    assert _texts(path, FIRST + SECOND, first.end) == [b"Subject: 2\n\ntwo\n"]
    assert first.head == b"Subject: 1\n"
    assert first.dated is not None
    assert first.dated.isoformat() == "2026-11-02T10:00:00+00:00"


def test_a_mail_in_a_maildir_is_found_after_its_flags_changed(tmp_path: Path) -> None:
    for name in ("cur", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.host").write_bytes(b"one")
    (tmp_path / "cur" / "2.host:2,S").write_bytes(b"two")
    assert list(maildir.names(tmp_path)) == ["new/1.host", "cur/2.host:2,S"]
    (tmp_path / "new" / "1.host").rename(tmp_path / "cur" / "1.host:2,RS")
    assert maildir.read(tmp_path, "new/1.host") == b"one"
    assert list(maildir.names(tmp_path, "1.host")) == ["cur/2.host:2,S"]
    with pytest.raises(FileNotFoundError):
        maildir.read(tmp_path, "cur/3.host")
    with pytest.raises(maildir.NotMaildir):
        list(maildir.names(tmp_path / "cur"))


@pytest.mark.parametrize(
    "name", ["Sent", "sent.mbox", "INBOX.Sent", "[Gmail]/Sent Mail", "Gesendete Elemente"]
)
def test_folders_of_sent_mail_are_known_by_their_names(name: str) -> None:
    assert looks_sent(name)


@pytest.mark.parametrize("name", ["INBOX", "Presents", "Sent to trash.mbox"])
def test_other_folders_are_not(name: str) -> None:
    assert not looks_sent(name)
