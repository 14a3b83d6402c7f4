"""What the inbox hands to connectors, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from hub.messages.people import Party
from hub.messages.rich import Button, ContactCard, Location, Menu, TemplateCall


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file to send, as bytes; `url` serves the same for some minutes to providers that fetch files."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False
    url: str = field(default="", repr=False)


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

    `quoted_id` is the provider's id of the message that an agent chose to answer. A `template` is sent
    instead of the words, which are its preview. `tag` is the exception to the reply window under which it is
    sent, one of the window's own. `public` is to be written where everybody reads it.
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
    quoted_id: str = ""
    template: TemplateCall | None = None
    tag: str = ""
    buttons: tuple[Button, ...] = ()
    menu: Menu | None = None
    location: Location | None = None
    contacts: tuple[ContactCard, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that was sent or came before, as the provider knows it.

    `is_own` is false for what the customer wrote; `delivery_id` is empty then.
    """

    provider_id: str
    thread_key: str
    recipient: Party
    is_own: bool
    delivery_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a send achieved. `via` names the transport where a person should know it.

    `provider_id` is what later statuses, edits, reactions and quotes call the message by; without it none of
    them finds it.
    """

    status: Literal["sent", "delivered", "read"] = "sent"
    provider_id: str = ""
    reference: str = ""
    via: str = ""
    detail: str = ""


class ErrorClass(StrEnum):
    """Who must act on a failed send, and how.

    RETRY and THROTTLED are tried again, the latter with its destination left alone for a while. PERMANENT is
    this message's fault, RECIPIENT the address's, which is marked. WINDOW_CLOSED wants a template or a tag.
    RECONNECT is for an administrator: the channel's messages are held, not failed.
    """

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


class CannotFetch(Exception):
    """A file of a message cannot be had, in plain words; `is_lasting` when trying again is of no use."""

    def __init__(self, detail: str, *, is_lasting: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.is_lasting = is_lasting


@dataclass(frozen=True, slots=True)
class Exchange:
    """What decides whether somebody may be written to on a channel now.

    `last_inbound_at` is when they last said something there, `unsubscribed_at` when they asked to be left
    alone; `facts` are those of their last message on the channel.
    """

    at: datetime
    last_inbound_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """Whether an answer may be written now, and as what.

    `open`: anything; `tagged`: only under one of `tags`, such as a person's late answer; `template`: only a
    text that the provider approved; `closed`: nothing. `until` is when that changes for the worse. `reason`
    is for the agent.
    """

    mode: Literal["open", "tagged", "template", "closed"] = "open"
    until: datetime | None = None
    tags: tuple[str, ...] = ()
    reason: str = ""
