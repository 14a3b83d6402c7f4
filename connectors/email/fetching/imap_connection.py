"""Connecting to an IMAP server: to a checked address, encrypted as the account says, and watched by TCP."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import socket
import ssl

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from connectors.email.fetching.mail_account import MailAccount
from connectors.email.fetching.trouble import connection_trouble, said
from connectors.email.sending.mail_hosts import dial
from hub.messages import ErrorClass, SendError

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
SILENCE_SECONDS = 60
"""A connection this long without traffic is probed by TCP, and given up after as long again."""

logging.getLogger("imapclient").setLevel(logging.WARNING)  # it logs passwords with its commands


class _Connection(imaplib.IMAP4):
    """A connection to a checked address of the host, encrypted from the start when it gets a context."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        sock = dial(self.host, self.port, CONNECT_SECONDS)
        return self._context.wrap_socket(sock, server_hostname=self.host) if self._context else sock


class _Client(IMAPClient):
    """imapclient on our connection."""

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - imapclient's name
        return _Connection(self.host, self.port, self.ssl_context if self.ssl else None)


def connected(account: MailAccount) -> IMAPClient:
    """A connection that is encrypted as the account says, not signed in yet. Raises `SendError`."""
    context = ssl.create_default_context()
    try:
        client = _Client(
            account.host,
            account.port,
            ssl=account.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
    except OSError as error:
        raise connection_trouble(error, account) from error
    except IMAPClientError as error:
        raise _greeting_trouble(error, account) from error
    try:
        keep_alive(client.socket())
        if account.security == "starttls":
            client.starttls(context)
    except OSError as error:
        drop(client)
        raise connection_trouble(error, account) from error
    except IMAPClientError as error:
        drop(client)
        detail = f"{account.place} does not offer STARTTLS. Try TLS on port 993. It says: {said(error)}"
        raise SendError(ErrorClass.RECONNECT, "no-starttls", detail) from error
    return client


def drop(client: IMAPClient) -> None:
    """End a connection without a word."""
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()


def _greeting_trouble(error: Exception, account: MailAccount) -> SendError:
    words = said(error)
    if "BYE" in words:
        return SendError(ErrorClass.RETRY, "bye", f"{account.host} takes no connection just now: {words}")
    detail = f"{account.place} does not answer like an IMAP server. Check the port and the security setting."
    return SendError(ErrorClass.RETRY, "no-imap", detail)


def keep_alive(sock: socket.socket) -> None:
    """Have TCP notice within two minutes that the other side is gone without a word."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", SILENCE_SECONDS), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
