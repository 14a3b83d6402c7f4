"""An outbound message to the bytes of a mail: pure, CRLF throughout, and no way to inject a header."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from connectors.email.reading.body import safe_filename
from connectors.email.sending import own_ids, written_html
from connectors.email.sending.letterhead import Letterhead
from hub.messages import OutboundFile, OutboundMessage, Party

_LINE = 76
_HEADER_VALUE_LIMIT = 900  # of a subject or name in characters; far below the 998 octets of a line
_REFERENCES_KEPT = 20

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\x85]+")
_SAFE_PHRASE = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,100}")
_ANSWER = re.compile(r"^\s*(re|aw|antw|sv|vs|odp|rif|res|r)\s*(\[\d+\])?\s*:", re.IGNORECASE)


class Unsendable(ValueError):
    """The message cannot become a mail; the text says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready for SMTP: `sender` is the envelope's, empty for automatic mail (RFC 3834 §3.3)."""

    message_id: str
    sender: str
    recipient: str
    raw: bytes = field(repr=False)


def compose(message: OutboundMessage, head: Letterhead, date: datetime) -> Composed:
    """Write the mail of one delivery on a channel's letterhead; raises `Unsendable`.

    The same delivery gives the same bytes: a repeated attempt is the same mail.
    """
    sender = transport_address(head.address)
    recipient = transport_address(message.recipient.value)
    own_id = own_ids.message_id(message.delivery_id, message.reply_token, sender.rpartition("@")[2])
    lines = [
        _field("Message-ID", [own_id]),
        _field("Date", [format_datetime(date)]),
        _field("From", [mailbox(head.sender_name(message), sender)]),
        _field("To", _mailboxes(message.to or (message.recipient,)), ","),
        _field("Cc", _mailboxes(message.cc), ","),
        _field("Subject", _encoded(_subject(message, head))),
        *_thread_fields(message),
        _reply_to(message, head, sender),
        *_automatic_fields(message, head),
        _field(own_ids.LOOP_HEADER, [own_ids.loop_mark(sender)]),
    ]
    top = "\r\n".join(line for line in lines if line).encode("utf-8") + b"\r\n"
    return Composed(own_id, head.return_path(sender, message), recipient, top + _body(message).as_bytes())


def _reply_to(message: OutboundMessage, head: Letterhead, sender: str) -> str:
    back = head.answers_to(sender, message.reply_token)
    return _field("Reply-To", _mailboxes([Party("email", back, head.name)])) if back else ""


def _automatic_fields(message: OutboundMessage, head: Letterhead) -> list[str]:
    """What tells other machines that one wrote this (RFC 3834 §5), and how its reader ends it."""
    if not message.automatic:
        return []
    kind = "auto-replied" if message.in_reply_to else "auto-generated"
    lines = [f"Auto-Submitted: {kind}", "X-Auto-Response-Suppress: All"]
    if link := head.unsubscribe_link(message):
        lines += [
            _field("List-Unsubscribe", [f"<{link}>"]),
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    return lines


def transport_address(address: str) -> str:
    """An address fit for SMTP, its domain in ASCII (IDNA); raises `Unsendable` for what is none."""
    address = address.strip()
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise Unsendable("The recipient is not a mail address.")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise Unsendable("The domain of the address cannot exist.") from None


def mailbox(name: str, address: str) -> str:
    """`Name <address>`, quoted or encoded as the name needs it."""
    name = _one_line(name)
    if not name:
        return address
    if not name.isascii():
        return f"{' '.join(_encoded(name))} <{address}>"
    if not _SAFE_PHRASE.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{address}>"


def _mailboxes(parties: Iterable[Party]) -> list[str]:
    """Header form of those parties that have a usable address; one bad copy does not stop a mail."""
    out = []
    for party in parties:
        try:
            out.append(mailbox(party.name, transport_address(party.value)))
        except Unsendable:
            continue
    return out


def _subject(message: OutboundMessage, head: Letterhead) -> str:
    subject = _one_line(message.subject) or "(no subject)"
    number = f"[#{message.conversation_number}]"
    if head.subject_number and message.conversation_number and number not in subject:
        subject = f"{subject} {number}"
    is_answer = bool(message.in_reply_to or message.references)
    return f"Re: {subject}" if is_answer and not _ANSWER.match(subject) else subject


def _thread_fields(message: OutboundMessage) -> list[str]:
    """In-Reply-To and References by RFC 5322 §3.6.4; of many ids the first and the newest are kept."""
    parents = [value for value in message.references if _MESSAGE_ID.fullmatch(value)]
    nearest = message.in_reply_to if _MESSAGE_ID.fullmatch(message.in_reply_to) else (parents or [""])[-1]
    if nearest:
        parents = [*(value for value in parents if value != nearest), nearest]
    if len(parents) > _REFERENCES_KEPT:
        parents = [parents[0], *parents[-_REFERENCES_KEPT + 1 :]]
    return [_field("In-Reply-To", [nearest] if nearest else []), _field("References", parents)]


def _field(name: str, words: list[str], separator: str = "") -> str:
    """A header field, folded between words; "" when there are none."""
    if not words:
        return ""
    lines, current = [], f"{name}:"
    for index, word in enumerate(words):
        word += separator if index < len(words) - 1 else ""
        if len(current) + 1 + len(word) > _LINE and current.strip() != f"{name}:":
            lines.append(current)
            current = ""
        current += f" {word}"
    return "\r\n".join([*lines, current])


def _encoded(text: str) -> list[str]:
    """Text as words of a header: as it is when plain ASCII, else as encoded words (RFC 2047)."""
    if text.isascii() and "=?" not in text and all(len(word) < _LINE for word in text.split()):
        return text.split()
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="").split()


def _one_line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())[:_HEADER_VALUE_LIMIT]


def _body(message: OutboundMessage) -> EmailMessage:
    """The MIME body: text, HTML beside it, images inside it, files after it."""
    body = EmailMessage(policy=SMTP)
    body.set_content(_without_nul(written_html.plain(message)), cte="quoted-printable")
    body.add_alternative(_without_nul(written_html.document(message)), subtype="html", cte="quoted-printable")
    html_part = body.get_body(("html",))
    assert html_part is not None
    related = [file for file in message.files if file.inline and file.content_id and message.html]
    for file in related:
        _add(html_part, "add_related", file)
    for file in message.files:
        if file not in related:
            _add(body, "add_attachment", file)
    _set_boundaries(body, message.delivery_id)
    return body


def _set_boundaries(body: EmailMessage, delivery_id: str) -> None:
    """Boundaries that are the same for each attempt; "=_" occurs in no quoted-printable or base64 line."""
    name = hashlib.sha256(delivery_id.encode()).hexdigest()[:24]
    containers = (part for part in body.walk() if part.is_multipart())
    for number, part in enumerate(containers):
        part.set_boundary(f"=_{number}_{name}")


def _add(part: MIMEPart, method: str, file: OutboundFile) -> None:
    main, _, sub = _safe_type(file.content_type).partition("/")
    options = {"filename": safe_filename(file.filename) or "file", "disposition": "attachment"}
    if method == "add_related":
        content_id = re.sub(r"[^\x21-\x3b\x3d\x3f-\x7e]", "", file.content_id)
        options |= {"cid": f"<{content_id}>", "disposition": "inline"}
    getattr(part, method)(file.data, maintype=main, subtype=sub, **options)


def _safe_type(content_type: str) -> str:
    """A type that names no structure: an attached mail or multipart goes as plain bytes."""
    wanted = content_type.partition(";")[0].strip().lower()
    if not _CONTENT_TYPE.fullmatch(wanted) or wanted.startswith(("multipart/", "message/")):
        return "application/octet-stream"
    return wanted


def _without_nul(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
