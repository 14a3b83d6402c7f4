"""What a mail reports of deliveries of ours: that they failed, were refused, read, or called unwanted."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.email.reading.mail import Bounce, Mail, ReadReceipt
from connectors.email.sending import own_ids, verp
from hub import tokens
from hub.messages import Ignored, Inbound, InboundStatus

_ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "to")
"""Headers that name the envelope's recipient where there is no envelope, as in fetched mail."""


def read_reports(mail: Mail, recipients: Iterable[str]) -> list[Inbound]:
    """What a report says about deliveries of ours; empty when it is none, or about foreign mail.

    `recipients` are those of the envelope. Which delivery it is about is known by the return path it came
    to, else by the Message-ID of the mail that it returns. Only a true signature counts: anybody can write
    a report.
    """
    if mail.bounce is None and mail.receipt is None:
        return []
    about = _delivery(mail, recipients)
    if about is None:
        return []
    if mail.bounce is not None:
        return [_status(about, mail.bounce, mail)]
    return [_read(about, mail.receipt, mail)] if mail.receipt is not None else []


def _delivery(mail: Mail, recipients: Iterable[str]) -> str | None:
    named = [value for name, value in mail.headers if name.lower() in _ADDRESSED]
    addresses = [*recipients, *(part for value in named[:20] for part in value[:2_000].split(","))]
    for address in addresses:
        if (delivery := verp.read(address.strip().rpartition("<")[2].rstrip("> "))) is not None:
            return delivery
    reported = mail.bounce.original_ids if mail.bounce is not None else ()
    receipted = mail.receipt.original_ids if mail.receipt is not None else ()
    for value in (*reported, *receipted, *mail.in_reply_to, *reversed(mail.references)):
        own = own_ids.read_message_id(value)
        if own is not None and tokens.read_id(tokens.REPLY, own.token) is not None:
            return own.delivery_id
    return None


def _status(delivery_id: str, bounce: Bounce, mail: Mail) -> Inbound:
    if bounce.action == "delayed" or (not bounce.action and bounce.status.startswith("4")):
        return Ignored(f"a server reports a delay ({bounce.status or 'no code'}) and keeps trying")
    if not bounce.action and not bounce.status and not bounce.is_complaint:
        return Ignored(f"a feedback report that is no complaint: {bounce.detail or 'of no kind'}")
    arrived = bounce.is_complaint or bounce.action in ("delivered", "relayed", "expanded")
    return InboundStatus(
        status="delivered" if arrived else "undelivered",
        delivery_id=delivery_id,
        recipient=next(iter(bounce.recipients), ""),
        code=bounce.status,
        detail=bounce.detail,
        occurred_at=mail.date,
        address_is_dead=bounce.hard and not arrived,
        complaint=bounce.is_complaint,
    )


def _read(delivery_id: str, receipt: ReadReceipt, mail: Mail) -> Inbound:
    if receipt.disposition != "displayed":
        return Ignored(f"a notification that a mail was {receipt.disposition or 'dealt with'}")
    return InboundStatus("read", delivery_id=delivery_id, occurred_at=mail.date)
