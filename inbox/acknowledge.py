"""Tells somebody that their first message has come, where a channel's settings ask for it.

After RFC 3834: never to what a machine or a list wrote, never to ourselves, and rationed. The caller
leaves out what no person wrote; the channel marks what is sent as automatic.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hub.models import Conversation, Delivery, TimelineItem
from inbox import outbox, payloads, rations
from inbox.change import Change
from inbox.known import now_has
from inbox.own_addresses import OwnAddresses
from inbox.templates import fill, values

DEFAULT_TEXT = (
    "We have received your message and will answer as soon as we can.\n\n"
    "Its number is #{{conversation.number}}. You can add to it by answering this mail."
)


class First(NamedTuple):
    """The message that began a conversation."""

    conversation: Conversation
    item: TimelineItem


def acknowledge_all(firsts: Sequence[First], own: OwnAddresses) -> None:
    """Answer those that may be answered, each in its conversation. Called in their unit of work."""
    wanted = [first for first in firsts if _is_wanted(first, own)]
    if not wanted:
        return
    organization_id = wanted[0].conversation.organization_id
    asked = [(one.conversation.pk, one.item.author_identity.pk) for one in wanted if one.item.author_identity]
    for first, is_granted in zip(wanted, rations.granted(organization_id, asked), strict=True):
        if is_granted:
            _acknowledge(first)


def _settings(first: First) -> Mapping[str, Any]:
    found = first.item.message.channel.config.get("acknowledge")
    return found if isinstance(found, Mapping) else {}


def _is_wanted(first: First, own: OwnAddresses) -> bool:
    author = first.item.author_identity
    if not _settings(first).get("enabled") or author is None or author.unreachable_since is not None:
        return False
    return (author.kind, author.value) not in own


def _acknowledge(first: First) -> None:
    conversation, item = first
    settings, channel, recipient = _settings(first), item.message.channel, item.author_identity
    assert recipient is not None
    known = values(conversation.organization, None, channel, conversation, recipient.contact)
    change = Change(conversation, None)
    answer = change.append(TimelineItem.Kind.MESSAGE, TimelineItem.Direction.OUTBOUND)
    message = change.message(
        answer,
        channel,
        is_shown=False,
        subject=fill(str(settings.get("subject") or item.message.subject), known)[:500],
        text=fill(str(settings.get("text") or DEFAULT_TEXT), known),
        sender={"name": channel.name, "address": channel.address},
        to=[{"name": recipient.contact.name, "address": str(recipient)}],
        is_automatic=True,
        reply_to=item.message,
        decisions=[{"about": "automatic", "reason": "the channel acknowledges first messages"}],
    )
    delivery = Delivery(
        organization=conversation.organization, message=message, channel=channel, recipient=recipient
    )
    change.rows.append(delivery)
    now_has(message, "deliveries", [delivery])
    outbox.enqueue(delivery, conversation)
    change.announce("message.created", message=payloads.item(answer))
    change.finish()
