"""Posts to the system behind a generic channel, signed, and understands what it answers."""

import json
from collections.abc import Mapping
from typing import Any

from hub import safe_http
from hub.clock import now
from hub.messages import ErrorClass, MessageRef, OutboundMessage, Receipt, SendError
from hub.models import Channel
from hub.remote_files import digest
from hub.webhook_signatures import sign_standard

SECONDS = 10.0
_ANSWER_BYTES = 256 * 1024
_CLASSES = {
    401: ErrorClass.RECONNECT,
    403: ErrorClass.RECONNECT,
    404: ErrorClass.RECONNECT,
    408: ErrorClass.RETRY,
    410: ErrorClass.RECONNECT,
    425: ErrorClass.RETRY,
    429: ErrorClass.THROTTLED,
}
_NAMED = {"retry", "permanent", "recipient", "window_closed", "reconnect", "throttled"}


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """Hand a message over; without a URL it waits in the hub. Raises `SendError`."""
    if not channel.config.get("webhook_url"):
        return Receipt(
            "sent", message.delivery_id, detail="No URL is set: it can be fetched by the hub's API."
        )
    answer = post(channel, message.delivery_id, "message.created", _message(message))
    return Receipt("sent", str(answer.get("id") or message.delivery_id)[:255])


def amend(channel: Channel, target: MessageRef, name: str, **data: Any) -> None:
    """Tell what becomes of a message; its `webhook-id` is the same for the same word. Raises `SendError`."""
    content = {
        "message_id": target.provider_id,
        "delivery_id": target.delivery_id,
        "thread": target.thread_key,
        "contact": {"id": target.recipient.display or target.recipient.value},
        **data,
    }
    key = digest(name, target.provider_id, json.dumps(data, sort_keys=True))[:32]
    post(channel, key, name, content)


def post(channel: Channel, message_id: str, name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Post `{"type", "at", "data"}`, and answer what comes back. Raises `SendError`."""
    url = str(channel.config.get("webhook_url") or "")
    if not url:
        raise SendError(ErrorClass.PERMANENT, "no-url", "No URL is set for this channel.")
    moment = now()
    body = json.dumps({"type": name, "at": moment.isoformat(), "data": data}, ensure_ascii=False).encode()
    headers = {"content-type": "application/json", "webhook-id": message_id}
    if secret := channel.secrets.get("signing_secret"):
        headers |= sign_standard(str(secret), message_id, int(moment.timestamp()), body)
    try:
        answer = safe_http.request(
            "POST",
            url,
            headers=headers,
            content=body,
            timeout=SECONDS,
            max_bytes=_ANSWER_BYTES,
            redirects=0,
            provider=channel.kind,
        )
    except safe_http.Refused as error:
        raise SendError(ErrorClass.RECONNECT, "refused", str(error)) from error
    except safe_http.HttpError as error:
        raise SendError(ErrorClass.RETRY, "unreachable", str(error), uncertain=True) from error
    said = _json(answer.content)
    if not answer.ok:
        raise _refusal(answer, said)
    return said


def _refusal(answer: safe_http.Answer, said: Mapping[str, Any]) -> SendError:
    """By the class that the system names, else by the status."""
    error = said.get("error")
    told = error if isinstance(error, dict) else {}
    named = str(told.get("class", ""))
    detail = str(told.get("message") or f"The system answered {answer.status}.")[:300]
    if named in _NAMED:
        error_class = ErrorClass(named)
    elif answer.status >= 500:
        error_class = ErrorClass.RETRY
    else:
        error_class = _CLASSES.get(answer.status, ErrorClass.PERMANENT)
    wait = answer.headers.get("retry-after", "")
    retry_after = float(wait) if wait.isdecimal() and len(wait) < 6 else None
    return SendError(
        error_class, str(told.get("code") or answer.status)[:60], detail, retry_after=retry_after
    )


def _json(content: bytes) -> Mapping[str, Any]:
    """What the system said, if it is an object; a 2xx without one is good as well."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _message(message: OutboundMessage) -> dict[str, Any]:
    recipient = message.recipient
    return {
        "id": message.item_id,
        "delivery_id": message.delivery_id,
        "conversation_id": message.conversation_id,
        "conversation_number": message.conversation_number,
        "thread": message.thread_key,
        "contact": {"id": recipient.display or recipient.value, "name": recipient.name},
        "agent": message.sender_name,
        "text": message.text,
        "html": message.html or None,
        "reply_to": message.quoted_id or None,
        "automatic": message.automatic,
        "public": message.public,
        "attachments": [
            {"name": file.filename, "type": file.content_type, "size": len(file.data), "url": file.url}
            for file in message.files
        ],
        "buttons": [
            {"id": button.id, "title": button.title, "url": button.url or None} for button in message.buttons
        ],
        "location": _location(message),
    }


def _location(message: OutboundMessage) -> dict[str, Any] | None:
    place = message.location
    if place is None:
        return None
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "name": place.name,
        "address": place.address,
    }
