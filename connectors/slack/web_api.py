"""Calls to the Web API, and what its refusals mean (https://docs.slack.dev/apis/web-api)."""

import json
from collections.abc import Mapping
from typing import Any

from connectors.slack.errors import ROWS
from hub import providers, safe_http
from hub.messages import ErrorClass, SendError
from hub.models import Channel

PROVIDER = "slack"
SECONDS = 15.0
_DEFAULT = "https://slack.com"
_ANSWER_BYTES = 8 * 1024 * 1024

Told = Mapping[str, Any]


def call(
    channel: Channel,
    method: str,
    parameters: Told | None = None,
    *,
    seconds: float = SECONDS,
    token: str = "",
) -> dict[str, Any]:
    """What the method answers, and the granted scopes as `scopes`. Raises `SendError`, without the token.

    `token` is one to use in the bot's place.
    """
    bearer = token or str(channel.secrets.get("bot_token") or "none")
    return ask(method, parameters or {}, {"Authorization": f"Bearer {bearer}"}, seconds=seconds)


def ask(
    method: str, parameters: Told, headers: Mapping[str, str], *, seconds: float = SECONDS
) -> dict[str, Any]:
    """The same with whatever proves who asks. All methods take forms; what is no text goes as JSON."""
    form = {name: _text(value) for name, value in parameters.items() if value not in (None, "")}
    try:
        answer = safe_http.request(
            "POST",
            f"{base_url()}/api/{method}",
            headers=headers,
            form=form,
            timeout=seconds,
            max_bytes=_ANSWER_BYTES,
            redirects=0,
            provider=PROVIDER,
        )
    except safe_http.Refused as error:
        raise SendError(ErrorClass.RECONNECT, "refused", "The hub may not reach Slack.") from error
    except safe_http.HttpError as error:
        raise SendError(ErrorClass.RETRY, "unreachable", "Slack does not answer.", uncertain=True) from error
    told = _said(answer.content)
    if answer.ok and told.get("ok") is True:
        return {**told, "scopes": answer.headers.get("x-oauth-scopes", "")}
    raise refusal(answer.status, answer.headers, told)


def upload(url: str, data: bytes) -> None:
    """Put a file's bytes where Slack asked for them. Raises `SendError`; nobody sees anything of it yet."""
    try:
        answer = safe_http.request(
            "POST",
            url,
            headers={"Content-Type": "application/octet-stream"},
            content=data,
            timeout=SECONDS + 45,
            redirects=0,
            provider=PROVIDER,
        )
    except safe_http.HttpError as error:
        raise SendError(ErrorClass.RETRY, "upload", "Slack did not take the file.") from error
    if not answer.ok:
        raise refusal(answer.status, answer.headers, {"error": f"upload_{answer.status}"})


def refusal(status: int, headers: Mapping[str, str], told: Told) -> SendError:
    """Who must act on a refusal, by its code."""
    code = str(told.get("error") or status)[:100]
    if status == 429:
        return SendError(ErrorClass.THROTTLED, "ratelimited", _SLOWER, retry_after=_seconds(headers))
    if row := ROWS.get(code):
        wait = _seconds(headers) if row.error_class == ErrorClass.THROTTLED else None
        words = row.words
        if needed := told.get("needed"):
            words = f"{words} Missing: {str(needed)[:200]}."
        return SendError(row.error_class, code, words, retry_after=wait, uncertain=row.uncertain)
    if status >= 500:
        return SendError(ErrorClass.RETRY, str(status), f"Slack has a trouble of its own ({status}).")
    if not told.get("error"):
        return SendError(ErrorClass.RETRY, "garbage", "Slack answered nonsense.", uncertain=True)
    return SendError(ErrorClass.PERMANENT, code, f"Slack refused: {code.replace('_', ' ')}.")


def base_url() -> str:
    """Where Slack is, without a slash at its end."""
    return providers.base_url(PROVIDER, _DEFAULT)


_SLOWER = "Slack asks to send more slowly."


def _seconds(headers: Mapping[str, str]) -> float | None:
    told = headers.get("retry-after", "")
    return float(told) if told.isdecimal() else None


def _said(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
