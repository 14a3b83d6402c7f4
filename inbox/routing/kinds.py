"""What sort of work a conversation is: that of the channel by which the customer last wrote."""

from collections.abc import Iterable
from typing import Final

from hub import registry
from hub.models import Channel, WorkKind

URGENCY: Final = (
    WorkKind.VOICE.value,
    WorkKind.VIDEO.value,
    WorkKind.CHAT.value,
    WorkKind.SMS.value,
    WorkKind.SOCIAL.value,
    WorkKind.EMAIL.value,
)
"""The kinds, the one whose customer has least patience first."""


def of(channel: Channel) -> str:
    """The kind of work that a channel's messages are; mail's where no connector for it is installed."""
    try:
        return registry.connector(channel.kind).capabilities(channel.config).work
    except registry.UnknownKind:
        return WorkKind.EMAIL


def most_urgent(kinds: Iterable[str]) -> str:
    """The one whose customer has least patience."""
    return min(kinds, key=URGENCY.index)
