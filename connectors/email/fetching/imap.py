"""An IMAP mailbox: sign in, look for mails, fetch them one by one, mark, move and add some (RFC 3501)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from connectors.email.fetching.imap_connection import connected, drop
from connectors.email.fetching.mail_account import MailAccount, account_of
from connectors.email.fetching.trouble import connection_trouble, said, sign_in_trouble
from connectors.email.reading.structure import SIZE_LIMIT
from hub.messages import ErrorClass, SendError
from hub.models import Channel

PAGE = 50
PAGE_BYTES = 16 * 1024 * 1024
FIRST_STRIDE = 1000
HIGHEST_UID = 2**32 - 1

_FACTS = ("RFC822.SIZE", "INTERNALDATE", "FLAGS")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder: `flags` as the server gives them (`\\Sent`, `\\Noselect`, …), in lower case."""

    name: str
    flags: frozenset[str]

    @property
    def can_be_selected(self) -> bool:
        """Whether it can hold mails."""
        return not self.flags & {"\\noselect", "\\nonexistent"}


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder that is open. UIDs mean the same mails while `uid_validity` stays (RFC 3501 §2.3.1.1)."""

    folder: str
    uid_validity: int
    uid_next: int
    count: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail of a folder. With a `fault`, `raw` is at most its head, and `fault` says why."""

    uid: int
    raw: bytes = field(repr=False)
    received_at: datetime | None
    flags: tuple[str, ...] = ()
    size: int = 0
    fault: str = ""


class Mailbox:
    """One connection to one account. Everything raises `SendError` in plain words, nothing else.

    `fetching` is the UID of the mail that is just being fetched, 0 between mails; `leave` one that is not
    fetched, because the connection broke with it before.
    """

    def __init__(self, account: MailAccount, client: IMAPClient) -> None:
        self.account = account
        self.client = client
        self.fetching = 0
        self.leave = 0

    @classmethod
    def connect(
        cls, config: Mapping[str, Any], secrets: Mapping[str, Any], *, token: str = "", address: str = ""
    ) -> Mailbox:
        """Connect and sign in as a channel's settings say; `account_of` tells what they mean."""
        try:
            account = account_of("imap", config, secrets, token=token, address=address)
        except ValueError as error:
            raise SendError(ErrorClass.RECONNECT, "settings", str(error)) from error
        return cls.sign_in(account)

    @classmethod
    def of(cls, channel: Channel, token: str = "") -> Mailbox:
        """Connect to the mailbox of a channel; `oauth.signed_in` has the token."""
        return cls.connect(channel.config, channel.secrets, token=token, address=channel.address)

    @classmethod
    def sign_in(cls, account: MailAccount) -> Mailbox:
        """Connect, encrypt as the account says, and sign in."""
        mailbox = cls(account, connected(account))
        try:
            mailbox._authenticate()
        except BaseException:
            mailbox.close()
            raise
        return mailbox

    def _authenticate(self) -> None:
        account, client = self.account, self.client
        try:
            if account.token:
                self._by_token()
            elif client.has_capability("AUTH=PLAIN"):
                client.plain_login(account.user, account.password)  # the one that takes all letters
            else:
                client.login(account.user, account.password)
        except (LoginError, UnicodeEncodeError) as error:
            raise sign_in_trouble(error, account) from error
        except (OSError, IMAPClientError) as error:
            raise self._trouble(error, "sign in") from error
        with contextlib.suppress(IMAPClientError):
            client._cached_capabilities = None  # servers offer more after the sign-in
            client.capabilities()

    def _by_token(self) -> None:
        """OAuth 2 by whichever mechanism there is: RFC 7628's, else the older one of Google's."""
        account = self.account
        if self.client.has_capability("AUTH=OAUTHBEARER") and not self.client.has_capability("AUTH=XOAUTH2"):
            name = account.user.replace("=", "=3D").replace(",", "=2C")
            first = f"n,a={name},\x01auth=Bearer {account.token}\x01\x01"
            mechanism, last = "OAUTHBEARER", "\x01"
        else:
            first = f"user={account.user}\x01auth=Bearer {account.token}\x01\x01"
            mechanism, last = "XOAUTH2", ""
        answers = iter((first,))
        # A refusal comes as a challenge, which wants an answer before the server says NO.
        self.client.sasl_login(mechanism, lambda _challenge: next(answers, last))

    def has(self, capability: str) -> bool:
        """Whether the server offers an extension, such as "IDLE"."""
        return self._do("ask for capabilities", lambda: bool(self.client.has_capability(capability)))

    def folders(self) -> list[Folder]:
        """All folders, in the server's order."""
        rows = self._do("list the folders", self.client.list_folders)
        return [
            Folder(_text(name), frozenset(_text(flag).lower() for flag in flags)) for flags, _, name in rows
        ]

    def select(self, folder: str, *, readonly: bool = True) -> Selected:
        """Open a folder; `readonly` changes nothing in it, not even what is new."""
        answer = self._do(
            f"open the folder {folder}", lambda: self.client.select_folder(folder, readonly=readonly)
        )
        return Selected(
            folder,
            int(answer.get(b"UIDVALIDITY", 0)),
            int(answer.get(b"UIDNEXT") or self._uid_after_last(int(answer.get(b"EXISTS", 0)))),
            int(answer.get(b"EXISTS", 0)),
        )

    def _uid_after_last(self, count: int) -> int:
        """UIDNEXT for servers that keep it to themselves."""
        if not count:
            return 1
        newest = self._do("look for the newest mail", lambda: self.client.search(["UID", "*"]))
        return max(newest, default=0) + 1

    def status(self, folder: str) -> tuple[int, int]:
        """UIDVALIDITY and UIDNEXT of a folder that need not be open; 0 for what the server does not say."""
        answer = self._do(
            f"look at the folder {folder}",
            lambda: self.client.folder_status(folder, ["UIDVALIDITY", "UIDNEXT"]),
        )
        return int(answer.get(b"UIDVALIDITY") or 0), int(answer.get(b"UIDNEXT") or 0)

    def uids(
        self, after: int, upto: int, *, since: date | None = None, sent_since: date | None = None
    ) -> Iterator[int]:
        """The UIDs in the open folder above `after` and not above `upto`, rising.

        `since` and `sent_since` leave out what arrived, or says that it was written, before that day. Asked
        for in strides, so that no answer gets longer than a line may be, and gaps cost little.
        """
        stride = FIRST_STRIDE
        while after < upto:
            last = min(after + stride, upto)
            found = sorted(
                uid for uid in self._search(after + 1, last, since, sent_since) if after < uid <= last
            )
            yield from found
            stride = FIRST_STRIDE if found else stride * 8
            after = last

    def _search(self, first: int, last: int, since: date | None, sent_since: date | None) -> list[int]:
        criteria: list[Any] = ["UID", f"{first}:{last}"]
        criteria += ["SINCE", since] if since else []
        criteria += ["SENTSINCE", sent_since] if sent_since else []
        return list(self._do("search for mails", lambda: self.client.search(criteria)))

    def holds(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is in the open folder."""
        criteria = ["HEADER", "Message-ID", message_id]
        return bool(self._do("search for a mail", lambda: self.client.search(criteria)))

    def fetch_since(
        self,
        after: int,
        upto: int = HIGHEST_UID,
        *,
        since: date | None = None,
        sent_since: date | None = None,
    ) -> Iterator[list[Fetched]]:
        """The mails above the UID `after`, in pages of at most `PAGE` mails and about `PAGE_BYTES`.

        What vanished in the meantime is left out. A mail that is too large or that the server does not hand
        out comes with a `fault`, and never keeps the others from coming. The days are as in `uids`.
        """
        upto = min(upto, max(self._uid_after_last(1) - 1, after))
        page: list[int] = []
        for uid in self.uids(after, upto, since=since, sent_since=sent_since):
            page.append(uid)
            if len(page) == PAGE:
                yield from self.fetch(page)
                page = []
        if page:
            yield from self.fetch(page)

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """These mails of the open folder, in pages of about `PAGE_BYTES`; see `fetch_since`."""
        facts = self._facts(uids)
        page: list[Fetched] = []
        size = 0
        for uid in sorted(set(uids)):
            self.fetching = uid
            mail = self._one(uid, facts.get(uid))
            self.fetching = 0
            if mail is None:
                continue
            page.append(mail)
            size += len(mail.raw)
            if size >= PAGE_BYTES:
                yield page
                page, size = [], 0
        if page:
            yield page

    def _facts(self, uids: Sequence[int]) -> dict[int, dict[bytes, Any]]:
        try:
            return dict(self.client.fetch(list(uids), list(_FACTS))) if uids else {}
        except (IMAPClientAbortError, OSError) as error:
            raise self._trouble(error, "look at mails") from error
        except (IMAPClientError, ValueError):
            return {}  # one mail that the server cannot even describe; each is asked for alone below

    def _one(self, uid: int, facts: dict[bytes, Any] | None) -> Fetched | None:
        """One mail, or None when it is gone."""
        if uid == self.leave:
            return Fetched(uid, b"", None, fault="the connection breaks whenever it is fetched")
        known = self._alone(uid, *_FACTS) if facts is None else facts
        if isinstance(known, str):
            return Fetched(uid, b"", None, fault=known)
        if not known:
            return None
        size = int(known.get(b"RFC822.SIZE") or 0)
        content = self._alone(uid, "BODY.PEEK[]") if size <= SIZE_LIMIT else f"it has {size} bytes"
        if isinstance(content, dict) and not content:
            return None
        raw = b"" if isinstance(content, str) else content.get(b"BODY[]") or b""
        fault = content if isinstance(content, str) else ""
        if size and not raw:
            raw, fault = self._head(uid), fault or "the server does not hand it out"
        flags = tuple(_text(flag) for flag in known.get(b"FLAGS", ()))
        return Fetched(uid, raw, _moment(known.get(b"INTERNALDATE")), flags, size, fault)

    def _head(self, uid: int) -> bytes:
        answer = self._alone(uid, "BODY.PEEK[HEADER]<0.65536>")
        if isinstance(answer, str):
            return b""
        found = (value for key, value in answer.items() if key.startswith(b"BODY[HEADER]"))
        return next((value for value in found if isinstance(value, bytes)), b"")

    def _alone(self, uid: int, *items: str) -> dict[bytes, Any] | str:
        """What the server says of one mail: nothing when it is gone, its words when it refuses."""
        try:
            return dict(self.client.fetch([uid], list(items)).get(uid, {}))
        except (IMAPClientAbortError, OSError) as error:
            raise self._trouble(error, "fetch a mail") from error
        except (IMAPClientError, ValueError) as error:
            return f"the server does not hand it out: {said(error)}"

    def append(self, folder: str, raw: bytes, flags: Sequence[str] = (), at: datetime | None = None) -> None:
        """Add a mail to a folder; it is there once this returns."""
        self._do(f"add a mail to {folder}", lambda: self.client.append(folder, raw, flags, at))

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails of the open folder as read; what is gone is no error."""
        self._do("mark mails as read", lambda: self.client.add_flags(uids, [b"\\Seen"], silent=True))

    def delete(self, uids: Sequence[int]) -> None:
        """Remove mails of the open folder; they are but marked where UIDPLUS (RFC 4315) is missing."""
        self._do("delete mails", lambda: self.client.add_flags(uids, [b"\\Deleted"], silent=True))
        if self.has("UIDPLUS"):
            self._do("delete mails", lambda: self.client.uid_expunge(uids))

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails of the open folder to another one, which is made when it is missing (RFC 6851)."""
        if not self._do(f"look for {folder}", lambda: self.client.folder_exists(folder)):
            self.create(folder)
        if self.has("MOVE"):
            self._do(f"move mails to {folder}", lambda: self.client.move(uids, folder))
        else:
            self._do(f"copy mails to {folder}", lambda: self.client.copy(uids, folder))
            self.delete(uids)

    def create(self, folder: str) -> None:
        """Make a folder."""
        self._do(f"make the folder {folder}", lambda: self.client.create_folder(folder))

    def close(self) -> None:
        """Say goodbye, and end the connection whatever the server does."""
        with contextlib.suppress(OSError, IMAPClientError):
            self.client.socket().settimeout(3.0)
            self.client.logout()
        drop(self.client)

    def _do(self, what: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (OSError, IMAPClientError, ValueError) as error:
            raise self._trouble(error, what) from error

    def _trouble(self, error: Exception, what: str) -> SendError:
        """A broken connection is tried again by itself; a refused command is for a person to see."""
        if isinstance(error, OSError):
            return connection_trouble(error, self.account)
        if isinstance(error, IMAPClientAbortError):
            words = said(error)
            detail = f"{self.account.host} ended the connection: {words}"
            return SendError(ErrorClass.RETRY, "connection-lost", detail)
        detail = f"{self.account.host} does not let us {what}: {said(error)}"
        return SendError(ErrorClass.RETRY, "refused-command", detail)

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _moment(value: object) -> datetime | None:
    """An INTERNALDATE in UTC; imapclient gives it in the machine's time, without a zone."""
    return value.astimezone(UTC) if isinstance(value, datetime) else None


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
