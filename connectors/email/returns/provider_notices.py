"""Delivery notices that a provider mails as JSON: Amazon SES through SNS."""

from __future__ import annotations

import json
from typing import Any

from connectors.email.reading.mail import Bounce

_SIZE_LIMIT = 512 * 1024
_SENDER = "@sns.amazonaws.com"
_FOOTER = "\n--\n"  # below it SNS says how to unsubscribe


def read_notice(sender: str, text: str) -> Bounce | None:
    """What a notice of Amazon SES says of a mail; None when it is none.

    Understands "Bounce", "Complaint" and "Delivery" (SES developer guide, "Notification contents"), bare or
    inside the envelope of SNS.
    """
    if not sender.rstrip("> ").lower().endswith(_SENDER) or len(text) > _SIZE_LIMIT:
        return None
    notice = _json(text)
    if isinstance(notice.get("Message"), str):
        notice = _json(notice["Message"])
    kind = str(notice.get("notificationType") or notice.get("eventType") or "")
    ids = tuple(value for value in [_message_id(_object(notice, "mail"))] if value)
    if kind == "Bounce":
        return _bounce(_object(notice, "bounce"), ids)
    if kind == "Complaint":
        complaint = _object(notice, "complaint")
        who = _addresses(complaint.get("complainedRecipients"))
        reason = str(complaint.get("complaintFeedbackType") or "abuse")
        return Bounce("", "", who, False, ids, reason[:500], is_complaint=True)
    if kind == "Delivery":
        delivery = _object(notice, "delivery")
        recipients = tuple(str(one).lower() for one in _list(delivery.get("recipients")))
        answer = str(delivery.get("smtpResponse") or "")
        words = answer.split()
        status = words[1] if len(words) > 1 and words[1].startswith("2.") else "2.0.0"
        return Bounce(status, "delivered", recipients, False, ids, answer[:500])
    return None


def _bounce(bounce: dict[str, Any], ids: tuple[str, ...]) -> Bounce:
    recipients = [one for one in _list(bounce.get("bouncedRecipients")) if isinstance(one, dict)]
    first = recipients[0] if recipients else {}
    is_permanent = bounce.get("bounceType") == "Permanent"
    status = str(first.get("status") or ("5.0.0" if is_permanent else "4.0.0"))
    is_hard = is_permanent and bounce.get("bounceSubType") in ("General", "NoEmail", "Suppressed")
    return Bounce(
        status=status,
        action=str(first.get("action") or "failed").lower(),
        recipients=_addresses(recipients),
        hard=is_hard and not status.startswith(("5.2.", "5.7.")),
        original_ids=ids,
        detail=str(first.get("diagnosticCode") or bounce.get("bounceSubType") or "")[:500],
    )


def _message_id(mail: dict[str, Any]) -> str:
    """The Message-ID of ours, which SES lists among the headers; its own id is another."""
    headers = [one for one in _list(mail.get("headers")) if isinstance(one, dict)]
    named = [str(one.get("value")) for one in headers if str(one.get("name")).lower() == "message-id"]
    common = _object(mail, "commonHeaders").get("messageId")
    return next((value for value in (*named, str(common or "")) if value.startswith("<")), "")


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text.split(_FOOTER)[0].strip(), strict=False)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _addresses(recipients: object) -> tuple[str, ...]:
    return tuple(
        str(one["emailAddress"]).lower()
        for one in _list(recipients)
        if isinstance(one, dict) and one.get("emailAddress")
    )
