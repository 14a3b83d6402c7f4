"""How a mail leaves: through the configured relay, or into a folder when there is none."""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.email.bounce_words import judge
from connectors.email.charsets import storable
from connectors.email.compose import Composed
from hub.messages import ErrorClass, SendError

TIMEOUT = 30.0
"""Seconds to wait for each answer of a relay; RFC 5321 would allow minutes, a worker cannot."""

FINAL_TIMEOUT = 120.0
"""Seconds for the answer to the end of the data, when giving up means not knowing."""

GOODBYE_TIMEOUT = 3.0

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_SIGN_IN_CODES = frozenset((530, 534, 535, 538))
_BUSY_CODES = frozenset((421, 450, 451, 452, 454))


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server that takes our mail. `security` is "", "tls" (from the start) or "starttls"."""

    host: str
    port: int
    security: str = ""
    user: str = ""
    password: str = field(default="", repr=False)

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

    def send(self, mail: Composed, helo: str = "") -> str:
        """Hand over one mail; the relay's answer. Raises `SendError` that says who must act.

        Until the end of the data was written, any failure means that the relay has nothing; after it, a
        missing answer is `uncertain`.
        """
        client: smtplib.SMTP | None = None
        try:
            client = self._connect(helo)
            self._envelope(client, mail)
            return self._data(client, mail.raw)
        except (OSError, smtplib.SMTPException) as error:
            raise classify(error) from error
        finally:
            if client is not None:
                _leave(client)

    def _connect(self, helo: str) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=helo or None, timeout=TIMEOUT, context=context
            )
        else:
            client = smtplib.SMTP(self.host, self.port, local_hostname=helo or None, timeout=TIMEOUT)
        try:
            client.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                client.starttls(context=context)
                client.ehlo_or_helo_if_needed()
            if self.user:
                client.login(self.user, self.password)
        except BaseException:
            client.close()
            raise
        return client

    def _envelope(self, client: smtplib.SMTP, mail: Composed) -> None:
        options = []
        if not (mail.sender + mail.recipient).isascii():
            if not client.has_extn("smtputf8"):
                raise SendError(
                    ErrorClass.RECIPIENT,
                    "smtputf8",
                    "The mail server cannot send to addresses with such letters.",
                )
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            client.command_encoding = "utf-8"
        if client.has_extn("size"):
            options.append(f"SIZE={len(mail.raw)}")
        _expect(client.mail(mail.sender, options), "MAIL", 250)
        _expect(client.rcpt(mail.recipient), "RCPT", 250, 251, 252)

    def _data(self, client: smtplib.SMTP, raw: bytes) -> str:
        _expect(client.docmd("DATA"), "DATA", 354)
        client.send(stuffed(raw)[:-3])
        if client.sock is not None:
            client.sock.settimeout(FINAL_TIMEOUT)
        try:
            # The last three bytes, the dot and its line end, are what commits the relay.
            client.send(b".\r\n")
            reply = client.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            detail = "The mail server did not confirm the mail; it may have been sent."
            raise SendError(ErrorClass.RETRY, "no-confirmation", detail, uncertain=True) from error
        return _expect(reply, "DATA", 250)


def _leave(client: smtplib.SMTP) -> None:
    """Say goodbye; what was taken stays taken, whatever happens now."""
    if client.sock is not None:
        client.sock.settimeout(GOODBYE_TIMEOUT)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        client.quit()
    client.close()


def stuffed(raw: bytes) -> bytes:
    """The mail as DATA needs it (RFC 5321 §4.5.2): CRLF only, leading dots doubled, ended by its dot."""
    raw = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    raw = re.sub(rb"(?m)^\.", b"..", raw)
    return raw + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _expect(reply: tuple[int, bytes], command: str, *wanted: int) -> str:
    code, text = reply
    if code not in wanted:
        raise refusal(code, text, command)
    return _words(text)


def _words(answer: bytes) -> str:
    """A server's answer as one line that can be stored and shown."""
    return " ".join(storable(answer.decode("utf-8", "replace")).split())[:300]


def refusal(code: int, text: bytes, command: str) -> SendError:
    """What a relay's negative answer means. `command` is the one that it answered."""
    said = _words(text)
    enhanced = _ENHANCED.search(said)
    label = f"{code} {enhanced[0]}" if enhanced else str(code)
    if code in _SIGN_IN_CODES:
        return SendError(ErrorClass.RECONNECT, label, f"The mail server refused the sign-in: {said}")
    if code == 421 or (enhanced and enhanced[0].startswith("4.7.")):
        return SendError(ErrorClass.THROTTLED, label, said)
    if code < 500:
        return SendError(ErrorClass.RETRY, label, said)
    if command == "RCPT" and judge(said, enhanced[0] if enhanced else "").is_hard:
        return SendError(ErrorClass.RECIPIENT, label, said)
    if command == "RCPT" and not enhanced and code in (550, 551, 553) and not judge(said).reason:
        return SendError(ErrorClass.RECIPIENT, label, said)
    return SendError(ErrorClass.PERMANENT, label, said)


def classify(error: Exception) -> SendError:
    """What an error means that was raised before the end of the data: until then the relay has nothing."""
    if isinstance(error, SendError):
        return error
    if isinstance(error, smtplib.SMTPResponseException):
        raw = error.smtp_error
        return refusal(error.smtp_code, raw if isinstance(raw, bytes) else raw.encode(), type(error).__name__)
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError):
        return SendError(ErrorClass.RECONNECT, "relay-security", str(error)[:300])
    return SendError(
        ErrorClass.RETRY, type(error).__name__, f"The mail server cannot be reached: {error}"[:300]
    )


def keep(mail: Composed, folder: Path, name: str) -> Path:
    """Write the mail as `NAME.eml` into the folder, on disk before it returns; the same name replaces.

    Raises `SendError` to retry when the disk does not take it.
    """
    path = folder / f"{name}.eml"
    temporary = folder / f".{name}.{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(mail.raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise SendError(ErrorClass.RETRY, "disk", f"The mail could not be kept: {error.strerror}") from error
    return path


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
