"""What threading decides about a message, and the reason that agents read."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from hub.messages import InboundMessage
from hub.models import Channel, Identity


class Case(NamedTuple):
    """A message to be placed: by which channel it came, and from whom."""

    channel: Channel
    message: InboundMessage
    sender: Identity
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The conversation found, if any, and the reason in words for `GET …/why`.

    `continues` is an earlier conversation that the new one is linked to. `joins` are conversations that
    this message proves to be parts of the one found: they are to be merged into it.
    """

    conversation_id: UUID | None
    reason: str
    continues: UUID | None = None
    joins: tuple[UUID, ...] = ()
