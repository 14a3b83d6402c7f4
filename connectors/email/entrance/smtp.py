"""The mail entrance: an SMTP server that says 250 only for what is committed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP

from connectors.email.entrance.certificate import Certificate
from connectors.email.entrance.limits import Gate
from connectors.email.entrance.receiver import Receiver, host_of
from connectors.email.reading.structure import SIZE_LIMIT

log = structlog.get_logger("connectors.email.entrance.smtp")

COMMAND_SECONDS = 300.0
"""RFC 5321 §4.5.3.2.7 wants so much between commands; who sends a byte a second gets no more."""

DATA_SECONDS = 600.0
"""A whole mail, from DATA to our answer."""

HANDSHAKE_SECONDS = 30.0
END_OF_DATA = b"\r\n.\r\n"

LINE_LIMIT = 256 * 1024
"""Broken senders write lines longer than RFC 5321's 998 octets; a customer's mail matters more."""

GREETING = "Omnihub"

_PLAIN_ADDRESS = re.compile(
    r"<([\w+-]+(?:\.[\w+-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)*)>(.*)", re.ASCII | re.IGNORECASE
)
_STATUS = re.compile(r"([245])\d\d ")
_ENHANCED = re.compile(r"\d{3} [245]\.\d+\.\d+ ")
_DETAILS = {"500": "5.2", "501": "5.4", "502": "5.1", "503": "5.1", "552": "3.4", "553": "1.3", "555": "5.4"}
"""What follows the class in an enhanced status code (RFC 3463), for answers of aiosmtpd's own."""


class MailConnection(SMTP):
    """One client's connection."""

    line_length_limit = LINE_LIMIT  # what aiosmtpd lets its stream hold

    def __init__(
        self,
        receiver: Receiver,
        gate: Gate,
        certificate: Certificate,
        hostname: str,
        on_close: Callable[[MailConnection], None],
    ) -> None:
        self.receiver = receiver
        self._gate = gate
        self._certificate = certificate
        self._on_close = on_close
        self._host = ""
        self._refusal = ""
        self._was_refused = False
        self._is_open = False
        self._is_greeting = False
        self._errors = 0
        self._answers = 0
        super().__init__(
            receiver,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident=GREETING,
            timeout=COMMAND_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop when a client is there."""
        super().connection_made(transport)
        self._host = host_of(self.session)
        self._refusal = self._gate.enter(self._host)
        self._is_open = True

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop when the connection is gone."""
        super().connection_lost(error)
        if self._is_open:
            self._is_open = False
            self._gate.leave(self._host)
            self._on_close(self)

    async def _handle_client(self) -> None:
        """Serve the client, or turn it away at once."""
        if self._refusal:
            await self.push(self._refusal)
        else:
            await super()._handle_client()

    async def push(self, status: Any) -> None:
        """Answer the client, with an enhanced status code (RFC 2034) also where aiosmtpd has none.

        A 421 ends the connection; so do too many errors, and too many commands without a mail. The first
        refusal of a connection is logged, without what the client said.
        """
        text = status.decode("utf-8", "replace") if isinstance(status, bytes) else str(status)
        text = self._limited(text.encode("utf-8", "replace").decode("utf-8"))
        if text[:1] in ("4", "5") and not self._was_refused:
            self._was_refused = True
            log.info("smtp_refused", code=text[:3], peer=self._host)
        await super().push(text if self._is_greeting else enhanced(text))
        if text.startswith("421") and self.transport is not None:
            self.transport.close()

    def _limited(self, text: str) -> str:
        self._answers = 0 if text.startswith("250 2.0.0 OK, kept") else self._answers + 1
        self._errors += text.startswith("5")
        if self._gate.is_trusted(self._host):
            return text
        if self._errors > self._gate.limits.errors:
            return "421 4.7.0 Too many errors"
        if self._answers > self._gate.limits.commands_without_mail:
            return "421 4.7.0 Too many commands without a mail"
        return text

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's names
        """The old greeting; its answer has no enhanced code."""
        self._is_greeting = True
        await super().smtp_HELO(hostname)
        self._is_greeting = False

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        """The greeting; its answer has no enhanced codes."""
        self._is_greeting = True
        await super().smtp_EHLO(hostname)
        self._is_greeting = False

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Read a mail, which may take longer than a command, and answer for it."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        assert self.session is not None
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 5.5.4 DATA takes no argument" if arg else "503 5.5.1 RCPT comes first")
            return
        self._reset_timeout(DATA_SECONDS)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        raw = await self._read_mail()
        if raw is None or len(raw) > SIZE_LIMIT:
            status = "552 5.3.4 The mail is too large"
        elif has_longer_line(raw, LINE_LIMIT):
            status = "500 5.6.0 A line of the mail is too long"
        else:
            self.envelope.content = self.envelope.original_content = raw
            status = await self.receiver.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()
        self._reset_timeout()
        await self.push(status)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address of a command and what follows it; a plain one at once.

        aiosmtpd reads all with the parser of header fields, which takes as long as everything else here.
        """
        plain = _PLAIN_ADDRESS.fullmatch(arg)
        return (plain[1], plain[2]) if plain else super()._getaddr(arg)

    async def _read_mail(self) -> bytes | None:
        """The data up to CRLF.CRLF, the dots that the client added taken away (RFC 5321 §4.5.2).

        Nothing else ends it: a server that took a bare LF for a line's end would let a stranger put a second
        mail into the first. What is far too large is read and forgotten: None. (aiosmtpd reads line by line,
        which takes three times as long.)
        """
        self._stream._buffer[:0] = b"\r\n"  # so that a first line "." is an end like any other
        pieces: list[bytes] = []
        size = 0
        while True:
            try:
                piece = await self._reader.readuntil(END_OF_DATA)
                is_last = True
            except asyncio.LimitOverrunError as error:
                piece = await self._reader.readexactly(error.consumed)
                is_last = False
            size += len(piece)
            if size > 2 * SIZE_LIMIT:  # dots may be taken away from it yet
                pieces.clear()
            else:
                pieces.append(piece)
            if is_last:
                if not pieces:
                    return None
                return b"".join(pieces)[: -len(b".\r\n")].replace(b"\r\n.", b"\r\n")[2:]

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        """Refuse: nobody hands in mail to be sent here."""
        await self.push("502 5.5.1 There is nothing to sign in for")

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802
        """Go on encrypted (RFC 3207). What came in the clear before is forgotten, the buffer with it."""
        if arg:
            await self.push("501 5.5.4 STARTTLS takes no argument")
            return
        assert self.session is not None
        if self.session.ssl is not None:
            await self.push("503 5.5.1 This is encrypted already")
            return
        await self.push("220 2.0.0 Go ahead")
        self._stream._buffer.clear()
        try:
            await self._writer.start_tls(self._certificate.context(), ssl_handshake_timeout=HANDSHAKE_SECONDS)
        except OSError as error:  # ssl.SSLError is one
            log.info("starttls_failed", error=type(error).__name__, peer=self._host)
            if self.transport is not None:
                self.transport.close()
            return
        self._begin_anew(self._writer.transport)

    @property
    def _stream(self) -> Any:
        """The stream reader, whose inside STARTTLS has to change, as aiosmtpd does it."""
        return self._reader

    def _begin_anew(self, transport: asyncio.WriteTransport) -> None:
        self.transport = self._stream._transport = transport
        before, self.session = self.session, self._create_session()
        self.session.peer = before.peer if before is not None else None
        self.session.ssl = {"version": transport.get_extra_info("ssl_object").version()}
        self._set_rset_state()

    def _timeout_cb(self) -> None:
        self._end("421 4.4.2 That took too long")

    async def handle_exception(self, error: Exception) -> str:
        """The answer to a command that aiosmtpd cannot read; faults of ours never get here."""
        log.info("smtp_unreadable", error=type(error).__name__, peer=self._host)
        return "501 5.5.2 The command cannot be read"

    def say_goodbye(self) -> None:
        """End the connection when the service stops, politely; what it was just sending comes again."""
        self._end("421 4.3.2 The service is stopping, try again later")

    def _end(self, answer: str) -> None:
        if isinstance(self.transport, asyncio.WriteTransport) and not self.transport.is_closing():
            self.transport.write(f"{answer}\r\n".encode())
            self.transport.close()


def has_longer_line(raw: bytes, limit: int) -> bool:
    """Whether a line is longer than so many octets."""
    return len(raw) > limit and any(len(line) > limit for line in raw.split(b"\n"))


def enhanced(answer: str) -> str:
    """An answer with an enhanced status code; as it is where it has one, or takes none (220, 354)."""
    match = _STATUS.match(answer)
    if match is None or answer.startswith("220") or _ENHANCED.match(answer):
        return answer
    detail = _DETAILS.get(answer[:3], "0.0")
    return f"{answer[:4]}{match[1]}.{detail} {answer[4:]}"
