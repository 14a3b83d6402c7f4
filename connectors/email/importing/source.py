"""Where imported mail comes from: looked through page by page, then read mail by mail."""

from __future__ import annotations

import functools
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from connectors.email.fetching import oauth
from connectors.email.fetching.imap import Fetched, Mailbox
from connectors.email.fetching.mail_account import MailAccount
from connectors.email.importing import maildir, mbox
from connectors.email.models import MailImport, MailImportEntry
from connectors.email.reading.addresses import read_message_id
from connectors.email.reading.dates import read_date
from connectors.email.reading.headers import header_text
from connectors.email.reading.structure import SIZE_LIMIT
from hub.clock import now

PAGE = 500
"""Mails that are noted in one transaction while a source is looked through."""

_FIRST_MAIL = datetime(1982, 8, 13, tzinfo=UTC)  # RFC 822
_SENT = frozenset(
    [
        *("sent", "sent mail", "sent items", "sent messages", "sent-mail", "gesendet", "gesendete objekte"),
        *("gesendete elemente", "enviados", "elementos enviados", "correo enviado", "envoyés", "inviata"),
        *("éléments envoyés", "posta inviata", "verzonden", "verzonden items", "البريد المرسل", "المرسل"),
    ]
)
_FIELD = re.compile(rb"^(date|message-id)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail that was seen in a source; `skip` or `fault` say why it will not be imported."""

    part: int = 0
    offset: int = 0
    length: int = 0
    place: str = ""
    written_at: datetime | None = None
    message_id: str = ""
    skip: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What was seen, and from where to go on; None at the end."""

    seen: list[Seen]
    cursor: Mapping[str, Any] | None


class Source(Protocol):
    """A place with mails."""

    def page(self, cursor: Mapping[str, Any]) -> Page:
        """The next mails from a cursor on, {} at first. Raises `ValueError`, `OSError`, `SendError`."""

    def raw(self, entry: MailImportEntry) -> bytes:
        """The bytes of a mail that was seen. Raises `OSError`."""

    def is_sent(self, part: int) -> bool:
        """Whether everything in this file or folder was sent by us."""


def source_of(run: MailImport) -> Source:
    """The source of an import."""
    match run.kind:
        case MailImport.Kind.MBOX:
            return MboxFiles(run.source)
        case MailImport.Kind.MAILDIR:
            return MaildirFolders(run.source)
        case _:
            return ImapFolders(run)


def own_folder(run: MailImport) -> Path:
    """Where files lie that belong to an import."""
    return Path(settings.DATA_DIR) / "imports" / str(run.pk)


def clear(run: MailImport) -> None:
    """Remove the files that belong to an import."""
    shutil.rmtree(own_folder(run), ignore_errors=True)


class MboxFiles:
    """One or several mbox files."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self._files: list[dict[str, Any]] = list(source["files"])

    def page(self, cursor: Mapping[str, Any]) -> Page:
        """See `Source`; the cursor counts files and bytes."""
        part, offset = int(cursor.get("part", 0)), int(cursor.get("offset", 0))
        path = Path(self._files[part]["path"])
        found = list(islice(mbox.mails(path, offset), PAGE))
        seen = [
            Seen(
                part, mail.offset, mail.length, **_told(mail.head, mail.dated), fault=_too_large(mail.length)
            )
            for mail in found
        ]
        if len(found) == PAGE:
            return Page(seen, {"part": part, "offset": found[-1].end})
        return Page(seen, _next_part(part, len(self._files)))

    def raw(self, entry: MailImportEntry) -> bytes:
        """See `Source`."""
        return mbox.read(Path(self._files[entry.part]["path"]), entry.offset, entry.length)

    def is_sent(self, part: int) -> bool:
        """See `Source`."""
        return bool(self._files[part].get("sent"))


class MaildirFolders:
    """One or several Maildir folders."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self._folders: list[dict[str, Any]] = list(source["files"])

    def page(self, cursor: Mapping[str, Any]) -> Page:
        """See `Source`; the cursor names the last mail that was seen."""
        part, after = int(cursor.get("part", 0)), str(cursor.get("after", ""))
        folder = Path(self._folders[part]["path"])
        places = list(islice(maildir.names(folder, after), PAGE))
        seen = [self._look(part, folder, place) for place in places]
        if len(places) == PAGE:
            return Page(seen, {"part": part, "after": maildir.unique_name(places[-1])})
        return Page(seen, _next_part(part, len(self._folders)))

    def _look(self, part: int, folder: Path, place: str) -> Seen:
        try:
            with (folder / place).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                head = re.split(rb"\r?\n\r?\n", file.read(mbox.HEAD_BYTES), maxsplit=1)[0]
                dated = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        except FileNotFoundError:
            return Seen(part, place=place, skip="gone")
        flags = maildir.flags(place)
        skip = "draft" if "D" in flags else "deleted" if "T" in flags else ""
        return Seen(part, 0, size, place, **_told(head, dated), skip=skip, fault=_too_large(size))

    def raw(self, entry: MailImportEntry) -> bytes:
        """See `Source`."""
        return maildir.read(Path(self._folders[entry.part]["path"]), entry.place)

    def is_sent(self, part: int) -> bool:
        """See `Source`."""
        return bool(self._folders[part].get("sent"))


class ImapFolders:
    """Folders of an account on another server, fetched into a file of ours first."""

    def __init__(self, run: MailImport) -> None:
        self._run = run
        self._folders: list[str] = list(run.source["folders"])
        self._spool = own_folder(run) / "fetched"

    def page(self, cursor: Mapping[str, Any]) -> Page:
        """See `Source`; the cursor holds folder, UIDVALIDITY, UID and the bytes fetched so far."""
        part, spooled = int(cursor.get("part", 0)), int(cursor.get("spooled", 0))
        with self._signed_in() as mailbox:
            selected = mailbox.select(self._folders[part])
            is_same = cursor.get("uidvalidity") == selected.uid_validity
            after = int(cursor.get("uid", 0)) if is_same else 0
            seen: list[Seen] = []
            for fetched in mailbox.fetch_since(after, selected.uid_next - 1):
                seen += self._keep(part, fetched, spooled)
                spooled = seen[-1].offset + seen[-1].length
                after = fetched[-1].uid
                if len(seen) >= PAGE:
                    here = {"part": part, "uidvalidity": selected.uid_validity, "uid": after}
                    return Page(seen, here | {"spooled": spooled})
        following = _next_part(part, len(self._folders))
        return Page(seen, following | {"spooled": spooled} if following else None)

    def _signed_in(self) -> AbstractContextManager[Mailbox]:
        """The account that was named, else the one from which the channel fetches its mail."""
        channel, account = self._run.channel, self._run.source.get("account")
        if account:
            password = str(self._run.secrets.get("password") or "")
            return Mailbox.sign_in(MailAccount("imap", **account, password=password))
        connect = functools.partial(Mailbox.connect, channel.config, channel.secrets, address=channel.address)
        return oauth.signed_in(channel, lambda token: connect(token=token))

    def _keep(self, part: int, fetched: list[Fetched], spooled: int) -> list[Seen]:
        """Append mails to the file, behind what is known to be complete, and have them safe on the disk."""
        self._spool.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen: list[Seen] = []
        with open(os.open(self._spool, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(spooled)
            file.seek(spooled)
            for mail in fetched:
                head = re.split(rb"\r?\n\r?\n", mail.raw[: mbox.HEAD_BYTES], maxsplit=1)[0]
                marks = {flag.lower() for flag in mail.flags}
                skip = "draft" if "\\draft" in marks else "deleted" if "\\deleted" in marks else ""
                place = f"{self._folders[part]} {mail.uid}"[-500:]
                told = _told(head, mail.received_at)
                seen.append(Seen(part, spooled, len(mail.raw), place, **told, skip=skip, fault=mail.fault))
                file.write(mail.raw)
                spooled += len(mail.raw)
            file.flush()
            os.fsync(file.fileno())
        return seen

    def raw(self, entry: MailImportEntry) -> bytes:
        """See `Source`."""
        with self._spool.open("rb") as file:
            file.seek(entry.offset)
            return file.read(entry.length)

    def is_sent(self, part: int) -> bool:
        """See `Source`."""
        return looks_sent(self._folders[part])


def looks_sent(name: str) -> bool:
    """Whether a folder or file is called as mail programs call what was sent, in the hub's languages."""
    return name.rpartition("/")[2].rpartition(".mbox")[0].strip().lower() in _SENT or (
        re.split(r"[/.]", name)[-1].strip().lower() in _SENT
    )


def _next_part(part: int, count: int) -> dict[str, Any] | None:
    return {"part": part + 1} if part + 1 < count else None


def _too_large(size: int) -> str:
    return (
        f"It has {size} bytes, more than the {SIZE_LIMIT} that a mail may have." if size > SIZE_LIMIT else ""
    )


def _told(head: bytes, dated: datetime | None) -> dict[str, Any]:
    """What a mail's head says of its date and its id; `dated` stands in for a date that cannot be."""
    fields: dict[bytes, str] = {}
    for name, value in _FIELD.findall(head):
        fields.setdefault(name.lower(), re.sub(r"\r?\n", "", header_text(value)))
    written = read_date(fields.get(b"date", ""))
    if written is None or not _FIRST_MAIL < written < now() + timedelta(days=1):
        written = dated
    message_id = read_message_id(fields.get(b"message-id", "")) or ""
    return {"written_at": written, "message_id": message_id.replace("\x00", "")[:255]}


def in_order(seen: list[Seen], last: datetime) -> Iterator[tuple[Seen, datetime]]:
    """Each with its place in time; what has no date follows the one before it."""
    for mail in seen:
        last = mail.written_at or last
        yield mail, last
