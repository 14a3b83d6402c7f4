"""Waiting for new mail in IMAP's IDLE (RFC 2177), and noticing when nobody is there any more."""

from __future__ import annotations

import select
import ssl
import time
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from connectors.email.fetching.mail_account import MailAccount
from connectors.email.fetching.trouble import connection_trouble, said
from hub.messages import ErrorClass, SendError
from hub.stopping import Stopping

_NEWS = (b" EXISTS", b" RECENT")
_GOODBYE = b"BYE"


def wait_for_news(client: IMAPClient, account: MailAccount, stopping: Stopping, seconds: float) -> bool:
    """Wait in IDLE until the open folder may have new mail; False after `seconds`, or when told to stop.

    Leaving IDLE is a question and an answer, so returning also proves that the connection lives. Raises
    `SendError` when it does not. The client's `idle` and `idle_check` are not used: they take news that comes
    before the answer to IDLE for an error, overlook what comes in the same packet, and a dead connection
    looks to them like one without news.
    """
    try:
        return _wait(client, stopping, seconds)
    except OSError as error:
        raise connection_trouble(error, account) from error
    except IMAPClientError as error:
        detail = f"{account.host} ended the connection: {said(error)}"
        raise SendError(ErrorClass.RETRY, "connection-lost", detail) from error


def forget_news(client: IMAPClient) -> None:
    """Take what the server said up to now as seen: the caller looks for new mail after this."""
    client._imap.untagged_responses.pop("EXISTS", None)


def _wait(client: IMAPClient, stopping: Stopping, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    _begin(client)
    has_news = bool(client._imap.untagged_responses.get("EXISTS"))
    while not has_news and (line := _next_line(client, stopping, deadline)) is not None:
        if line.upper().startswith(b"* " + _GOODBYE):
            raise IMAPClientAbortError(said(line[2:]))
        has_news = line.upper().endswith(_NEWS)
    _, rest = client.idle_done()
    return has_news or any(_is_news(response) for response in rest)


def _begin(client: IMAPClient) -> None:
    connection = client._imap
    tag = client._idle_tag = connection._command("IDLE")
    while connection._get_response() is not None:
        if connection.tagged_commands[tag] is not None:
            raise IMAPClientAbortError(
                f"it does not go into IDLE: {said(connection.tagged_commands[tag][1][0])}"
            )


def _is_news(response: Any) -> bool:
    return isinstance(response, tuple) and b" " + response[-1] in _NEWS if response else False


def _next_line(client: IMAPClient, stopping: Stopping, deadline: float) -> bytes | None:
    """The next thing that the server says; None when it is late, or when we shall stop."""
    descriptor = client.socket().fileno()
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    poller.register(stopping.fileno(), select.POLLIN)
    while not stopping.is_set() and (left := deadline - time.monotonic()) > 0:
        if _peek(client):
            return client._imap._get_line()
        ready = {number for number, _ in poller.poll(left * 1000)}
        if descriptor in ready and _peek(client) == b"":
            raise IMAPClientAbortError("nobody is there any more")
    return None


def _peek(client: IMAPClient) -> bytes | None:
    """What was received and not read yet.

    Without any, None when TLS says so itself (its records need not hold data), else b"": from a socket that
    is readable that is the end.
    """
    sock = client.socket()
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        return client._imap.file.peek(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    finally:
        sock.settimeout(timeout)
