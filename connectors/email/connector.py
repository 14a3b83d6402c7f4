"""E-mail as a channel: a mail to inbound messages, an outbound message to a mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from connectors.email.fetching import connection_check, oauth, sent_folder
from connectors.email.fetching import protocols as fetching
from connectors.email.reading.body import suggested_filename
from connectors.email.reading.inspection import inspect
from connectors.email.reading.mail import Address, Mail
from connectors.email.reading.reader import read_mail
from connectors.email.reading.structure import SIZE_LIMIT
from connectors.email.returns.automatic import is_list_of
from connectors.email.returns.reports import read_reports
from connectors.email.sending import dispatch as sending
from connectors.email.sending import own_ids, relays
from connectors.email.sending.refusals import classify
from connectors.email.settings.form import FORM
from connectors.email.settings.incoming_ways import has_own_domain, ways_in
from connectors.email.settings.presets import suggestion
from connectors.email.settings.rules import clean
from connectors.email.trust import authentication, dns_records
from connectors.email.trust.authentication_results import known_authentication
from connectors.email.trust.dkim_keys import completed
from hub import tokens
from hub.channel_form import Check, Paste, Step, Suggestion
from hub.clock import now
from hub.connector import Batch, Connector, Cursors, NotSupported
from hub.inspection import Inspection
from hub.messages import (
    Capabilities,
    File,
    Health,
    Ignored,
    Inbound,
    InboundMessage,
    OutboundMessage,
    Party,
    Receipt,
    SendError,
)
from hub.models import Channel
from hub.stopping import Stopping

log = structlog.get_logger("connectors.email")

NO_RELAY = "No mail server is set for outgoing mail (HUB_SMTP_RELAY_URL): mail is kept in the outbox folder."


class EmailConnector(Connector):
    """Mailboxes. A channel's `address` is the mailbox; its `name` stands beside it on outgoing mail."""

    kind = "email"
    label = "E-mail"
    icon = "mail"
    patience = timedelta(days=4)  # RFC 5321 §4.5.4.1 asks for at least that

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
            work="email",
        )

    def form(self) -> Sequence[Step]:
        """How mail comes in, how it goes out, and what happens with it."""
        return FORM

    def suggest(self, address: str) -> Suggestion | None:
        """The servers of well-known providers."""
        return suggestion(address)

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """See `settings_rules`; a channel that signs its mail gets a key."""
        return completed(*clean(address, config, secrets), now())

    def is_own(self, channel: Channel, address: str) -> bool:
        """Whatever stands behind a plus (RFC 5233)."""
        return own_ids.without_subaddress(address) == channel.address.lower()

    def enrich(
        self, batch: Sequence[tuple[Channel, bytes, Mapping[str, Any]]]
    ) -> Sequence[Mapping[str, Any]]:
        """SPF, DKIM and DMARC, where a channel wants them."""
        return authentication.enrich(batch)

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """A mail to one message, or to what it reports about deliveries of ours.

        `headers` is the SMTP envelope as `smtp` keeps it: `address` (the channel's), `sender`, `recipients`.
        """
        if unfetched := headers.get("unfetched"):
            raise ValueError(f"the mail stayed in the mailbox ({headers.get('source')}): {unfetched}")
        mail = read_mail(raw)
        if reports := read_reports(mail, [str(one) for one in headers.get("recipients") or ()]):
            return reports
        own = str(headers.get("address", "")).lower()
        sender = _sender(mail, str(headers.get("sender") or ""))
        if sender is None:
            raise ValueError("; ".join(["The mail does not say who sent it", *mail.problems]))
        if _is_own(mail, sender, own):
            return [Ignored("our own mail came back")]
        message = _message(mail, sender, own, headers)
        return [replace(message, authentication=known_authentication(mail.headers, headers, config))]

    def listening_key(self, channel: Channel) -> str:
        """See `fetching`."""
        return fetching.listening_key(channel)

    def listen(self, channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
        """See `imap_listener` and `pop3`."""
        return fetching.listen(channel, cursors, stopping)

    def sign_in_url(self, channel: Channel, redirect_url: str, state: str) -> str:
        """The page of Google or Microsoft."""
        if not oauth.is_used_by(channel):
            raise NotSupported("this mailbox signs in by password")
        return oauth.sign_in_url(channel, redirect_url, state)

    def finish_sign_in(
        self, channel: Channel, answer: Mapping[str, str], redirect_url: str
    ) -> Mapping[str, Any]:
        """The tokens, which stay valid until somebody takes the permission back."""
        return oauth.finish_sign_in(channel, answer, redirect_url)

    def inspect(self, raw: bytes) -> Inspection:
        """The head of the mail and its way."""
        return inspect(raw)

    def destinations(self, channel: Channel, recipient: str) -> Mapping[str, int]:
        """The mail server, and the recipient's domain behind it."""
        return relays.destinations(channel, recipient)

    def quotes_history(self, config: Mapping[str, Any]) -> bool:
        """Unless an administrator said no."""
        return config.get("quote_history") is not False

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `sending`."""
        return sending.send(channel, message)

    def written(self, channel: Channel, message: OutboundMessage) -> bytes:
        """The mail as it goes out to this recipient."""
        try:
            return sending.mail_of(channel, message).raw
        except SendError as error:
            raise NotSupported(error.detail) from error

    def classify(self, error: Exception) -> SendError:
        """Whatever `send` let through."""
        return classify(error)

    def health(self, channel: Channel) -> Health:
        """Whether mail leaves this house."""
        try:
            relay = relays.relay_of(channel, fresh_token=False)
        except SendError as error:
            return Health(ok=False, detail=error.detail)
        if relay is None:
            return Health(ok=channel.is_active, detail=sending.NO_RELAY)
        return super().health(channel)

    def sent(self, channel: Channel, message: OutboundMessage, receipt: Receipt) -> None:
        """A copy for the mailbox's Sent folder, where the channel wants one."""
        sent_folder.enqueue(channel, message)

    def test(self, channel: Channel) -> Sequence[Check]:
        """Receiving step by step, then sending."""
        return connection_check.test(channel)

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """How mail gets here, and the DNS records of a domain that is the organization's own."""
        records = dns_records.pastes(channel) if has_own_domain(channel.address) else []
        return [*ways_in(channel), *records]


def _message(mail: Mail, sender: Party, own: str, headers: Mapping[str, Any]) -> InboundMessage:
    content = _content_digest(mail)
    message_id = mail.message_id or f"<{content}@without-message-id.invalid>"
    return InboundMessage(
        external_id=f"{message_id[:200]} {content[:32]}",
        sender=sender,
        text=mail.shown_text,
        html=mail.folded_html,
        folds=mail.folds,
        forwarded_from=_party(mail.forwarded.author) if mail.forwarded is not None else None,
        subject=mail.subject,
        sent_at=mail.date,
        files=_files(mail),
        reference=message_id,
        in_reply_to=_answered(mail),
        reply_token=_reply_token(mail, headers),
        marker_token=_marker_token(mail),
        reports_on=tuple(mail.bounce.original_ids) if mail.bounce is not None else (),
        to=_parties(mail.to),
        cc=_parties(mail.cc, own),
        reply_to=next(iter(_parties(mail.reply_to, own)), None),
        automatic=_is_automatic(mail, own, headers),
        invitation=mail.invitation,
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


def _marker_token(mail: Mail) -> str:
    """The first token with a true signature in what was quoted of our own mail."""
    found = own_ids.tokens_in_marks(mail.html, mail.text)
    return next((token for token in found if tokens.read_id(tokens.REPLY, token) is not None), "")


def _is_own(mail: Mail, sender: Party, own: str) -> bool:
    """Whether this channel sent it: From may have been rewritten on the way (mailing lists, aliases)."""
    if not _is_signed(mail.message_id or ""):
        return False
    marks = (value for name, value in mail.headers if name.lower() == own_ids.LOOP_HEADER.lower())
    return sender.value == own or any(own_ids.is_loop(mark, own) for mark in marks)


def _is_signed(message_id: str) -> bool:
    own = own_ids.read_message_id(message_id)
    return own is not None and tokens.read_id(tokens.REPLY, own.token) is not None


def _is_automatic(mail: Mail, own: str, headers: Mapping[str, Any]) -> bool:
    """What must not be answered by a machine: automatic answers, reports, lists, null return paths.

    A list whose address is the channel's is no list but a way in: a group that hands mail on to the desk.
    """
    if "sender" in headers:
        null_sender = not str(headers["sender"] or "").strip("<>")
    else:
        null_sender = mail.header("return-path").replace(" ", "") == "<>"
    is_bulk = mail.bulk and not is_list_of(own, mail)
    is_report = mail.bounce is not None or mail.receipt is not None
    return mail.auto_submitted or is_bulk or is_report or null_sender


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
