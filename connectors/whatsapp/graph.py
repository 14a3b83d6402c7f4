"""Calls to Meta's Graph API (https://developers.facebook.com/docs/graph-api/overview)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from connectors.whatsapp import errors
from hub import providers, safe_http
from hub.messages import ErrorClass, OutboundFile, SendError
from hub.models import Channel
from hub.multipart import encode

PROVIDER = "meta"
SECONDS = 15.0
_DEFAULT = "https://graph.facebook.com"
_VERSION = "v23.0"
_ANSWER_BYTES = 8 * 1024 * 1024


def get(
    channel: Channel, path: str, query: Mapping[str, str] | None = None, *, seconds: float = SECONDS
) -> Mapping[str, Any]:
    """What lies at a path below the version, such as a number's id. Raises `SendError`."""
    asked = f"?{urlencode(query)}" if query else ""
    return _call(channel, "GET", f"{path}{asked}", headers=authorization(channel), timeout=seconds)


def post(
    channel: Channel, path: str, content: Mapping[str, Any], *, seconds: float = SECONDS
) -> Mapping[str, Any]:
    """What the API answers to this JSON. Raises `SendError`; a lost answer is uncertain."""
    headers = authorization(channel)
    return _call(channel, "POST", path, headers=headers, json=dict(content), timeout=seconds)


def upload(channel: Channel, file: OutboundFile) -> str:
    """The id of a file that WhatsApp keeps from now on for 30 days. Raises `SendError`, never uncertain.

    https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#upload-media
    """
    fields = {"messaging_product": "whatsapp", "type": file.content_type}
    headers, body = encode(fields, [("file", file)])
    path = f"{number_id(channel)}/media"
    try:
        answer = _call(
            channel,
            "POST",
            path,
            headers=authorization(channel) | headers,
            content=body,
            timeout=SECONDS + 45,
        )
    except SendError as error:
        # Nothing has been said to the customer yet.
        error.uncertain = False
        raise
    if not answer.get("id"):
        raise SendError(ErrorClass.RETRY, "garbage", "WhatsApp took the file, but did not say its id.")
    return str(answer["id"])


def number_id(channel: Channel) -> str:
    """The id of the business's phone number, as a part of a path."""
    return quote(channel.address or "none", safe="")


def account(channel: Channel) -> str:
    """The destination that all messages of a number pass through."""
    return f"whatsapp {channel.pk}"


def authorization(channel: Channel) -> dict[str, str]:
    """What proves to Meta who asks."""
    return {"Authorization": f"Bearer {channel.secrets.get('access_token') or 'none'}"}


def _call(channel: Channel, method: str, path: str, **request: Any) -> Mapping[str, Any]:
    url = f"{providers.base_url(PROVIDER, _DEFAULT)}/{_VERSION}/{path}"
    try:
        answer = safe_http.request(
            method, url, max_bytes=_ANSWER_BYTES, redirects=0, provider=PROVIDER, **request
        )
    except safe_http.Refused as error:
        raise SendError(ErrorClass.RECONNECT, "refused", "The hub may not reach WhatsApp.") from error
    except safe_http.HttpError as error:
        words = "WhatsApp does not answer."
        raise SendError(ErrorClass.RETRY, "unreachable", words, uncertain=True) from error
    said = _said(answer.content)
    if not answer.ok or "error" in said:
        raise errors.refusal(answer.status, said, answer.headers, account(channel))
    return said


def _said(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
