"""Items of timelines, with everything that goes with a message."""

from typing import Any, Literal

from pydantic import Field

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.shapes.channels import ChannelRef


class Author(Shape):
    type: Literal["contact", "agent", "system"]
    id: str | None
    name: str


class Address(Shape):
    name: str
    address: str


class Attachment(Shape):
    """A file; `url` works without signing in for at least ten minutes."""

    id: str
    filename: str
    content_type: str
    size: int
    content_id: str
    inline: bool
    url: str


class Delivery(Shape):
    """One message on its way to one recipient."""

    id: str
    recipient: str
    status: Literal[
        "queued", "sending", "sent", "delivered", "read", "undelivered", "failed", "unknown", "canceled"
    ]
    code: str
    detail: str
    via: str
    next_attempt_at: str | None
    delayed: bool
    updated_at: str


class Authentication(Shape):
    """What is known of the sender's right to their address, in words of RFC 8601; empty: not looked for."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    domain: str = ""
    by: str = ""


class Invitation(Shape):
    """A calendar invitation; instants in UTC, whole days begin and end at midnight UTC."""

    method: str
    uid: str
    summary: str = ""
    starts_at: str | None = None
    ends_at: str | None = None
    all_day: bool = False
    time_zone: str = ""
    location: str = ""
    organizer: str = ""
    attendees: list[str] = Field(default_factory=list)
    recurrence: str = ""


class SignatureText(Shape):
    """What stands under a message, apart from what was written."""

    text: str
    html: str


class RemoteImages(Shape):
    """Pictures that lie elsewhere: how many wait to be asked for, and how many could not be seen anyway."""

    policy: Literal["ask", "always", "never"]
    count: int
    trackers: int


class Edit(Shape):
    """What a message said before, from `at` on."""

    text: str
    at: str


class Reaction(Shape):
    """An emoji that somebody put on a message."""

    emoji: str
    by: Author


class Pending(Shape):
    """What an agent wants of a message that was sent, while the provider has not done it yet."""

    what: Literal["edit", "delete"]
    text: str = ""


class Location(Shape):
    """A place; degrees as in WGS 84."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class ContactCard(Shape):
    """Somebody's card."""

    name: str
    phones: list[str] = Field(default_factory=list)
    emails: list[str] = Field(default_factory=list)
    organization: str = ""


class Button(Shape):
    """A button: it answers with its `id`, or opens `url`."""

    id: str
    title: str
    url: str = ""


class MenuRow(Shape):
    id: str
    title: str
    description: str = ""


class Menu(Shape):
    """A list to choose from, behind a button with this label."""

    label: str
    rows: list[MenuRow]


class Choice(Shape):
    """What the customer pressed, chose, or filled in."""

    id: str
    title: str
    kind: Literal["button", "menu", "form"] = "button"
    data: dict[str, str] = Field(default_factory=dict)


class TemplateCall(Shape):
    """A provider's template, and what its gaps hold."""

    id: str
    language: str = ""
    variables: dict[str, str] = Field(default_factory=dict)


class Rich(Shape):
    """What a message holds beside words and files."""

    location: Location | None = None
    contacts: list[ContactCard] = Field(default_factory=list)
    choice: Choice | None = None
    buttons: list[Button] = Field(default_factory=list)
    menu: Menu | None = None
    template: TemplateCall | None = None


class MissingFile(Shape):
    """A file that belongs to a message and could not be fetched."""

    filename: str
    content_type: str
    reason: str


class StatusEvent(Shape):
    name: str
    data: dict[str, Any]


class Item(Shape):
    """An entry of a timeline. `folds` are start, end (in characters) and kind of what `text` shows folded.

    A message with `deleted_at` was taken back: nothing of it is shown. `edits` is what it said before, oldest
    first. `public` is what everybody can read where it was written.
    """

    id: str
    conversation_id: str
    seq: int
    kind: Literal["message", "note", "call", "event"]
    direction: Literal["inbound", "outbound", "internal"]
    author: Author
    channel: ChannelRef | None
    subject: str
    text: str
    html: str | None
    attachments: list[Attachment]
    deliveries: list[Delivery]
    occurred_at: str
    recorded_at: str
    client_id: str | None
    from_: Address | None = Field(alias="from")
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    folds: list[tuple[int, int, Literal["quote", "signature"]]]
    authentication: Authentication | None
    invitation: Invitation | None
    reply_to: Address | None
    forwarded_from: Address | None
    forward_of_id: str | None
    signature: SignatureText | None
    remote_images: RemoteImages | None
    reply_to_id: str | None
    event: StatusEvent | None
    automatic: bool
    quarantined: bool
    mentions: list[str]
    edited_at: str | None
    edits: list[Edit]
    deleted_at: str | None
    pending: Pending | None
    reactions: list[Reaction]
    rich: Rich | None
    public: bool
    missing_files: list[MissingFile]
