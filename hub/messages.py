"""What travels between connectors and the inbox: one shape for every channel.

Connectors turn bytes into `Inbound…` values and `OutboundMessage` into a provider call. All
of them are immutable; ids are strings; instants are aware and in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody outside: an address of one `kind` ("email", "phone", "visitor", …).

    `value` is normal (lower-case mail address, E.164 number, provider's scoped id);
    `display` keeps the form that people read. `verified` means that the channel proves it.
    """

    kind: str
    value: str
    name: str = ""
    display: str = ""
    locale: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message, as bytes; `content_id` without angle brackets."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch of a message's text, in characters, that is shown folded: earlier mail, or a signature."""

    start: int
    end: int
    kind: Literal["quote", "signature"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar invitation (RFC 5545, RFC 5546) that came with a message; instants in UTC.

    `method` is in capitals: REQUEST, CANCEL, REPLY, …. `all_day` events begin and end at midnight UTC.
    """

    method: str
    uid: str
    summary: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    time_zone: str = ""
    location: str = ""
    organizer: str = ""
    attendees: tuple[str, ...] = ()
    recurrence: str = ""


@dataclass(frozen=True, slots=True)
class Authentication:
    """What is known of a sender's right to their address: results in the words of RFC 8601.

    `domain` is the From domain, `by` who found it out (our own check, or a trusted server's id).
    An empty result was not looked for.
    """

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    domain: str = ""
    by: str = ""

    @property
    def failed(self) -> bool:
        """Whether the domain says that this mail is not from it."""
        return self.dmarc == "fail"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """Something a person said.

    `external_id` identifies exactly this message within its channel. `reference` is what
    answers refer to it by, `in_reply_to` what it refers to itself, nearest first.
    `reply_token` is a token of `hub.tokens.REPLY` that came back in an address or in the id of a
    message of ours, `marker_token` one out of quoted text. `reports_on` are references of messages
    that this one reports about (a bounce). `thread_key` is the provider's own thread, where it has
    one. `automatic` marks what no person wrote; `echo` what we or our people sent by another way.
    `html` is as it came: whoever shows it sanitises it; elements that are quotes or signatures
    carry `data-fold`. `folds` are the same in `text`, in order and apart. `forwarded_from` is who
    wrote what an agent forwards.
    """

    external_id: str
    sender: Party
    text: str = ""
    html: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    reference: str = ""
    in_reply_to: tuple[str, ...] = ()
    reply_token: str = ""
    marker_token: str = ""
    reports_on: tuple[str, ...] = ()
    thread_key: str = ""
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    reply_to: Party | None = None
    client_id: str = ""
    automatic: bool = False
    echo: bool = False
    folds: tuple[Fold, ...] = ()
    invitation: Invitation | None = None
    authentication: Authentication | None = None
    forwarded_from: Party | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InboundStatus:
    """What the provider says of a delivery: by our delivery id, or by the provider's.

    `address_is_dead` says that nothing sent there will ever arrive; `complaint` that the recipient
    called it unwanted.
    """

    status: Literal["sent", "delivered", "read", "undelivered", "failed"]
    delivery_id: str = ""
    provider_id: str = ""
    recipient: str = ""
    code: str = ""
    detail: str = ""
    occurred_at: datetime | None = None
    address_is_dead: bool = False
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class InboundRead:
    """The customer has seen everything up to `until` in a provider's thread."""

    thread_key: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ignored:
    """An element that needs no action, with the reason, so that nothing vanishes unexplained."""

    reason: str


Inbound = InboundMessage | InboundStatus | InboundRead | Ignored


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file to send; `open` it through the media storage by the inbox, which fills `data`."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """The customer's words that a message answers; the HTML is sanitised and may be empty."""

    author: Party
    written_at: datetime
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to one recipient, with all that a channel may need to carry it.

    `delivery_id` is ours and stays over all attempts: idempotent transports use it as their
    key. `references` are the thread's earlier references, oldest first; `reply_token` leads
    the answer home, and so may `conversation_number` in a subject. `signature_…` stands under
    the message, apart from what was written; `quoted` is there when the connector asked for it.
    """

    delivery_id: str
    item_id: str
    conversation_id: str
    attempt: int
    recipient: Party
    text: str
    html: str = ""
    subject: str = ""
    sender_name: str = ""
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    files: tuple[OutboundFile, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_token: str = ""
    thread_key: str = ""
    client_id: str = ""
    created_at: datetime | None = None
    automatic: bool = False
    conversation_number: int = 0
    signature_text: str = ""
    signature_html: str = ""
    quoted: Quoted | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a send achieved. `via` names the transport where a person should know it."""

    status: Literal["sent", "delivered", "read"] = "sent"
    provider_id: str = ""
    reference: str = ""
    via: str = ""
    detail: str = ""


class ErrorClass(StrEnum):
    """Who must act on a failed send, and how."""

    RETRY = "retry"
    THROTTLED = "throttled"
    PERMANENT = "permanent"
    RECIPIENT = "recipient"
    WINDOW_CLOSED = "window_closed"
    RECONNECT = "reconnect"


class SendError(Exception):
    """A provider did not take the message.

    `retry_after` is in seconds. `uncertain` means that the provider may have taken it all
    the same: it must not be sent again without reconciling. `destination` is the one of the
    connector's `destinations` to leave alone for a while; of a throttled message the narrowest if empty.
    """

    def __init__(
        self,
        error_class: ErrorClass,
        code: str,
        detail: str,
        *,
        retry_after: float | None = None,
        uncertain: bool = False,
        destination: str = "",
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.error_class = error_class
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.destination = destination


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; the composer obeys it.

    `text_limit` counts in `text_unit`; `file_limit` is in bytes; None means no limit of the
    channel's own.
    """

    send: bool = False
    text_limit: int | None = None
    text_unit: Literal["characters", "utf16", "bytes", "gsm_segments"] = "characters"
    html: bool = False
    subject: bool = False
    cc: bool = False
    files: int = 0
    file_limit: int | None = None
    typing_in: bool = False
    typing_out: bool = False
    delivered: bool = False
    read: bool = False
    can_start: bool = False
    idempotent_send: bool = False
    realtime: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is, in words for an administrator."""

    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook request as it came; header names in lower case, the body untouched."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received_at: datetime
    remote_address: str = ""


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """The exact answer to a webhook."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
