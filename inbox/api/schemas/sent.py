"""What requests carry."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox.api.schemas.kinds import (
    ClientId,
    Custom,
    Flag,
    Html,
    Id,
    Instant,
    LabelName,
    Line,
    Recipient,
    Said,
    Sent,
    Seq,
    StrictSeq,
    Text,
    Word,
)
from inbox.api.schemas.rich import ButtonIn, ContactCardIn, LocationIn, MenuIn, TemplateCallIn
from inbox.paging import LIMIT, MOST


def _at_most(most: int) -> AfterValidator:
    return AfterValidator(lambda value: min(value, most))


Limit = Annotated[
    int, Field(ge=1, le=2**31 - 1, description=f"Rows of a page, {MOST} at most."), _at_most(MOST)
]
Cursor = Annotated[Word, Field(description="`next_cursor` of the page before.")]
Status = Literal["new", "open", "pending", "snoozed", "resolved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
Presence = Literal["online", "away", "busy", "offline"]

_ID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_STATUS = "(active|new|open|pending|snoozed|resolved|closed)"
Statuses = Annotated[str, StringConstraints(pattern=f"^({_STATUS}(,{_STATUS}){{0,9}})?$")]
Place = Annotated[str, StringConstraints(pattern=f"^(none|{_ID})?$")]
Assignee = Annotated[str, StringConstraints(pattern=f"^(me|none|{_ID})?$")]
ChannelOrKind = Annotated[str, StringConstraints(pattern=f"^([a-z0-9_-]{{1,32}}|{_ID})?$")]
SeqCursor = Annotated[
    str, StringConstraints(pattern="^([0-9]{1,9})?$"), Field(description="`next_cursor` of the page before.")
]
OptionalId = Annotated[str, StringConstraints(pattern=f"^({_ID})?$")]


class Page(Sent):
    """Which page of a list."""

    limit: Limit = LIMIT
    cursor: Cursor = ""


class ConversationFilter(Page):
    """Which conversations."""

    status: Annotated[
        Statuses, Field(description="One or more, comma separated; `active` is new, open, pending.")
    ] = ""
    assignee: Annotated[Assignee, Field(description="`me`, `none` or a user's id.")] = ""
    queue: Annotated[Place, Field(description="`none` or a queue's id.")] = ""
    team: Annotated[Place, Field(description="`none` or a team's id.")] = ""
    channel: Annotated[ChannelOrKind, Field(description="A channel's id or a kind.")] = ""
    label: Annotated[Word, Field(description="A label's name.")] = ""
    contact: Annotated[OptionalId, Field(description="A contact's id.")] = ""
    number: Annotated[int | None, Field(ge=1, le=2**53 - 1, description="A conversation's number.")] = None
    q: Annotated[
        Word, Field(description="Words in messages, subjects and contacts; the last may be a beginning.")
    ] = ""
    order: Annotated[
        Literal["", "newest", "oldest", "waiting", "due"],
        Field(
            description="`waiting` lists those that wait for an answer, the longest first; `due` those of "
            "which a promise runs, the first due first."
        ),
        AfterValidator(lambda value: value or "newest"),
    ] = "newest"


class ContactFilter(Page):
    """Which contacts."""

    q: Annotated[Word, Field(description="Words in names and addresses.")] = ""


class TimelineRange(Sent):
    """Which part of a timeline; without any of it the last items. A cursor goes on where a page ended."""

    before: Annotated[Seq | None, Field(description="Items before this seq.")] = None
    after: Annotated[Seq | None, Field(description="Items after this seq.")] = None
    limit: Limit = LIMIT
    cursor: SeqCursor = ""


class EventRange(Sent):
    """From where in the event log, and how much of it."""

    since: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    limit: Annotated[
        int, Field(ge=1, le=2**31 - 1, description="Events at most, up to 1000."), _at_most(1000)
    ] = 100
    cursor: SeqCursor = ""


class EnvelopeFilter(Page):
    """Which envelopes."""

    state: Literal["received", "processed", "ignored", "quarantined"] = "quarantined"


class LiveFilter(Sent):
    """Which figure of the live board."""

    figure: Annotated[
        Literal[
            "waiting",
            "unanswered",
            "offered",
            "active",
            "stuck",
            "answered",
            "late",
            "abandoned",
            "sla_at_risk",
        ],
        Field(description="`unanswered` is waiting or offered, `late` what the service level lost."),
    ]
    queue_id: Annotated[OptionalId, Field(description="A queue's id.")] = ""
    kind: Annotated[
        Literal["", "voice", "video", "chat", "sms", "social", "email"],
        Field(description="A kind of work; promises have none."),
    ] = ""


_SAYS_SOMETHING: dict[str, Any] = {
    "anyOf": [
        {"required": ["text"], "properties": {"text": {"pattern": r"\S"}}},
        {"required": ["html"], "properties": {"html": {"pattern": r"\S"}}},
        {"required": ["attachment_ids"], "properties": {"attachment_ids": {"minItems": 1}}},
    ]
}


_SAYS_SOMETHING_RICH: dict[str, Any] = {
    "anyOf": [
        *_SAYS_SOMETHING["anyOf"],
        {"required": ["template"], "properties": {"template": {"type": "object"}}},
        {"required": ["location"], "properties": {"location": {"type": "object"}}},
        {"required": ["contacts"], "properties": {"contacts": {"minItems": 1}}},
    ]
}


class _Spoken(Sent):
    """Something said: text, HTML or a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_SAYS_SOMETHING)

    text: Text = ""
    html: Html = ""
    attachment_ids: Annotated[list[Id], Field(max_length=50)] = []

    @property
    def is_rich(self) -> bool:
        """Whether it says something beside words and files."""
        return False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text.strip() or self.html.strip() or self.attachment_ids or self.is_rich):
            raise PydanticCustomError("empty", "write something, or attach a file")
        return self


Addresses = Annotated[list[Recipient], Field(max_length=50)]


class NewConversationIn(_Spoken):
    """The first message to somebody: a known contact, or an address."""

    channel_id: Id
    contact: Annotated[
        Id | None,
        Field(validation_alias=AliasChoices("contact", "contact_id"), description="A contact's id."),
    ] = None
    to: Annotated[
        Addresses | Line, Field(description="Addresses that the channel can reach, instead of contact.")
    ] = ""
    cc: Addresses = []
    bcc: Addresses = []
    subject: Line = ""
    client_id: ClientId = ""


class ReplyIn(_Spoken):
    """An answer to the customer: text, HTML, a file, a place, cards, or a template of the provider's."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_SAYS_SOMETHING_RICH)

    reply_to: Id | None = None
    channel_id: Annotated[Id | None, Field(description="The channel the customer used last, if missing.")] = (
        None
    )
    to: Annotated[Addresses | None, Field(description="Whoever an answer to all reaches, if missing.")] = None
    cc: Annotated[Addresses | None, Field(description="As `to`.")] = None
    bcc: Annotated[Addresses, Field(description="Nobody sees them.")] = []
    subject: Line = ""
    client_id: Annotated[ClientId, Field(description="The same again returns the first item.")] = ""
    seen_seq: Annotated[
        StrictSeq | None,
        Field(description="The last item that the writer saw; 409 when others said more since."),
    ] = None
    force: Annotated[Flag, Field(description="Send although others said more.")] = False
    template: Annotated[
        TemplateCallIn | None, Field(description="A template of the provider's, instead of the text.")
    ] = None
    tag: Annotated[Line, Field(description="One of the reply window's, where it wants one.")] = ""
    buttons: Annotated[list[ButtonIn], Field(max_length=20)] = []
    menu: MenuIn | None = None
    location: LocationIn | None = None
    contacts: Annotated[list[ContactCardIn], Field(max_length=10)] = []

    @property
    def is_rich(self) -> bool:
        """Whether it holds a template, a place or cards."""
        return bool(self.template or self.location or self.contacts)


class ForwardIn(Sent):
    """A message of the conversation for somebody else, and what to write above it."""

    item_id: Id
    to: Annotated[Addresses, Field(min_length=1)]
    cc: Addresses = []
    bcc: Addresses = []
    text: Text = ""
    attachment_ids: Annotated[list[Id], Field(max_length=50)] = []
    client_id: ClientId = ""


class MergeIn(Sent):
    """Into which conversation."""

    into: Id


class SplitIn(Sent):
    """Which messages and notes leave; what the new conversation is about, if not the same."""

    item_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    subject: Line = ""


class SignatureFilter(Sent):
    """On which channel one would write."""

    channel_id: Annotated[
        OptionalId, Field(description="The channel the customer used last, if missing.")
    ] = ""


class NoteIn(Sent):
    """A note among colleagues; it can never leave the hub."""

    text: Said
    mentions: Annotated[list[Id], Field(max_length=100)] = []
    client_id: ClientId = ""


class AssignIn(Sent):
    """To whom; null takes it away, what is missing stays."""

    assignee_id: Id | None = None
    team_id: Id | None = None
    queue_id: Id | None = None


class SnoozeIn(Sent):
    """Until when."""

    until: Annotated[Instant, Field(validation_alias=AliasChoices("until", "snoozed_until"))]


class ReadIn(Sent):
    """Up to which item the viewer has read."""

    seq: StrictSeq


_SNOOZED_UNTIL: dict[str, Any] = {
    "if": {"required": ["status"], "properties": {"status": {"const": "snoozed"}}},
    "then": {"required": ["snoozed_until"], "properties": {"snoozed_until": {"type": "string"}}},
}


class ConversationPatch(Sent):
    """What changes; fields that are missing stay."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_SNOOZED_UNTIL)

    status: Status | None = None
    priority: Priority | None = None
    assignee_id: Id | None = None
    team_id: Id | None = None
    queue_id: Id | None = None
    snoozed_until: Instant | None = None
    labels: Annotated[list[LabelName], Field(max_length=50)] | None = None
    subject: Line | None = None
    custom: Custom | None = None


class ContactPatch(Sent):
    """What changes; fields that are missing stay."""

    name: Annotated[Line, Field(max_length=200)] | None = None
    locale: Annotated[Line, Field(max_length=16)] | None = None
    time_zone: Annotated[Line, Field(max_length=64)] | None = None
    custom: Custom | None = None


class PresenceIn(Sent):
    """What the viewer says of their own state."""

    state: Presence
    reason: Annotated[Line, Field(max_length=120)] = ""
