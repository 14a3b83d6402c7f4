"""The mail entrance: an SMTP server that says 250 only for what is committed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from connectors.email.acceptor import Acceptor, Batch
from connectors.email.mailboxes import Mailboxes
from connectors.email.structure import SIZE_LIMIT
from hub.connector import Polled
from hub.models import Channel

log = structlog.get_logger("connectors.email.smtp")

RECIPIENT_LIMIT = 50
IDLE_SECONDS = 600.0  # between commands, DATA with its mail being one: RFC 5321 §4.5.3.2.7 wants 300 at least
GREETING = "Omnihub"

OUR_FAULT = "451 4.3.0 The mail cannot be kept right now, try again later"


class MailConnection(SMTP):
    """One client's connection."""

    # Broken senders write lines longer than RFC 5321's 998 octets; a customer's mail matters more.
    line_length_limit = 256 * 1024

    def __init__(
        self,
        acceptor: Acceptor,
        mailboxes: Mailboxes,
        hostname: str,
        on_close: Callable[[MailConnection], None],
    ) -> None:
        self.receiver = Receiver(acceptor, mailboxes)
        self._on_close = on_close
        self._was_refused = False
        super().__init__(
            self.receiver,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident=GREETING,
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    async def push(self, status: Any) -> None:
        """Answer the client; the first refusal of a connection is logged, without what the client said."""
        text = status.decode("ascii", "replace") if isinstance(status, bytes) else str(status)
        if text[:1] in ("4", "5") and not self._was_refused:
            self._was_refused = True
            log.info("smtp_refused", code=text[:3], peer=_host(self.session))
        await super().push(status)

    async def handle_exception(self, error: Exception) -> str:
        """The answer to a command that aiosmtpd cannot read; faults of ours never get here."""
        log.info("smtp_unreadable", error=type(error).__name__, peer=_host(self.session))
        return "501 5.5.2 The command cannot be read"

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop when the connection is gone."""
        super().connection_lost(error)
        self._on_close(self)

    def say_goodbye(self) -> None:
        """End the connection when the service stops, politely; what it was just sending comes again."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.write(b"421 4.3.2 The service is stopping, try again later\r\n")
            self.transport.close()


class Receiver:
    """What aiosmtpd asks about one connection's recipients and mails."""

    def __init__(self, acceptor: Acceptor, mailboxes: Mailboxes) -> None:
        self._acceptor = acceptor
        self._mailboxes = mailboxes
        self._channels: dict[str, Channel] = {}
        self.is_busy = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient that is one of our channels; refuse all others here, not by a later report."""
        if len(envelope.rcpt_tos) >= RECIPIENT_LIMIT:
            return "452 4.5.3 Too many recipients"
        try:
            channel = await self._mailboxes.find(address)
        except Exception as error:  # noqa: BLE001 - the edge to the socket: any fault of ours is "try again"
            log.error("recipient_not_looked_up", error=type(error).__name__, peer=_host(session))
            return OUR_FAULT
        if channel is None:
            return "550 5.1.1 There is no such mailbox here"
        self._channels[address] = channel
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail once for each of our channels, all or nothing, then acknowledge it."""
        raw = envelope.original_content or b""
        if not raw.strip():
            return "554 5.6.0 The mail is empty"
        self.is_busy = True
        try:
            await self._acceptor.keep(self._batch(session, envelope, raw))
        except Exception as error:  # noqa: BLE001 - as above; the mail stays with its sender
            log.error("mail_not_kept", error=type(error).__name__, peer=_host(session), size=len(raw))
            return OUR_FAULT
        finally:
            self.is_busy = False
        return "250 2.0.0 OK, kept"

    def _batch(self, session: Session, envelope: Envelope, raw: bytes) -> Batch:
        """One envelope per channel, with the recipients that led to it.

        The digest alone is the key: a client that lost our answer sends the same bytes again, and a reused
        Message-ID over other content is another mail.
        """
        recipients: dict[Any, list[str]] = {}
        channels: dict[Any, Channel] = {}
        for address in envelope.rcpt_tos:
            channel = self._channels[address]
            channels[channel.pk] = channel
            recipients.setdefault(channel.pk, []).append(address)
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)
        key = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        lane = hashlib.sha256(sender.lower().encode("utf-8", "replace")).hexdigest()[:16]
        return [
            (channel, Polled(raw, key, _facts(session, channel, sender, recipients[channel.pk]), lane))
            for channel in channels.values()
        ]


def _facts(session: Session, channel: Channel, sender: str, recipients: list[str]) -> dict[str, Any]:
    """What SMTP said beside the mail, as JSON."""
    return {
        "address": channel.address.lower(),
        "sender": _storable(sender),
        "recipients": [_storable(address) for address in recipients],
        "helo": _storable(str(session.host_name or ""))[:255],
        "peer": _host(session),
        "tls": session.ssl is not None,
    }


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _host(session: Session | None) -> str:
    peer = session.peer if session is not None else None
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""
