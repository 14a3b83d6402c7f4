"""What the provider tells: messages, what becomes of ours, and who wants no more of them.

Webhooks are forms (https://www.twilio.com/docs/messaging/guides/webhook-request), or JSON with the same
names; what a poll found is the API's message resource. Unknown fields come without notice: they are passed
over.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from connectors.sms import errors
from connectors.sms.addresses import party
from hub.messages import Ignored, Inbound, InboundConsent, InboundMessage, InboundStatus, RemoteFile

POLLED = "polled"
"""The route of envelopes that a poll brought."""

_STOP = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
_START = frozenset(["START", "UNSTOP"])
_COMING = frozenset(["receiving", "received"])

Ladder = Literal["sent", "delivered", "read", "undelivered", "failed"]

_STATUSES: Mapping[str, Ladder] = {
    "sent": "sent",
    "delivered": "delivered",
    "partially_delivered": "sent",
    "read": "read",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""What comes before `sent` is no news: the message was handed over already."""

_MOST_FILES = 10
_EXTENSIONS = {"image/jpeg": "jpg", "text/plain": "txt", "audio/mpeg": "mp3", "text/x-vcard": "vcf"}


def parse(raw: bytes, headers: Mapping[str, Any]) -> Sequence[Inbound]:
    """What an envelope says. Raises `ValueError` when it is none of the provider's."""
    if headers.get("route") == POLLED:
        return _message(_as_webhook(_object(raw)))
    told = fields(raw)
    if is_status(told):
        return _status(told, _delivery_id(headers))
    return _message(told)


def fields(raw: bytes) -> Mapping[str, str]:
    """A webhook's fields, each with its last value. Raises `ValueError` when it names no message."""
    if raw.lstrip()[:1] == b"{":
        told = {name: str(value) for name, value in _object(raw).items() if isinstance(value, str | int)}
    else:
        told = {
            name: values[-1]
            for name, values in parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True).items()
        }
    told = {name: value.replace("\0", "") for name, value in told.items()}
    if not sid(told):
        raise ValueError("it names no message")
    return told


def sid(told: Mapping[str, str]) -> str:
    """The provider's id of the message that a webhook is about."""
    return (told.get("MessageSid") or told.get("SmsSid") or "").strip()[:64]


def is_status(told: Mapping[str, str]) -> bool:
    """Whether it is about a message of ours."""
    return bool(told.get("MessageStatus")) and told["MessageStatus"] not in _COMING


def key(told: Mapping[str, str]) -> str:
    """What makes a webhook this one, however often it comes, and whether it was called or polled."""
    if is_status(told):
        return f"status:{sid(told)}:{told['MessageStatus']}"
    return f"message:{sid(told)}"


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(raw)
    except RecursionError as error:
        raise ValueError("it is too deep") from error
    if not isinstance(told, dict):
        raise ValueError("it is no object")
    return told


def _as_webhook(resource: Mapping[str, Any]) -> Mapping[str, str]:
    """A message as the API tells it, in the names of a webhook; see `polling`."""
    told = {
        "MessageSid": str(resource.get("sid") or ""),
        "From": str(resource.get("from") or ""),
        "Body": str(resource.get("body") or "").replace("\0", ""),
        "SentAt": str(resource.get("date_sent") or ""),
    }
    if not told["MessageSid"]:
        raise ValueError("it names no message")
    for number, (url, content_type) in enumerate(resource.get("media") or ()):
        told[f"MediaUrl{number}"], told[f"MediaContentType{number}"] = str(url), str(content_type)
    return told


def _message(told: Mapping[str, str]) -> Sequence[Inbound]:
    sender, text = told.get("From", "").strip(), told.get("Body", "")
    if not sender or ":" in sender:
        return [Ignored("it does not come from a telephone number")]
    word = _keyword(told)
    files = tuple(_files(told))
    if not (text.strip() or files):
        return [Ignored("a message without words and files")]
    person = party(sender)
    message = InboundMessage(
        external_id=sid(told),
        sender=person,
        text=text,
        thread_key=person.value,
        sent_at=_instant(told.get("SentAt", "")),
        remote_files=files,
        # The provider has answered these words itself, and nobody else should.
        automatic=word in ("STOP", "START"),
    )
    if word not in ("STOP", "START"):
        return [message]
    wants = word == "START"
    detail = "They want SMS again." if wants else "They asked for no more SMS (STOP)."
    return [message, InboundConsent(person, wants, detail)]


def _keyword(told: Mapping[str, str]) -> str:
    """STOP, START or HELP; the provider says which where it knows the organization's own words for them."""
    if said := told.get("OptOutType", "").upper():
        return said
    word = told.get("Body", "").strip().upper()
    return "STOP" if word in _STOP else "START" if word in _START else ""


def _files(told: Mapping[str, str]) -> Sequence[RemoteFile]:
    files = []
    for number in range(_MOST_FILES):
        if url := told.get(f"MediaUrl{number}", ""):
            content_type = told.get(f"MediaContentType{number}", "").strip().lower()[:100]
            files.append(RemoteFile(url=url, filename=_name(number, content_type), content_type=content_type))
    return files


def _name(number: int, content_type: str) -> str:
    """A name for a file that has none: `image-1.jpg`."""
    sort, _, subtype = content_type.partition("/")
    extension = _EXTENSIONS.get(content_type, subtype if subtype.isalnum() else "")
    return f"{sort or 'file'}-{number + 1}{'.' if extension else ''}{extension}"


def _status(told: Mapping[str, str], delivery_id: str) -> Sequence[Inbound]:
    said = told["MessageStatus"].strip().lower()
    status = _STATUSES.get(said)
    if status is None:
        return [Ignored(f"the status {said[:40]!r} is no news")]
    code = errors.number(told.get("ErrorCode", ""))
    is_lost = status in ("undelivered", "failed")
    told_of = InboundStatus(
        status,
        delivery_id=delivery_id,
        provider_id=sid(told),
        recipient=told.get("To", "").strip(),
        code=str(code or ""),
        detail=errors.words(code, told.get("ErrorMessage", "")) if is_lost else "",
        address_is_dead=is_lost and errors.is_dead(code),
    )
    if code == errors.OPTED_OUT and told_of.recipient:
        return [told_of, InboundConsent(party(told_of.recipient), False, told_of.detail)]
    return [told_of]


def _delivery_id(headers: Mapping[str, Any]) -> str:
    """Our id, which was given along in the URL and comes back signed."""
    named = parse_qs(urlsplit(str(headers.get("url", ""))).query).get("delivery", [""])
    return named[-1][:64]


def _instant(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None
