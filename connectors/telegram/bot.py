"""Calls to the Bot API, and what its refusals mean (https://core.telegram.org/bots/api#making-requests)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from hub import providers, safe_http
from hub.messages import ErrorClass, OutboundFile, SendError
from hub.models import Channel
from hub.multipart import encode

PROVIDER = "telegram"
SECONDS = 15.0
_DEFAULT = "https://api.telegram.org"
_ANSWER_BYTES = 8 * 1024 * 1024


class Migrated(SendError):
    """A group has become a supergroup; `chat` is its new id."""

    def __init__(self, chat: int) -> None:
        super().__init__(ErrorClass.PERMANENT, "migrated", "The group has another id now.")
        self.chat = chat


def call(
    channel: Channel,
    method: str,
    parameters: Mapping[str, Any],
    files: Sequence[tuple[str, OutboundFile]] = (),
    *,
    seconds: float = SECONDS,
) -> Any:
    """What the method answers. Raises `SendError`; the token is in no text of it."""
    url = f"{_base()}/bot{_token(channel)}/{method}"
    try:
        if files:
            fields = {name: _text(value) for name, value in parameters.items()}
            headers, body = encode(fields, files)
            answer = safe_http.request(
                "POST",
                url,
                headers=headers,
                content=body,
                timeout=seconds + 45,
                max_bytes=_ANSWER_BYTES,
                redirects=0,
                provider=PROVIDER,
            )
        else:
            answer = safe_http.request(
                "POST",
                url,
                json=dict(parameters),
                timeout=seconds,
                max_bytes=_ANSWER_BYTES,
                redirects=0,
                provider=PROVIDER,
            )
    except safe_http.Refused as error:
        raise SendError(ErrorClass.RECONNECT, "refused", "The hub may not reach Telegram.") from error
    except safe_http.HttpError as error:
        raise SendError(
            ErrorClass.RETRY, "unreachable", "Telegram does not answer.", uncertain=True
        ) from error
    said = _said(answer.content)
    if said.get("ok") is True:
        return said.get("result")
    raise refusal(answer.status, said)


def refusal(status: int, said: Mapping[str, Any]) -> SendError:
    """Who must act on a refusal, by its code and its words."""
    told = said.get("error_code")
    code = told if isinstance(told, int) else status
    words = str(said.get("description") or f"Telegram answered {status}.")[:300]
    more = said.get("parameters") if isinstance(said.get("parameters"), dict) else {}
    assert isinstance(more, dict)
    if code == 429:
        wait = more.get("retry_after")
        retry_after = float(wait) if isinstance(wait, int | float) else None
        return SendError(ErrorClass.THROTTLED, "429", words, retry_after=retry_after)
    if isinstance(more.get("migrate_to_chat_id"), int):
        return Migrated(more["migrate_to_chat_id"])
    if code >= 500 or status >= 500:
        return SendError(ErrorClass.RETRY, str(code), words)
    if code == 200:
        return SendError(ErrorClass.RETRY, "garbage", "Telegram answered nonsense.", uncertain=True)
    return SendError(_CLASSES.get(code, ErrorClass.PERMANENT), str(code), words)


_CLASSES = {
    401: ErrorClass.RECONNECT,
    403: ErrorClass.RECIPIENT,
    404: ErrorClass.RECONNECT,
    409: ErrorClass.RECONNECT,
}


def file_url(channel: Channel, path: str) -> str:
    """Where a file lies for an hour; a secret, because the token is in it."""
    return f"{_base()}/file/bot{_token(channel)}/{quote(path)}"


def _base() -> str:
    return providers.base_url(PROVIDER, _DEFAULT)


def _token(channel: Channel) -> str:
    return quote(str(channel.secrets.get("bot_token") or "none"), safe=":")


def _said(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
