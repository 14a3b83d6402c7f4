"""What WhatsApp sends to a number, as the inbox knows it. Pure.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from connectors.whatsapp import errors
from connectors.whatsapp.content import content, words
from connectors.whatsapp.people import KIND, person, thread_key
from hub.messages import (
    ErrorClass,
    Ignored,
    Inbound,
    InboundDeletion,
    InboundEdit,
    InboundHealth,
    InboundMessage,
    InboundReaction,
    InboundStatus,
    Party,
)

Told = Mapping[str, Any]

_STATUSES: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_ACCOUNT_TROUBLES = frozenset({"ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "DISABLED_UPDATE"})
_BAD = (KeyError, TypeError, AttributeError, ValueError, OverflowError, IndexError, RecursionError)


def parse(raw: bytes, headers: Told, config: Told) -> Sequence[Inbound]:
    """All that an envelope brings for one number; raises `ValueError` for what is none of WhatsApp's."""
    address, account = str(headers.get("address") or ""), str(config.get("waba_id") or "")
    found: list[Inbound] = []
    for entry, change in _changes(_read(raw)):
        try:
            found += _change(entry, change, address, account)
        except _BAD as error:
            found.append(_unreadable(error))
    return found


def numbers(raw: bytes) -> list[str]:
    """The ids of the numbers that an envelope is for; raises `ValueError` for what is none of WhatsApp's."""
    named = (_number(change) for _, change in _changes(_read(raw)))
    return [number for number in dict.fromkeys(named) if number]


def lane(raw: bytes) -> str:
    """Whom an envelope is about; nobody in particular where it is about several."""
    try:
        values = [change["value"] for _, change in _changes(_read(raw))]
        people = {
            str(one.get(name) or "")
            for value in values
            for part, name in (("messages", "from"), ("statuses", "recipient_id"), ("message_echoes", "to"))
            for one in value.get(part) or ()
        }
    except _BAD:
        return ""
    (only, *others) = people or {""}
    return f"person:{only}"[:200] if only and not others else ""


def _read(raw: bytes) -> Told:
    try:
        envelope = json.loads(raw)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(envelope, dict) or envelope.get("object") != "whatsapp_business_account":
        raise ValueError("no envelope of a WhatsApp account")
    read = _without_nul(envelope)
    assert isinstance(read, dict)
    return read


def _changes(envelope: Told) -> Iterator[tuple[Told, Told]]:
    entries = envelope.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        changes = entry.get("changes") if isinstance(entry, dict) else None
        for change in changes if isinstance(changes, list) else ():
            if isinstance(change, dict):
                yield entry, change


def _number(change: Told) -> str:
    value = change.get("value")
    metadata = value.get("metadata") if isinstance(value, dict) else None
    return str(metadata.get("phone_number_id") or "") if isinstance(metadata, dict) else ""


def _change(entry: Told, change: Told, address: str, account: str) -> Sequence[Inbound]:
    field, value, number = str(change.get("field")), change["value"], _number(change)
    if address and number and number != address:
        return [Ignored("this is for another number")]
    if field == "messages":
        contacts = [one for one in value.get("contacts") or () if isinstance(one, dict)]
        return [
            *_each(value.get("messages"), lambda told: _message(told, contacts)),
            *_each(value.get("statuses"), _status),
            *_each(value.get("errors"), _error),
        ]
    if field == "smb_message_echoes":
        contacts = [one for one in value.get("contacts") or () if isinstance(one, dict)]
        return _each(value.get("message_echoes"), lambda told: _echo(told, contacts))
    if field == "account_update" and account and entry.get("id") == account:
        return [_account(value)]
    return [Ignored(f"news of the kind {field[:60]!r} says nothing to the inbox")]


def _each(all_told: Any, understand: Callable[[Told], Inbound]) -> list[Inbound]:
    """What each of them says; one that is bad spoils no other."""
    found: list[Inbound] = []
    for told in all_told if isinstance(all_told, list) else ():
        try:
            found.append(understand(told))
        except _BAD as error:
            found.append(_unreadable(error))
    return found


def _message(told: Told, contacts: Sequence[Told]) -> Inbound:
    sender = person(str(told.get("from") or ""), str(told.get("from_user_id") or ""), contacts)
    return _said(told, sender, customer=sender)


def _echo(told: Told, contacts: Sequence[Told]) -> Inbound:
    """What our people wrote in the app on their phone."""
    customer = person(str(told.get("to") or ""), str(told.get("to_user_id") or ""), contacts)
    return _said(told, Party(KIND, ""), customer=customer, is_echo=True)


def _said(told: Told, sender: Party, customer: Party, *, is_echo: bool = False) -> Inbound:
    kind, at = str(told["type"]), _instant(told.get("timestamp"))
    if told.get("group_id"):
        return Ignored("a message in a group")
    if kind == "reaction":
        emoji = str(told["reaction"].get("emoji") or "")
        target = str(told["reaction"]["message_id"])
        return InboundReaction(
            target, customer, emoji, removed=not emoji, replaces=True, reacted_at=at, echo=is_echo
        )
    if kind == "edit":
        return InboundEdit(
            str(told["edit"]["original_message_id"]), words(told["edit"]["message"]), edited_at=at
        )
    if kind == "revoke":
        return InboundDeletion(str(told["revoke"]["original_message_id"]), at)
    if kind == "system":
        return _moved(told, sender, at)
    if kind == "request_welcome":
        return Ignored("somebody opened the chat for the first time")
    return InboundMessage(
        external_id=str(told["id"]),
        sender=sender,
        to=(customer,) if is_echo else (),
        echo=is_echo,
        sent_at=at,
        thread_key=thread_key(customer),
        quoted_id=str((told.get("context") or {}).get("id") or ""),
        **content(told),
    )


def _moved(told: Told, sender: Party, at: datetime | None) -> Inbound:
    """They have another number now: both are the same person's."""
    system = told["system"]
    new, new_id = str(system.get("wa_id") or ""), str(system.get("user_id") or "")
    if not (new or new_id):
        return Ignored(f"a notice of WhatsApp's own: {str(system.get('body', ''))[:100]}")
    now = person(new, new_id, [])
    moved = Party(
        KIND,
        now.value,
        sender.name,
        now.display,
        verified=True,
        aliases=(*now.aliases, (KIND, sender.value)),
    )
    text = str(system.get("body") or "They have a new number.")
    return InboundMessage(
        str(told["id"]), moved, text=text, sent_at=at, thread_key=thread_key(now), automatic=True
    )


def _status(told: Told) -> Inbound:
    status = _STATUSES.get(str(told["status"]))
    if status is None:
        return Ignored(f"a status {str(told['status'])[:40]!r} says nothing to the inbox")
    reasons = told.get("errors") or ()
    code, detail = errors.explained(reasons[0]) if reasons else ("", "")
    return InboundStatus(
        status,
        delivery_id=_own_id(told.get("biz_opaque_callback_data")),
        provider_id=str(told["id"]),
        recipient=str(told.get("recipient_id") or told.get("recipient_user_id") or ""),
        code=code,
        detail=detail,
        occurred_at=_instant(told.get("timestamp")),
        address_is_dead=status == "failed" and code in errors.DEAD_ADDRESS,
    )


def _error(told: Told) -> Inbound:
    code, detail = errors.explained(told)
    if errors.error_class(code) is ErrorClass.RECONNECT:
        return InboundHealth(False, code, detail, needs_reconnect=True)
    return Ignored(f"an error of WhatsApp's own: {code} {detail}"[:300])


def _account(value: Told) -> Inbound:
    event = str(value.get("event") or "")
    if event in _ACCOUNT_TROUBLES:
        detail = f"WhatsApp has restricted the account ({event}). Look at it in Meta's business settings."
        return InboundHealth(False, event[:60], detail)
    return Ignored(f"news of the account: {event[:60]}")


def _own_id(told: Any) -> str:
    """Our delivery's id, which WhatsApp hands back; other programs may send by the same number."""
    try:
        return str(UUID(str(told)))
    except ValueError:
        return ""


def _instant(told: Any) -> datetime | None:
    return datetime.fromtimestamp(int(told), UTC) if told else None


def _unreadable(error: Exception) -> Ignored:
    return Ignored(f"{type(error).__name__}: {str(error)[:200]}")


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps no U+0000."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    return value
