"""Where does it belong? Finds the conversation that a message goes on in, and says why.

First hit wins: a signed reply token; the messages it refers to, nearest first; the
provider's own thread. A reference counts only for a sender who takes part: a stranger who
quotes an id gets a conversation of their own. Never across organizations.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub import tokens
from hub.messages import InboundMessage
from hub.models import Channel, ChannelThread, Conversation, Identity, Message, Participant


@dataclass(frozen=True, slots=True)
class Decision:
    """The conversation found, if any, and the reason in words for `GET …/why`."""

    conversation_id: uuid.UUID | None
    reason: str


def find(channel: Channel, message: InboundMessage, sender: Identity) -> Decision:
    """Decide where an inbound message belongs; `conversation_id` None means a new one."""
    organization_id = channel.organization_id
    for decide in (_by_token, _by_reference):
        decision = decide(organization_id, message, sender)
        if decision is not None:
            return decision
    return _by_thread_key(channel, message) or Decision(None, "nothing earlier belongs to it")


def _by_token(organization_id: Any, message: InboundMessage, sender: Identity) -> Decision | None:
    conversation_id = tokens.read_id(tokens.REPLY, message.reply_token) if message.reply_token else None
    if conversation_id is None:
        return None
    target = _follow_merges(organization_id, conversation_id)
    return Decision(target, "it was sent to the conversation's own reply address") if target else None


def _by_reference(organization_id: Any, message: InboundMessage, sender: Identity) -> Decision | None:
    if not message.in_reply_to:
        return None
    rows = (
        Message.objects.within(organization_id)
        .filter(reference__in=message.in_reply_to[:50])
        .values_list("reference", "item__conversation_id", "item__conversation__merged_into_id")
    )
    known = {reference: (conversation_id, merged) for reference, conversation_id, merged in rows}
    for reference in message.in_reply_to:
        if reference not in known:
            continue
        conversation_id, merged = known[reference]
        if _takes_part(organization_id, conversation_id, sender):
            target = _follow_merges(organization_id, merged) if merged else conversation_id
            return Decision(target, f"it answers {reference}") if target else None
        return Decision(None, f"it answers {reference}, but the sender takes no part there")
    return None


def _by_thread_key(channel: Channel, message: InboundMessage) -> Decision | None:
    if not message.thread_key:
        return None
    thread = ChannelThread.objects.filter(channel=channel, key=message.thread_key).first()
    if thread is None:
        return None
    target = _follow_merges(channel.organization_id, thread.conversation_id)
    return Decision(target, "the channel's own thread goes on") if target else None


def _takes_part(organization_id: Any, conversation_id: uuid.UUID, sender: Identity) -> bool:
    return (
        Participant.objects.within(organization_id)
        .filter(conversation_id=conversation_id, identity__contact_id=sender.contact_id)
        .exists()
    )


def _follow_merges(organization_id: Any, conversation_id: uuid.UUID) -> uuid.UUID | None:
    """The conversation that this one has become; None when it is not of this organization."""
    seen: set[uuid.UUID] = set()
    current: uuid.UUID | None = conversation_id
    while current is not None and current not in seen:
        seen.add(current)
        row = (
            Conversation.objects.within(organization_id)
            .filter(pk=current)
            .values_list("merged_into_id")
            .first()
        )
        if row is None:
            return None
        if row[0] is None:
            return current
        current = row[0]
    return current


def references_of(conversation: Conversation, channel: Channel, limit: int = 20) -> Sequence[str]:
    """The references of a conversation's messages on a channel, oldest first, newest kept."""
    newest = (
        Message.objects.within(conversation.organization_id)
        .filter(item__conversation=conversation, channel=channel)
        .exclude(reference="")
        .order_by("-item__seq")
        .values_list("reference", flat=True)[:limit]
    )
    return list(reversed(newest))
