"""What goes wrong between us and a mail server, in words that say what to do and who must do it."""

from __future__ import annotations

import re
import socket
import ssl

from connectors.email.fetching.mail_account import MailAccount
from connectors.email.fetching.mail_providers import app_password_hint
from connectors.email.reading.charsets import storable
from hub.messages import ErrorClass, SendError

_LATER = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|SYS/TEMP|IN-USE|LOGIN-DELAY|THROTTLED)\]"
    r"|too many|rate limit|throttl|try again|temporar|concurrent|simultaneous|overquota|bandwidth",
    re.IGNORECASE,
)
"""No wrong password but a busy server: codes of RFC 5530, RFC 2449 and RFC 3206, and servers' own words."""

_APP_PASSWORD = re.compile(
    r"application-specific|app(lication)?[ -]password|InvalidSecondFactor", re.IGNORECASE
)
_PLAIN_FORBIDDEN = re.compile(r"\[PRIVACYREQUIRED\]|plaintext|cleartext|secure connection", re.IGNORECASE)


def said(answer: object) -> str:
    """A server's answer as one short line that can be stored and shown."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    if text.startswith(("b'", 'b"')) and text[-1:] == text[1:2]:
        text = text[2:-1]
    return " ".join(storable(text).split())[:300]


def connection_trouble(error: Exception, account: MailAccount) -> SendError:
    """Why there is no connection (any longer): name, port, certificate, or silence."""
    if isinstance(error, socket.gaierror):
        final = error.errno not in (socket.EAI_AGAIN,)
        detail = f"The name {account.host} is not known. Check the server's name for a typing mistake."
        return SendError(ErrorClass.RECONNECT if final else ErrorClass.RETRY, "unknown-host", detail)
    if isinstance(error, ssl.SSLCertVerificationError):
        return SendError(ErrorClass.RECONNECT, "certificate", _certificate(error, account))
    if isinstance(error, ssl.SSLError):
        detail = (
            f"{account.place} does not speak TLS as expected. The security setting may not fit this port:"
            f" {said(error.reason or error)}"
        )
        return SendError(ErrorClass.RETRY, "tls", detail)
    if isinstance(error, ConnectionRefusedError):
        detail = f"{account.place} refuses connections. Check the port, or whether the server runs."
        return SendError(ErrorClass.RETRY, "refused", detail)
    if isinstance(error, TimeoutError):
        detail = f"{account.place} does not answer. A firewall may be in the way, or the port is wrong."
        return SendError(ErrorClass.RETRY, "no-answer", detail)
    return SendError(
        ErrorClass.RETRY, "connection-lost", f"The connection to {account.place} broke: {said(error)}"
    )


def _certificate(error: ssl.SSLCertVerificationError, account: MailAccount) -> str:
    reason = error.verify_message or str(error)
    if "expired" in reason:
        return f"The certificate of {account.host} has expired. The server's owner must renew it."
    if "mismatch" in reason or "not valid for" in reason:
        return f"The certificate of {account.place} is for another name. Use the name that it is for."
    if "self-signed" in reason or "self signed" in reason or "unable to get local issuer" in reason:
        return f"The certificate of {account.host} is not signed by an authority that this machine trusts."
    return f"The certificate of {account.host} cannot be trusted: {said(reason)}"


def sign_in_trouble(answer: object, account: MailAccount) -> SendError:
    """Why the server does not let us in: a wrong password is another matter than a busy server."""
    words = said(answer)
    if _LATER.search(words):
        detail = f"{account.host} does not take a sign-in just now: {words}"
        return SendError(ErrorClass.THROTTLED, "sign-in-later", detail)
    if _PLAIN_FORBIDDEN.search(words):
        detail = f"{account.host} takes passwords over an encrypted connection only. Set the security to TLS."
        return SendError(ErrorClass.RECONNECT, "needs-tls", detail)
    if account.token:
        detail = (
            f"{account.host} does not take the sign-in of {account.user} any longer; sign in again."
            f" It says: {words}"
        )
        return SendError(ErrorClass.RECONNECT, "token-refused", detail)
    hint = app_password_hint(account.host, account.user)
    if hint or _APP_PASSWORD.search(words):
        hint = hint or "This account needs an app password instead of the usual one."
    detail = (
        f"{account.host} refuses the user name or the password of {account.user}. {hint} It says: {words}"
    )
    return SendError(ErrorClass.RECONNECT, "sign-in-refused", " ".join(detail.split()))
