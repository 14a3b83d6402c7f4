"""A POP3 mailbox: sign in, list, fetch and delete mails (RFC 1939, RFC 2449, RFC 2595)."""

from __future__ import annotations

import base64
import contextlib
import poplib
import socket
import ssl
from collections.abc import Callable
from typing import Any

from connectors.email.fetching.imap_connection import CONNECT_SECONDS, READ_SECONDS, keep_alive
from connectors.email.fetching.mail_account import MailAccount, account_of
from connectors.email.fetching.trouble import connection_trouble, said, sign_in_trouble
from connectors.email.sending.mail_hosts import dial
from hub.messages import ErrorClass, SendError
from hub.models import Channel

LINE_LIMIT = 1024 * 1024
"""Octets of a line. RFC 1939 has 512, and Python stops at 2,048, but mails have longer ones."""


class Maildrop:
    """One session. What is deleted is gone once `close` has returned. Raises `SendError`, nothing else."""

    def __init__(self, account: MailAccount, client: poplib.POP3) -> None:
        self.account = account
        self.client = client

    @classmethod
    def of(cls, channel: Channel, token: str = "") -> Maildrop:
        """Connect to the maildrop of a channel; `oauth.signed_in` has the token."""
        try:
            account = account_of(
                "pop3", channel.config, channel.secrets, token=token, address=channel.address
            )
        except ValueError as error:
            raise SendError(ErrorClass.RECONNECT, "settings", str(error)) from error
        return cls.sign_in(account)

    @classmethod
    def sign_in(cls, account: MailAccount) -> Maildrop:
        """Connect, encrypt as the account says, and sign in."""
        maildrop = cls(account, connected(account))
        try:
            maildrop._authenticate()
        except BaseException:
            maildrop.abandon()
            raise
        return maildrop

    def _authenticate(self) -> None:
        account, client = self.account, self.client
        try:
            if account.token:
                self._by_token()
            elif not (account.security == "none" and self._by_digest()):
                client.user(account.user)
                client.pass_(account.password)
        except poplib.error_proto as error:
            raise sign_in_trouble(_words(error), account) from error
        except UnicodeEncodeError as error:
            raise sign_in_trouble("letters that the server cannot take", account) from error
        except OSError as error:
            raise connection_trouble(error, account) from error

    def _by_digest(self) -> bool:
        """APOP, which keeps the password off the wire; False where the server cannot do it for this user."""
        try:
            self.client.apop(self.account.user, self.account.password)
        except poplib.error_proto:
            return False
        return True

    def _by_token(self) -> None:
        token = f"user={self.account.user}\x01auth=Bearer {self.account.token}\x01\x01"
        answer = self.client._shortcmd(  # type: ignore[attr-defined]
            f"AUTH XOAUTH2 {base64.b64encode(token.encode()).decode()}"
        )
        if answer.startswith(b"+ "):  # the reason of a refusal, which wants an answer
            self.client._shortcmd("")  # type: ignore[attr-defined]

    def listing(self) -> dict[int, tuple[str, int]]:
        """Each mail's number in this session, with the id that it keeps over sessions, and its size."""
        ids = self._do("list the mails", self.client.uidl)
        sizes = self._do("list the mails", self.client.list)
        by_number = {int(number): int(size) for number, size, *_ in map(bytes.split, sizes[1])}
        rows = (line.split(maxsplit=1) for line in ids[1])
        return {
            int(row[0]): (row[1].decode("ascii", "replace"), by_number.get(int(row[0]), 0)) for row in rows
        }

    def fetch(self, number: int) -> bytes:
        """A whole mail."""
        return _joined(self._do("fetch a mail", lambda: self.client.retr(number)))

    def head(self, number: int) -> bytes:
        """A mail's header alone; empty where the server does not do that."""
        with contextlib.suppress(SendError):
            return _joined(self._do("fetch a header", lambda: self.client.top(number, 0)))
        return b""

    def delete(self, number: int) -> None:
        """Have a mail deleted by `close`."""
        self._do("delete a mail", lambda: self.client.dele(number))

    def close(self) -> None:
        """Say goodbye, which is what deletes."""
        try:
            self._do("delete mails", self.client.quit)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """End the connection without a word: nothing is deleted."""
        with contextlib.suppress(OSError):
            self.client.close()

    def _do(self, what: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except poplib.error_proto as error:
            words = _words(error)
            if "EOF" in words:
                raise connection_trouble(OSError("it was ended"), self.account) from error
            detail = f"{self.account.host} does not let us {what}: {words}"
            raise SendError(ErrorClass.RETRY, "refused-command", detail) from error
        except OSError as error:
            raise connection_trouble(error, self.account) from error


class _Ours:
    """Connects to a checked address of the host, and reads lines as long as mails have them."""

    file: Any
    host: str
    port: int
    context: ssl.SSLContext | None = None

    def _create_socket(self, timeout: float) -> socket.socket:
        sock = dial(self.host, self.port, timeout)
        return self.context.wrap_socket(sock, server_hostname=self.host) if self.context else sock

    def _getline(self) -> tuple[bytes, int]:
        line = self.file.readline(LINE_LIMIT + 1)
        if not line:
            raise poplib.error_proto("-ERR EOF")
        if len(line) > LINE_LIMIT:
            raise poplib.error_proto("-ERR EOF: a line without an end")
        return line.rstrip(b"\n").removesuffix(b"\r"), len(line)


class _Plain(_Ours, poplib.POP3):
    """POP3, perhaps encrypted later."""


class _Encrypted(_Ours, poplib.POP3_SSL):
    """POP3 that is encrypted from the start."""


def connected(account: MailAccount) -> poplib.POP3:
    """A connection that is encrypted as the account says, not signed in yet. Raises `SendError`."""
    context = ssl.create_default_context()
    try:
        if account.security == "tls":
            client: poplib.POP3 = _Encrypted(
                account.host, account.port, timeout=CONNECT_SECONDS, context=context
            )
        else:
            client = _Plain(account.host, account.port, timeout=CONNECT_SECONDS)
    except poplib.error_proto as error:
        detail = (
            f"{account.place} does not answer like a POP3 server. Check port and security: {_words(error)}"
        )
        raise SendError(ErrorClass.RETRY, "no-pop3", detail) from error
    except OSError as error:
        raise connection_trouble(error, account) from error
    try:
        if account.security == "starttls":
            client.stls(context)
        client.sock.settimeout(READ_SECONDS)
        keep_alive(client.sock)
    except poplib.error_proto as error:
        client.close()
        detail = f"{account.place} does not offer STARTTLS. Try TLS on port 995. It says: {_words(error)}"
        raise SendError(ErrorClass.RECONNECT, "no-starttls", detail) from error
    except OSError as error:
        client.close()
        raise connection_trouble(error, account) from error
    return client


def _joined(answer: tuple[bytes, list[bytes], int]) -> bytes:
    return b"\r\n".join(answer[1]) + b"\r\n"


def _words(error: Exception) -> str:
    return said(error.args[0] if error.args else error)
