"""One SMTP conversation: hands mails to a server, and knows at each moment what the server has."""

from __future__ import annotations

import contextlib
import re
import select
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from connectors.email.fetching.mail_account import MailAccount
from connectors.email.fetching.trouble import connection_trouble, sign_in_trouble
from connectors.email.sending.compose import Composed
from connectors.email.sending.mail_hosts import checked_addresses
from connectors.email.sending.refusals import classify, refusal, words
from hub.messages import ErrorClass, SendError

TIMEOUT = 30.0
"""Seconds to wait for each answer of a server; RFC 5321 would allow minutes, a worker cannot."""

FINAL_TIMEOUT = 120.0
"""Seconds for the answer to the end of the data, when giving up means not knowing."""

SLOWEST = 50_000
"""Octets per second below which the way to the server counts as broken."""

GOODBYE_TIMEOUT = 3.0

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class NothingTaken(Exception):
    """A connection that was kept open turned out to be dead before any data was sent: use a fresh one."""


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server that takes our mail. `security` is "", "tls" (from the start) or "starttls".

    With `token` the sign-in is by OAuth 2, else by `password`, and without a user there is none. The
    operator's own relay may be anywhere; of others only checked addresses are connected to.
    """

    host: str
    port: int
    security: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False, compare=False)
    is_operators: bool = True

    @classmethod
    def from_url(cls, url: str) -> Relay:
        """Read `smtp://`, `smtps://` or `smtp+starttls://[user:password@]host[:port]`; or `ValueError`."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("smtp://, smtps:// or smtp+starttls://[user:password@]host:port is needed")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            security={"smtps": "tls", "smtp+starttls": "starttls"}.get(parts.scheme, ""),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def name(self) -> str:
        """What stands for this server and account where many share it."""
        return f"smtp:{self.user}@{self.host}:{self.port}"

    @property
    def account(self) -> MailAccount:
        """The same in the words of what can go wrong."""
        return MailAccount("smtp", self.host, self.port, self.security, self.user, self.password, self.token)


class Session:
    """An open connection to a relay; carries one mail after the other."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client
        self._limit = _size_limit(client)
        self.opened_at = self.idle_since = time.monotonic()
        self.mails = 0

    @classmethod
    def open(cls, relay: Relay, helo: str = "") -> Session:
        """Connect, secure and sign in. Raises `SendError`, which slows down the whole relay."""
        try:
            return cls(_connected(relay, helo))
        except SendError as error:
            failure = error
        except (OSError, smtplib.SMTPException) as error:
            failure = _connect_trouble(error, relay)
        if failure.error_class in (ErrorClass.RETRY, ErrorClass.THROTTLED):
            failure.destination = relay.name
        raise failure

    def send(self, mail: Composed) -> str:
        """Hand over one mail; the server's answer. Raises `SendError` that says who must act.

        Until the end of the data was written, any failure means that the server has nothing; after it, a
        missing answer is `uncertain`. Raises `NothingTaken` when a connection used before is dead.
        """
        client = self._client
        if 0 < self._limit < len(mail.raw):
            detail = f"The mail has {_megabytes(len(mail.raw))}; the server takes {_megabytes(self._limit)}."
            raise SendError(ErrorClass.PERMANENT, "too-large", detail)
        try:
            self._envelope(mail)
            _expect(client.docmd("DATA"), "DATA", 354)
        except (OSError, smtplib.SMTPException) as error:
            self._give_up_if_stale(error)
            raise classify(error) from error
        except SendError as error:
            if error.code.startswith("421"):
                self._give_up_if_stale(error)
            raise
        answer = self._data(mail.raw)
        self.mails += 1
        self.idle_since = time.monotonic()
        return answer

    def _give_up_if_stale(self, error: Exception) -> None:
        if self.mails:
            raise NothingTaken from error

    def _envelope(self, mail: Composed) -> None:
        client, options = self._client, []
        if not (mail.sender + mail.recipient).isascii():
            if not client.has_extn("smtputf8"):
                detail = "The mail server cannot send to addresses with such letters."
                raise SendError(ErrorClass.RECIPIENT, "smtputf8", detail)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        client.command_encoding = "utf-8" if options else "ascii"
        if client.has_extn("size"):
            options.append(f"SIZE={len(mail.raw)}")
        lines = [
            ("mail", " ".join([f"FROM:{smtplib.quoteaddr(mail.sender)}", *options])),
            ("rcpt", f"TO:{smtplib.quoteaddr(mail.recipient)}"),
        ]
        sender, recipient = self._asked(lines)
        _expect(sender, "MAIL", 250)
        _expect(recipient, "RCPT", 250, 251, 252)

    def _asked(self, lines: list[tuple[str, str]]) -> list[tuple[int, bytes]]:
        """The answers to these commands, sent in one go where the server allows it (RFC 2920)."""
        client = self._client
        is_pipelined = client.has_extn("pipelining")
        answers: list[tuple[int, bytes]] = []
        for line in lines if is_pipelined else ():
            client.putcmd(*line)
        for line in lines:
            if answers and answers[0][0] >= 400 and not is_pipelined:
                break
            answers.append(client.getreply() if is_pipelined else client.docmd(*line))
            if answers[-1][0] == 421:
                break
        return answers + answers[-1:] * (len(lines) - len(answers))

    def _data(self, raw: bytes) -> str:
        client = self._client
        _wait_at_most(client, TIMEOUT + len(raw) / SLOWEST)
        try:
            client.send(stuffed(raw)[:-3])
        except (OSError, smtplib.SMTPException) as error:
            raise classify(error) from error
        _wait_at_most(client, FINAL_TIMEOUT)
        try:
            # The last three bytes, the dot and its line end, are what commits the server.
            client.send(b".\r\n")
            reply = client.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            detail = "The mail server did not confirm the mail; it may have been sent."
            raise SendError(ErrorClass.RETRY, "no-confirmation", detail, uncertain=True) from error
        _wait_at_most(client, TIMEOUT)
        return _expect(reply, "DATA", 250)

    def is_usable(self) -> bool:
        """Whether the server keeps silent: it has neither closed the connection nor said that it will."""
        sock = self._client.sock
        if sock is None:
            return False
        with contextlib.suppress(OSError, ValueError):
            return not select.select([sock], [], [], 0)[0]
        return False

    def reset(self) -> bool:
        """Forget a mail that was refused; False when the connection cannot be used any more."""
        if self._client.sock is None:
            return False
        self.idle_since = time.monotonic()
        with contextlib.suppress(OSError, smtplib.SMTPException):
            _wait_at_most(self._client, GOODBYE_TIMEOUT)
            code, _ = self._client.rset()
            _wait_at_most(self._client, TIMEOUT)
            self.mails += 1
            return code == 250
        return False

    def close(self) -> None:
        """Say goodbye; what was taken stays taken, whatever happens now."""
        _wait_at_most(self._client, GOODBYE_TIMEOUT)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._client.sock is not None:
                self._client.quit()
        self._client.close()


class _Checked(smtplib.SMTP):
    """Connects to addresses that were found and checked before, whatever the name says by then."""

    addresses: tuple[str, ...] = ()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # The one place where smtplib opens its connection; TLS still asks for the name.
        failure: OSError = ConnectionRefusedError(f"{host} has no address")
        for address in self.addresses or (host,):
            try:
                sock = socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
            else:
                # The last dot goes out alone; held back for the server's ACK it would cost 40 ms a mail.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise failure


class _CheckedTls(smtplib.SMTP_SSL, _Checked):
    """The same, with TLS from the start."""


def _connected(relay: Relay, helo: str) -> smtplib.SMTP:
    addresses = () if relay.is_operators else tuple(checked_addresses(relay.host, relay.port))
    context = ssl.create_default_context()
    name = helo or None
    client: _Checked
    if relay.security == "tls":
        client = _CheckedTls(local_hostname=name, timeout=TIMEOUT, context=context)
    else:
        client = _Checked(local_hostname=name, timeout=TIMEOUT)
    client.addresses = addresses
    client._host = relay.host  # type: ignore[attr-defined]  # smtplib's name for what TLS is to ask for
    try:
        code, text = client.connect(relay.host, relay.port)
        if code != 220:
            raise refusal(code, text, "greeting")
        client.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
        _sign_in(client, relay)
    except BaseException:
        client.close()
        raise
    return client


def _sign_in(client: smtplib.SMTP, relay: Relay) -> None:
    try:
        if relay.token:
            client.auth("XOAUTH2", lambda challenge=None: _xoauth2(relay) if challenge is None else "")
        elif relay.user:
            client.login(relay.user, relay.password)
    except smtplib.SMTPAuthenticationError as error:
        raise sign_in_trouble(error.smtp_error, relay.account) from error


def _xoauth2(relay: Relay) -> str:
    return f"user={relay.user}\x01auth=Bearer {relay.token}\x01\x01"


def _connect_trouble(error: Exception, relay: Relay) -> SendError:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        cause = error.__context__  # smtplib tells a timeout in its words alone
        error = cause if isinstance(cause, OSError) else ConnectionResetError("it hung up")
    if isinstance(error, smtplib.SMTPException) or not isinstance(error, OSError):
        return classify(error)
    failure = connection_trouble(error, relay.account)
    if failure.code != "certificate":
        # A name that is not known today may be tomorrow: mail waits for days before it fails.
        failure.error_class = ErrorClass.RETRY
    return failure


def _size_limit(client: smtplib.SMTP) -> int:
    """What the server says it takes at most, in octets (RFC 1870); 0 when it does not say."""
    said = client.esmtp_features.get("size", "").strip()
    return int(said) if said.isdecimal() else 0


def _megabytes(octets: int) -> str:
    return f"{octets / 1_000_000:.1f} MB"


def _wait_at_most(client: smtplib.SMTP, seconds: float) -> None:
    if client.sock is not None:
        client.sock.settimeout(seconds)


def stuffed(raw: bytes) -> bytes:
    """The mail as DATA needs it (RFC 5321 §4.5.2): CRLF only, leading dots doubled, ended by its dot."""
    raw = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    raw = re.sub(rb"(?m)^\.", b"..", raw)
    return raw + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _expect(reply: tuple[int, bytes], command: str, *wanted: int) -> str:
    code, text = reply
    if code not in wanted:
        raise refusal(code, text, command)
    return words(text)
