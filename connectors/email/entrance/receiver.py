"""What the mail entrance answers: whose mail it takes, and when it has taken it."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from connectors.email.entrance.acceptor import Acceptor, Batch
from connectors.email.entrance.limits import Gate
from connectors.email.entrance.mailboxes import Mailboxes
from connectors.email.entrance.room import Room
from hub.connector import Polled
from hub.models import Channel

log = structlog.get_logger("connectors.email.entrance.smtp")

RECIPIENT_LIMIT = 50
NAME_LIMIT = 255

OUR_FAULT = "451 4.3.0 The mail cannot be kept right now, try again later"
NO_ROOM = "452 4.3.1 There is no room for mail right now, try again later"
TOO_FAST = "451 4.7.1 Too many mails from your address, try again later"
TOO_MANY_WRONG = "421 4.7.0 Too many recipients that do not exist, try again later"
BAD_NAME = "501 5.5.2 Greet with the name of your host"


class Receiver:
    """What aiosmtpd asks about one connection's greetings, senders, recipients and mails."""

    def __init__(self, acceptor: Acceptor, mailboxes: Mailboxes, gate: Gate, room: Room) -> None:
        self._acceptor = acceptor
        self._mailboxes = mailboxes
        self._gate = gate
        self._room = room
        self._channels: dict[str, Channel] = {}
        self.is_busy = False

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, name: str) -> str:  # noqa: N802
        """Take any name that can be one."""
        if not is_host_name(name):
            return BAD_NAME
        session.host_name = name
        return f"250 {server.hostname}"

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, offers: list[str]
    ) -> list[str]:
        """Say what we can: never AUTH, since nobody hands in mail to be sent here."""
        if not is_host_name(name):
            return [BAD_NAME]
        session.host_name = name
        words = [f"SIZE {server.data_size_limit}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        words += ["ENHANCEDSTATUSCODES"] + (["STARTTLS"] if session.ssl is None else [])
        *first, last = [server.hostname, *words]
        return [*(f"250-{word}" for word in first), f"250 {last}"]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail if there is room for it, and its peer has not just sent too many."""
        if not await self._room.is_there():
            return NO_ROOM
        if not self._gate.may_send(host_of(session)):
            return TOO_FAST
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient that is one of our channels; refuse all others here, not by a later report."""
        if len(envelope.rcpt_tos) >= RECIPIENT_LIMIT:
            return "452 4.5.3 Too many recipients"
        try:
            channel = await self._mailboxes.find(address)
        except Exception as error:  # noqa: BLE001 - the edge to the socket: any fault of ours is "try again"
            log.error("recipient_not_looked_up", error=type(error).__name__, peer=host_of(session))
            return OUR_FAULT
        if channel is None:
            return await self._refuse(session)
        self._channels[address] = channel
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def _refuse(self, session: Session) -> str:
        """The answer to a recipient that is not here, slower with each one: lists of addresses get tried."""
        seconds, is_too_many = self._gate.wrong_recipient(host_of(session))
        if is_too_many:
            return TOO_MANY_WRONG
        if seconds:
            await asyncio.sleep(seconds)
        return "550 5.1.1 There is no such mailbox here"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail once for each of our channels, all or nothing, then acknowledge it."""
        raw = envelope.original_content or b""
        if not raw.strip():
            return "554 5.6.0 The mail is empty"
        self.is_busy = True
        try:
            await self._acceptor.keep(self._batch(session, envelope, raw))
        except Exception as error:  # noqa: BLE001 - as above; the mail stays with its sender
            log.error("mail_not_kept", error=type(error).__name__, peer=host_of(session), size=len(raw))
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
        is_trusted = self._gate.is_trusted(host_of(session))
        return [
            (
                channel,
                Polled(raw, key, _facts(session, channel, sender, recipients[channel.pk], is_trusted), lane),
            )
            for channel in channels.values()
        ]


def _facts(
    session: Session, channel: Channel, sender: str, recipients: list[str], is_trusted: bool
) -> dict[str, Any]:
    """What SMTP said beside the mail, as JSON."""
    return {
        "address": channel.address.lower(),
        "sender": _storable(sender),
        "recipients": [_storable(address) for address in recipients],
        "helo": _storable(str(session.host_name or ""))[:NAME_LIMIT],
        "peer": host_of(session),
        "trusted_peer": is_trusted,
        "tls": session.ssl is not None,
    }


def is_host_name(name: str) -> bool:
    """Whether a greeting's name can be one; that broken servers have odd names is no reason to refuse."""
    return len(name) <= NAME_LIMIT and name.isprintable() and len(name.split()) == 1


def host_of(session: Session | None) -> str:
    """The peer's IP address, or "" where there is none."""
    peer = session.peer if session is not None else None
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
