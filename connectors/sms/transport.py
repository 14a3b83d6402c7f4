"""The provider's official client over the hub's own transport: checked addresses, every wait with an end."""

import errno
import json
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.sms import api, errors
from connectors.sms.places import HOST, PROVIDER, moved
from hub import safe_http
from hub.messages import ErrorClass, SendError

_ANSWER_BYTES = 8 * 1024 * 1024
_NO_WAY = frozenset([errno.ENETUNREACH, errno.EHOSTUNREACH])


def client(account_sid: str, credentials: tuple[str, str], seconds: float) -> Client:
    """The client of an account; each of its calls takes at most so many seconds and raises `SendError`."""
    return Client(*credentials, account_sid=account_sid, http_client=CheckedTransport(seconds))


class CheckedTransport(HttpClient):
    """Asks by `safe_http`, and says of every refusal who must act."""

    def __init__(self, seconds: float) -> None:
        super().__init__(None, False, seconds)

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """What the provider answers, if it is good. Raises `SendError`."""
        url = moved(uri)
        if urlsplit(uri).hostname != HOST:
            raise SendError(ErrorClass.PERMANENT, "refused", "This is not Twilio's address.")
        if params:
            url += f"{'&' if '?' in url else '?'}{urlencode(params, doseq=True)}"
        proof = {"Authorization": api.basic(auth)} if auth else {}
        content = urlencode(data, doseq=True).encode() if data else None
        try:
            answer = safe_http.request(
                method,
                url,
                headers={**(headers or {}), **proof},
                content=content,
                timeout=timeout or self.timeout,
                max_bytes=_ANSWER_BYTES,
                redirects=0,
                provider=PROVIDER,
            )
        except safe_http.Refused as error:
            raise SendError(ErrorClass.RECONNECT, "refused", "The hub may not reach Twilio.") from error
        except safe_http.HttpError as error:
            raise SendError(
                ErrorClass.RETRY,
                "unreachable",
                "Twilio does not answer.",
                uncertain=not _never_left(error),
            ) from error
        text = answer.content.decode("utf-8", "replace")
        if not answer.ok:
            raise errors.refusal(answer.status, _said(text), _seconds(answer.headers.get("retry-after", "")))
        return Response(answer.status, text, answer.headers)


def _never_left(error: BaseException | None) -> bool:
    """Whether there was no connection at all, so that nothing can have been taken."""
    while error is not None:
        if isinstance(error, ConnectionRefusedError | socket.gaierror):
            return True
        if isinstance(error, OSError) and error.errno in _NO_WAY:
            return True
        # The pool below hides the cause, but keeps what was being handled.
        error = error.__cause__ or error.__context__
    return False


def _said(text: str) -> Mapping[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdigit() and len(header) < 6 else None
