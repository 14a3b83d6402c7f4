"""Forward: a message of a conversation goes to somebody else, and what they answer comes back to it.

The other's answers are marked as aside: nobody who takes part in the conversation gets them, unless an
agent chooses one of them to be answered or quotes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from hub.models import Attachment, Channel, Conversation, Message, Participant, TimelineItem
from hub.viewer import Viewer
from inbox import html
from inbox.actions.recipients import Recipients, recipients
from inbox.actions.reply import Draft, announce, connector_of, known_message, write
from inbox.change import Change, as_id, changing
from inbox.errors import Invalid, NotFound
from inbox.known import now_has
from inbox.threading.subjects import without_prefixes

_ATTRIBUTION = "---------- Forwarded message ----------"


@dataclass(frozen=True, slots=True)
class Forward:
    """Which item goes to whom, and what the agent writes above it."""

    item_id: Any
    to: Sequence[str]
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    text: str = ""
    attachment_ids: Sequence[Any] = ()
    client_id: str = ""


def forward(viewer: Viewer, conversation_id: Any, what: Forward) -> TimelineItem:
    """Send a message and its files to others; answers the item, its deliveries queued.

    It neither answers the customer nor claims the conversation. The same `client_id` again answers the
    first item. Raises `Invalid`, `NotFound`. One transaction.
    """
    with changing(viewer, conversation_id) as change:
        draft = Draft(client_id=what.client_id)
        known = known_message(viewer, change.conversation, draft)
        if known is not None:
            return known
        original = _original(change.conversation, what.item_id)
        channel = _channel(change.conversation, original)
        others = recipients(channel, what.to, what.cc, what.bcc)
        items = write(
            change,
            channel,
            Draft(
                text=_text(what.text, original),
                html=_html(what.text, original),
                attachment_ids=what.attachment_ids,
                client_id=what.client_id,
                subject=f"Fwd: {without_prefixes(original.subject)}"[:500],
            ),
            others,
            facts={"forward_of": str(original.pk)},
            is_shown=False,
        )
        _copy_files(change, items[0], original)
        _follow(change, others)
        announce(change, items)
        return items[0]


def _original(conversation: Conversation, item_id: Any) -> Message:
    message = (
        Message.objects.within(conversation.organization_id)
        .filter(item_id=as_id(item_id), item__conversation=conversation)
        .select_related("channel", "item")
        .first()
    )
    if message is None:
        raise NotFound("The message to be forwarded is not in the conversation.")
    return message


def _channel(conversation: Conversation, original: Message) -> Channel:
    """The channel of the message, if people can be written to on it; else the last such one here."""
    rows = Channel.objects.within(conversation.organization_id).filter(pk__in=conversation.channel_ids)
    known = sorted(rows, key=lambda row: conversation.channel_ids.index(str(row.pk)))
    for channel in [original.channel, *known]:
        if channel.is_active and connector_of(channel).capabilities(channel.config).can_start:
            return channel
    raise Invalid({"item_id": ["No channel of this conversation can write to somebody new."]})


def _head(message: Message) -> list[tuple[str, str]]:
    """The lines of the attribution, empty ones left out."""
    date = message.item.occurred_at.strftime("%a, %d %b %Y %H:%M UTC")
    lines = [
        ("From", _named([message.sender] if message.sender else [])),
        ("Date", date),
        ("Subject", message.subject),
        ("To", _named(message.to)),
        ("Cc", _named(message.cc)),
    ]
    return [(name, value) for name, value in lines if value]


def _named(addresses: Sequence[dict[str, str]]) -> str:
    return ", ".join(
        f"{entry['name']} <{entry['address']}>" if entry.get("name") else entry.get("address", "")
        for entry in addresses
    )


def _text(above: str, message: Message) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in _head(message))
    return f"{above.strip()}\n\n{_ATTRIBUTION}\n{head}\n\n{message.text}".lstrip()


def _html(above: str, message: Message) -> str:
    """The same in HTML where the message has some; inline pictures keep their places."""
    if not message.html:
        return ""
    written = "".join(f"<p>{escape(line)}</p>" for line in above.strip().splitlines() if line.strip())
    head = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in _head(message))
    return f"{written}<p>{_ATTRIBUTION}<br>{head}</p>{html.for_sending(message.html)}"


def _copy_files(change: Change, item: TimelineItem, original: Message) -> None:
    """The same bytes under rows of their own, behind what the agent added."""
    added = list(item.attachments.all())
    copies = []
    for file in Attachment.objects.filter(item=original.item).order_by("position", "id"):
        copies.append(
            Attachment(
                organization=change.organization,
                item=item,
                position=len(added) + file.position,
                filename=file.filename,
                content_type=file.content_type,
                size=file.size,
                digest=file.digest,
                storage_key=file.storage_key,
                content_id=file.content_id,
                is_inline=file.is_inline,
            )
        )
    change.rows += copies
    now_has(item, "attachments", [*added, *copies])


def _follow(change: Change, others: Recipients) -> None:
    """They take part from aside, except who takes part already."""
    for identity in others.everybody:
        Participant.objects.get_or_create(
            conversation=change.conversation,
            identity=identity,
            defaults={"organization": change.organization, "role": Participant.Role.FOLLOWER},
        )
