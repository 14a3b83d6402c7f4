"""What a mail server's negative answer, or its silence, means for a mail that we hand over."""

from __future__ import annotations

import re
import smtplib
import ssl

from connectors.email.reading.charsets import storable
from connectors.email.returns.bounce_words import judge
from hub.messages import ErrorClass, SendError

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_SIGN_IN_CODES = frozenset((530, 534, 535, 538))
_GREYLISTED = re.compile(r"gr[ae]y-?list", re.IGNORECASE)
_PAUSE = re.compile(r"(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?)\b", re.IGNORECASE)
_GREYLIST_PAUSE = 310.0
"""Seconds; most servers ask for five minutes (RFC 6647 §4.3)."""


def words(answer: bytes) -> str:
    """A server's answer as one line that can be stored and shown."""
    return " ".join(storable(answer.decode("utf-8", "replace")).split())[:300]


def refusal(code: int, text: bytes, command: str) -> SendError:
    """What a server's negative answer means. `command` is the one that it answered."""
    said = words(text)
    enhanced = _ENHANCED.search(said)
    label = f"{code} {enhanced[0]}" if enhanced else str(code)
    if code in _SIGN_IN_CODES:
        return SendError(ErrorClass.RECONNECT, label, f"The mail server refused the sign-in: {said}")
    if code < 500 and _GREYLISTED.search(said):
        return SendError(ErrorClass.RETRY, label, said, retry_after=_greylist_pause(said))
    if code == 421 or (enhanced and enhanced[0].startswith("4.7.")):
        return SendError(ErrorClass.THROTTLED, label, said)
    if code < 500:
        return SendError(ErrorClass.RETRY, label, said)
    if command == "RCPT" and _names_recipient(code, said, enhanced[0] if enhanced else ""):
        return SendError(ErrorClass.RECIPIENT, label, said)
    return SendError(ErrorClass.PERMANENT, label, said)


def _names_recipient(code: int, said: str, status: str) -> bool:
    """Whether it is the address that is bad, rather than this mail or our right to send it."""
    if judge(said, status).is_hard:
        return True
    return not status and code in (550, 551, 553) and not judge(said).reason


def _greylist_pause(said: str) -> float:
    """Seconds to wait; greylisting is about this one recipient, so its domain is not slowed down for it."""
    asked = _PAUSE.search(said)
    if asked is None:
        return _GREYLIST_PAUSE
    seconds = int(asked[1]) * (60 if asked[2].lower().startswith("m") else 1)
    return min(max(seconds + 10.0, 30.0), 3600.0)


def classify(error: Exception) -> SendError:
    """What an error means that was raised before the end of the data: until then the server has nothing."""
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
