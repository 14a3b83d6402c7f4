"""What connectors hand in: messages, and what becomes of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hub.messages.people import Party
from hub.messages.rich import Choice, ContactCard, Location


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message, as bytes; `content_id` without angle brackets."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a message that still lies with the provider; see `Connector.fetch_file`.

    Named by a `url`, or by an `external_id` that the provider turns into one. `size` in bytes and
    `sha256` (hex) are what the provider claims.
    """

    external_id: str = ""
    url: str = field(default="", repr=False)
    filename: str = ""
    content_type: str = ""
    size: int | None = None
    sha256: str = ""
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
    one. `automatic` marks what no person wrote. `html` is as it came: whoever shows it sanitises it;
    elements that are quotes or signatures carry `data-fold`. `folds` are the same in `text`, in order and
    apart. `forwarded_from` is who wrote what an agent forwards.

    `echo` is what we or our people sent: `to` names the customer. One that the hub itself sent is recognised
    by its `external_id`, or by `delivery_id` where the provider hands back what `send` gave it, and is not
    shown twice. `quoted_id` is the provider's id of the message that this one answers. `public` is what
    everybody can read, such as a comment. `remote_files` are fetched before the message is shown.
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
    remote_files: tuple[RemoteFile, ...] = ()
    quoted_id: str = ""
    delivery_id: str = ""
    location: Location | None = None
    contacts: tuple[ContactCard, ...] = ()
    choice: Choice | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class InboundStatus:
    """What the provider says of a delivery: by our delivery id, or by the provider's.

    Give both where both are known: the provider's id is learnt from it. A status may come before `send` has
    returned, twice, or out of order. `address_is_dead` says that nothing sent there will ever arrive;
    `complaint` that the recipient called it unwanted.
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
    """Everything up to `until` in a provider's thread has been delivered, or seen by the customer."""

    thread_key: str
    until: datetime
    status: Literal["delivered", "read"] = "read"


@dataclass(frozen=True, slots=True)
class InboundEdit:
    """A message says something else now. The latest `edited_at` wins, whatever comes last."""

    external_id: str
    text: str
    html: str = ""
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboundDeletion:
    """A message was taken back by whoever wrote it."""

    external_id: str
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboundReaction:
    """Somebody put an emoji on a message of theirs or ours, or took it back.

    `removed` without an emoji takes back all of that person's. Channels where a person has one reaction at
    most say `replaces`. The latest `reacted_at` wins for each person and emoji.
    """

    external_id: str
    sender: Party
    emoji: str = ""
    removed: bool = False
    replaces: bool = False
    reacted_at: datetime | None = None
    echo: bool = False


@dataclass(frozen=True, slots=True)
class InboundTyping:
    """The customer starts or stops writing in a provider's thread; shown for some seconds, never kept."""

    thread_key: str
    sender: Party
    state: Literal["start", "stop"] = "start"


@dataclass(frozen=True, slots=True)
class InboundConsent:
    """Somebody wants no more messages on this channel (STOP, a block), or wants them again."""

    sender: Party
    allowed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class InboundHealth:
    """What a provider says of the channel itself, such as a permission that was taken away."""

    ok: bool
    code: str = ""
    detail: str = ""
    needs_reconnect: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """An element that needs no action, with the reason, so that nothing vanishes unexplained."""

    reason: str


Inbound = (
    InboundMessage
    | InboundStatus
    | InboundRead
    | InboundEdit
    | InboundDeletion
    | InboundReaction
    | InboundTyping
    | InboundConsent
    | InboundHealth
    | Ignored
)
