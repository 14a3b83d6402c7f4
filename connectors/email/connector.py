"""E-mail as a channel: a mail to inbound messages, an outbound message to a mail."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from connectors.email import own_ids
from connectors.email.body import suggested_filename
from connectors.email.compose import Unsendable, compose
from connectors.email.html_text import html_to_text
from connectors.email.mail import Address, Bounce, Mail
from connectors.email.parse import parse
from connectors.email.structure import SIZE_LIMIT
from connectors.email.transport import Relay, classify, keep
from hub import tokens
from hub.clock import now
from hub.connector import Connector
from hub.messages import (
    Capabilities,
    ErrorClass,
    File,
    Health,
    Ignored,
    Inbound,
    InboundMessage,
    InboundStatus,
    OutboundMessage,
    Party,
    Receipt,
    SendError,
)
from hub.models import Channel

log = structlog.get_logger("connectors.email")

NO_RELAY = "No mail server is set for outgoing mail (HUB_SMTP_RELAY_URL): mail is kept in the outbox folder."


class EmailConnector(Connector):
    """Mailboxes. A channel's `address` is the mailbox; its `name` stands beside it on outgoing mail."""

    kind = "email"
    label = "E-mail"
    icon = "mail"

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Mail carries nearly everything; who read it, it does not tell."""
        return Capabilities(
            send=True,
            html=True,
            subject=True,
            cc=True,
            files=100,
            file_limit=SIZE_LIMIT * 7 // 10,  # base64 makes it a third larger, and the mail has a body
            can_start=True,
            # A mail keeps one Message-ID over all attempts, and RFC 5321 §4.5.4.1 has clients try again.
            idempotent_send=True,
        )

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """A mail to one message, or to what it reports about deliveries of ours.

        `headers` is the SMTP envelope as `smtp` keeps it: `address` (the channel's), `sender`, `recipients`.
        """
        mail = parse(raw)
        if reports := _reports(mail):
            return reports
        own = str(headers.get("address", "")).lower()
        sender = _sender(mail, str(headers.get("sender") or ""))
        if sender is None:
            raise ValueError("; ".join(["The mail does not say who sent it", *mail.problems]))
        if sender.value == own and mail.message_id and _is_signed(mail.message_id):
            return [Ignored("our own mail came back")]
        return [_message(mail, sender, own, headers)]

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """Hand the mail to the relay, or keep it as a file, loudly, when none is set."""
        try:
            mail = compose(message, channel.address, channel.name, message.created_at or now())
        except Unsendable as error:
            raise SendError(ErrorClass.RECIPIENT, "address", str(error)) from error
        if not settings.SMTP_RELAY_URL:
            path = keep(
                mail, settings.DATA_DIR / "outbox", mail.message_id.strip("<>").partition("@")[0][:32]
            )
            log.warning(
                "mail_not_sent_but_kept",
                channel=str(channel.pk),
                delivery=message.delivery_id,
                file=path.name,
            )
            return Receipt("sent", mail.message_id, mail.message_id, "local", f"{NO_RELAY} File: {path.name}")
        answer = _relay().send(mail, _helo_name())
        return Receipt("sent", mail.message_id, mail.message_id, "smtp", answer[:300])

    def classify(self, error: Exception) -> SendError:
        """Whatever `send` let through."""
        return classify(error)

    def health(self, channel: Channel) -> Health:
        """Whether mail leaves this house."""
        if not settings.SMTP_RELAY_URL:
            return Health(ok=channel.is_active, detail=NO_RELAY)
        try:
            _relay()
        except SendError as error:
            return Health(ok=False, detail=error.detail)
        return super().health(channel)


def _relay() -> Relay:
    try:
        return Relay.from_url(settings.SMTP_RELAY_URL)
    except ValueError as error:
        raise SendError(ErrorClass.RECONNECT, "relay-url", f"HUB_SMTP_RELAY_URL: {error}") from error


def _helo_name() -> str:
    """The name by which we greet: our public host, or an address literal where that is no name."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    is_name = "." in host and any(c.isalpha() for c in host)
    return host if is_name else "[127.0.0.1]"


def _message(mail: Mail, sender: Party, own: str, headers: Mapping[str, Any]) -> InboundMessage:
    content = _content_digest(mail)
    message_id = mail.message_id or f"<{content}@without-message-id.invalid>"
    return InboundMessage(
        external_id=f"{message_id[:200]} {content[:32]}",
        sender=sender,
        text=mail.text or (html_to_text(mail.html) if mail.html else ""),
        html=mail.html,
        subject=mail.subject,
        sent_at=mail.date,
        files=_files(mail),
        reference=message_id,
        in_reply_to=_answered(mail),
        reply_token=_reply_token(mail, headers),
        to=_parties(mail.to),
        cc=_parties(mail.cc, own),
        reply_to=next(iter(_parties(mail.reply_to, own)), None),
        automatic=_is_automatic(mail, headers),
        problems=mail.problems,
    )


def _sender(mail: Mail, envelope_sender: str) -> Party | None:
    """Who wrote: From, else the address to answer to or the envelope's, when From names none."""
    named = mail.from_[0].name if mail.from_ else ""
    candidates = [*mail.from_, *mail.reply_to, Address(named, envelope_sender.strip("<>"))]
    return next((party for address in candidates if (party := _party(address)) is not None), None)


def _party(address: Address) -> Party | None:
    """Somebody by a usable address, or None. Local parts are compared without case, as all servers do."""
    local, _, domain = address.address.rpartition("@")
    if not (local and domain) or len(address.address) > 254 or not address.address.isprintable():
        return None
    if " " in address.address:
        return None
    return Party("email", address.address.lower(), address.name[:200], address.address)


def _parties(addresses: tuple[Address, ...], but: str = "") -> tuple[Party, ...]:
    """Everybody, each once; without the address `but`, under whatever subaddress."""
    found = {
        party.value: party
        for address in addresses
        if (party := _party(address)) is not None and own_ids.without_subaddress(party.value) != but
    }
    return tuple(found.values())


def _answered(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that it refers to, nearest first."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))[:50]


def _reply_token(mail: Mail, headers: Mapping[str, Any]) -> str:
    """The first token with a true signature: in the envelope, in the addresses, in Message-IDs of ours."""
    recipients = [str(value) for value in headers.get("recipients", ())]
    addressed = [address.address for address in (*mail.to, *mail.cc)]
    candidates = [
        *own_ids.tokens_in_addresses([*recipients, *addressed]),
        *own_ids.tokens_in_message_ids(_answered(mail)),
    ]
    return next((token for token in candidates if tokens.read_id(tokens.REPLY, token) is not None), "")


def _is_signed(message_id: str) -> bool:
    own = own_ids.read_message_id(message_id)
    return own is not None and tokens.read_id(tokens.REPLY, own.token) is not None


def _is_automatic(mail: Mail, headers: Mapping[str, Any]) -> bool:
    """What must not be answered by a machine: automatic answers, reports, lists, null return paths."""
    null_sender = "sender" in headers and not str(headers["sender"] or "").strip("<>")
    return mail.auto_submitted or mail.bulk or mail.bounce is not None or null_sender


def _files(mail: Mail) -> tuple[File, ...]:
    return tuple(
        File(
            suggested_filename(file, number),
            file.content_type,
            file.content,
            content_id=file.content_id,
            inline=file.inline or bool(file.content_id and f"cid:{file.content_id}" in mail.html),
        )
        for number, file in enumerate(mail.attachments, 1)
    )


def _content_digest(mail: Mail) -> str:
    """What the mail says, without the traces of its way: two paths give the same, other content another."""
    digest = hashlib.sha256()
    pieces = [
        mail.subject,
        str(mail.date),
        mail.text,
        mail.html,
        *(address.address for address in mail.from_),
    ]
    for piece in pieces:
        digest.update(piece.encode("utf-8", "replace") + b"\x00")
    for file in mail.attachments:
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()


def _reports(mail: Mail) -> list[Inbound]:
    """What a delivery report says about deliveries of ours; empty when it is none, or about foreign mail.

    Only a Message-ID with a true signature counts: anybody can write a report.
    """
    bounce = mail.bounce
    if bounce is None:
        return []
    ids = (*bounce.original_ids, *_answered(mail))
    own = next((own for value in ids if _is_signed(value) and (own := own_ids.read_message_id(value))), None)
    return [_status(own.delivery_id, bounce, mail)] if own is not None else []


def _status(delivery_id: str, bounce: Bounce, mail: Mail) -> Inbound:
    if bounce.action == "delayed" or (not bounce.action and bounce.status.startswith("4")):
        return Ignored(f"a server reports a delay ({bounce.status or 'no code'}) and keeps trying")
    if not bounce.action and not bounce.status:
        return Ignored("a feedback report: the recipient called it unwanted")
    arrived = bounce.action in ("delivered", "relayed", "expanded")
    return InboundStatus(
        status="delivered" if arrived else "undelivered",
        delivery_id=str(uuid.UUID(delivery_id)),
        recipient=next(iter(bounce.recipients), ""),
        code=bounce.status,
        detail=bounce.detail,
        occurred_at=mail.date,
    )
