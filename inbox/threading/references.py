"""What messages are referred to by."""

import hashlib
from collections.abc import Sequence

from hub.messages import InboundMessage
from hub.models import Channel, Conversation, Message

_COUNTED = 50
"""Of what a message refers to, so many count, the nearest."""


def reference_of(message: InboundMessage) -> str:
    """What answers refer to a message by."""
    return (message.reference or message.external_id)[:998]


def referred_to(message: InboundMessage) -> Sequence[str]:
    """What a message refers to, nearest first; never itself."""
    return [ref for ref in message.in_reply_to[:_COUNTED] if ref != message.reference]


def digest(reference: str) -> str:
    """A reference in a length that every index takes."""
    return hashlib.sha256(reference.encode("utf-8", "replace")).hexdigest()


def references_of(conversation: Conversation, channel: Channel, limit: int = 20) -> Sequence[str]:
    """The references of a conversation's messages on a channel, oldest first, newest kept.

    What was said with others behind the customer's back is not among them.
    """
    newest = (
        Message.objects.within(conversation.organization_id)
        .filter(item__conversation=conversation, channel=channel)
        .exclude(reference="")
        .order_by("-item__seq")
        .values_list("reference", "facts")[: limit * 2]
    )
    open_ones = [reference for reference, facts in newest if not {"aside", "forward_of"} & facts.keys()]
    return list(reversed(open_ones[:limit]))
