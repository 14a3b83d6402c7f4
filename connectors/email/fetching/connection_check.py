"""The test button of a mailbox: each step towards receiving and sending tried for real, in plain words."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from connectors.email.fetching import oauth, sent_folder
from connectors.email.fetching.imap import Mailbox
from connectors.email.fetching.imap_connection import CONNECT_SECONDS
from connectors.email.fetching.imap_connection import connected as imap_connected
from connectors.email.fetching.mail_account import MailAccount, Protocol, account_of
from connectors.email.fetching.pop3 import Maildrop
from connectors.email.fetching.pop3 import connected as pop3_connected
from connectors.email.fetching.trouble import connection_trouble
from connectors.email.sending import mail_hosts, relays
from hub.channel_form import Check
from hub.clock import now
from hub.messages import SendError
from hub.models import Channel

SOON_DAYS = 14
"""A certificate that ends within so many days is mentioned."""


def test(channel: Channel) -> list[Check]:
    """Try to receive and to send as the channel is set up. Takes seconds; never raises."""
    receive_by = str(channel.config.get("receive_by") or "smtp")
    if receive_by in ("imap", "pop3"):
        checks = list(_until_failed(_receiving(channel, "imap" if receive_by == "imap" else "pop3")))
    else:
        detail = f"Mail for {channel.address} comes by SMTP. Have it delivered or forwarded to this hub."
        checks = [Check("Receiving", None, detail)]
    return [*checks, relays.check(channel)]


def _until_failed(checks: Iterator[Check]) -> Iterator[Check]:
    """The checks, ended by the first that raises what is wrong."""
    try:
        yield from checks
    except SendError as error:
        yield Check(_NAMES.get(error.code, "Mailbox"), False, error.detail)


_NAMES = {
    "unknown-host": "Server name",
    "address-refused": "Server name",
    "settings": "Settings",
    "port-refused": "Connection",
    "refused": "Connection",
    "no-answer": "Connection",
    "connection-lost": "Connection",
    "bye": "Connection",
    "no-imap": "Connection",
    "no-pop3": "Connection",
    "certificate": "Encryption",
    "tls": "Encryption",
    "no-starttls": "Encryption",
    "needs-tls": "Encryption",
    "sign-in-refused": "Sign-in",
    "sign-in-later": "Sign-in",
    "token-refused": "Sign-in",
    "not-signed-in": "Sign-in",
    "permission-gone": "Sign-in",
    "no-client": "Sign-in",
    "oauth-client": "Sign-in",
    "oauth-refused": "Sign-in",
    "oauth-unreachable": "Sign-in",
    "oauth-failed": "Sign-in",
    "oauth-later": "Sign-in",
    "refused-command": "Mailbox",
}
"""Which step a failure belongs to."""


def _receiving(channel: Channel, protocol: Protocol) -> Iterator[Check]:
    try:
        account = account_of(protocol, channel.config, channel.secrets, address=channel.address)
    except ValueError as error:
        yield Check("Settings", False, str(error))
        return
    yield _name(account)
    yield _port(account)
    yield _encryption(account)
    yield from _imap(channel) if protocol == "imap" else _pop3(channel)


def _name(account: MailAccount) -> Check:
    try:
        addresses = mail_hosts.checked_addresses(account.host, account.port)
    except (OSError, UnicodeError) as error:
        failure = error if isinstance(error, OSError) else socket.gaierror(socket.EAI_NONAME)
        raise connection_trouble(failure, account) from error
    return Check("Server name", True, f"{account.host} is at {', '.join(addresses[:3])}.")


def _port(account: MailAccount) -> Check:
    try:
        mail_hosts.dial(account.host, account.port, CONNECT_SECONDS).close()
    except OSError as error:
        raise connection_trouble(error, account) from error
    return Check("Connection", True, f"{account.place} answers.")


def _encryption(account: MailAccount) -> Check:
    """Whether TLS stands as the channel says, and for how long yet."""
    if account.security == "none":
        with contextlib.closing(_greeted(account)):
            detail = "The connection is not encrypted: the password and all mails can be read on the way."
            return Check("Encryption", True, detail)
    with contextlib.closing(_greeted(account)) as sock:
        certificate = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
        version = sock.version() if isinstance(sock, ssl.SSLSocket) else None
    ends = ssl.cert_time_to_seconds(str((certificate or {}).get("notAfter", "Jan  1 00:00:00 2100 GMT")))
    left = (datetime.fromtimestamp(ends, UTC) - now()).days
    detail = f"{version}; the certificate is valid for {account.host}."
    if left < SOON_DAYS:
        detail += f" It ends in {left} days; its owner must renew it."
    return Check("Encryption", True, detail)


def _greeted(account: MailAccount) -> socket.socket:
    """The socket of a connection whose server has greeted and, if it is to, encrypted."""
    if account.protocol == "imap":
        return imap_connected(account).socket()
    return pop3_connected(account).sock


def _imap(channel: Channel) -> Iterator[Check]:
    with oauth.signed_in(channel, partial(Mailbox.of, channel)) as mailbox:
        yield Check("Sign-in", True, f"{mailbox.account.host} lets {mailbox.account.user} in.")
        known = {folder.name for folder in mailbox.folders()}
        folders = list(channel.config.get("imap_folders") or ["INBOX"])
        missing = [name for name in folders if name not in known and name.upper() != "INBOX"]
        if missing:
            there = ", ".join(sorted(known)[:20])
            yield Check("Folders", False, f"There is no folder {', '.join(missing)}. There are: {there}.")
        else:
            yield Check("Folders", True, f"{', '.join(folders)} found.")
        yield _newest(mailbox, next(name for name in [*folders, "INBOX"] if name not in missing))
        yield _idle(mailbox)
        if channel.config.get("save_sent"):
            folder = str(channel.config.get("sent_folder") or sent_folder.find(mailbox))
            yield Check("Sent folder", True, f"Copies of answers go to {folder}.")


def _newest(mailbox: Mailbox, folder: str) -> Check:
    selected = mailbox.select(folder)
    if not selected.count:
        return Check("Reading", True, f"{folder} is empty.")
    page = next(mailbox.fetch_since(max(selected.uid_next - 2, 0)), [])
    if page and page[-1].fault:
        return Check("Reading", False, f"The newest mail in {folder} cannot be read: {page[-1].fault}.")
    return Check("Reading", True, f"{folder} holds {selected.count} mails, and the newest can be read.")


def _idle(mailbox: Mailbox) -> Check:
    if mailbox.has("IDLE"):
        return Check("New mail", True, "The server tells of new mail at once.")
    return Check("New mail", True, "The server does not tell of new mail; it is looked for every minute.")


def _pop3(channel: Channel) -> Iterator[Check]:
    with oauth.signed_in(channel, partial(Maildrop.of, channel)) as maildrop:
        yield Check("Sign-in", True, f"{maildrop.account.host} lets {maildrop.account.user} in.")
        listing = maildrop.listing()
        if listing:
            maildrop.head(max(listing))
        yield Check(
            "Reading", True, f"The mailbox holds {len(listing)} mails; it is looked into every minute."
        )
