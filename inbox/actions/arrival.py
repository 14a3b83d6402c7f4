"""A message on its way in, as the inbox gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hub.messages import InboundMessage
from hub.models import Channel, InboundEnvelope, User

Place = tuple[UUID, str]
"""Channel and external id: what makes a message this one and no other."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are safe in the media storage already; `size` in bytes."""

    filename: str
    content_type: str
    size: int
    digest: str
    storage_key: str
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that belongs to a message and could not be had, with the reason in plain words."""

    filename: str
    content_type: str
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way in: from which channel, out of which envelope, with which files.

    `is_history` is set for what was brought from elsewhere: it wakes nobody, and nothing answers it. Of
    history, `source` says from where, `author` which colleague wrote an echo, and `stays_open` that it is
    recent enough to be worked on. `missing_files` belong to it and could not be fetched.
    """

    channel: Channel
    inbound: InboundMessage
    envelope: InboundEnvelope | None = None
    files: Sequence[StoredFile] = ()
    is_history: bool = False
    source: Mapping[str, Any] = field(default_factory=dict)
    author: User | None = None
    stays_open: bool = False
    missing_files: Sequence[MissingFile] = ()

    @property
    def place(self) -> Place:
        """What makes it this message."""
        return self.channel.pk, self.inbound.external_id[:255]

    @property
    def is_said(self) -> bool:
        """Whether a person outside said it just now: that wakes, counts as waiting, and may be answered."""
        return not (self.inbound.automatic or self.inbound.echo or self.is_history)
