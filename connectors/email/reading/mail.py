"""What one e-mail says, as plain frozen data: the result of `parse.parse`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.messages import Fold, Invitation


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header; either half may be empty in a broken mail."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part that is shown as a file. `content` is decoded; `content_id` is without angle brackets.

    `title` is what it is about where its sender gave it no name: the subject of an attached mail.
    """

    filename: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False
    title: str = ""

    @property
    def size(self) -> int:
        """Decoded size in bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report (RFC 3464), a feedback report, or a text that means the same.

    `status` is an enhanced status code such as "5.1.1" or empty; `action` one of failed, delayed, delivered,
    relayed, expanded or empty; `hard` says that the address itself is dead; `original_ids` are the
    Message-IDs of the mail that is reported on. `is_complaint`: it arrived, and was called unwanted.
    """

    status: str
    action: str
    recipients: tuple[str, ...]
    hard: bool
    original_ids: tuple[str, ...] = ()
    detail: str = ""
    is_complaint: bool = False


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """A notification that a mail was displayed, or dealt with otherwise (RFC 8098).

    `disposition` is the last word of that field: displayed, deleted, dispatched, processed, or "".
    """

    disposition: str
    original_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that somebody passes on: its author, subject, and when it was sent, where that can be read."""

    author: Address
    subject: str = ""
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """Everything that a mail says and that could be read; `problems` names what could not.

    Message-IDs keep their angle brackets. `text` and `html` are the bodies as written, `reply_text` is what
    the writer wrote now. `shown_text` is the text as people read it: soft line ends joined, made from the
    HTML when there is no text. `folds` are stretches of it, and `folded_html` is the HTML with the same
    marked by `data-fold`. `forwarded` is the mail that it passes on, `receipt` what it
    says of having been read. `auto_submitted` is true for automatic answers; `bulk` for lists and mass mail.
    """

    subject: str
    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    text: str
    html: str
    reply_text: str
    attachments: tuple[Attachment, ...]
    auto_submitted: bool
    bulk: bool
    bounce: Bounce | None
    headers: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    shown_text: str = ""
    folds: tuple[Fold, ...] = ()
    folded_html: str = ""
    forwarded: Forwarded | None = None
    receipt: ReadReceipt | None = None
    invitation: Invitation | None = None

    def header(self, name: str) -> str:
        """The first header of this name (any case), decoded, or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
