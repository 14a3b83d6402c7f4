"""Keeps the files of what comes in, before it is received; fetches those that lie with the provider."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from hub import registry
from hub.messages import CannotFetch, File, InboundMessage, RemoteFile
from hub.models import Channel, Message
from inbox.actions.arrival import MissingFile, StoredFile
from media import storage

log = structlog.get_logger(__name__)

_PAUSES = (5.0, 30.0)
"""Seconds between the attempts to fetch a file; after the last one its message is shown without it."""

_MOST = 30
"""So many files of one message are fetched."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files of one message: those that are safe in the storage, and those that could not be had."""

    stored: Sequence[StoredFile] = ()
    missing: Sequence[MissingFile] = ()


class NotYetFetched(Exception):
    """A file should be tried again, `after` so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__("a file cannot be fetched now")
        self.after = after


def gather(channel: Channel, inbound: InboundMessage, attempt: int) -> Gathered:
    """Put the files of a message into the storage; `attempt` counts from 1.

    Asks the provider, so it is called outside of any transaction, and again for the same message. A message
    that is known already costs no request. Raises `NotYetFetched` when a file may be had a little later.
    """
    own = store(inbound.files)
    if not inbound.remote_files or _is_known(channel, inbound):
        return Gathered(own)
    fetched: list[File] = []
    missing: list[MissingFile] = []
    for file in inbound.remote_files[:_MOST]:
        try:
            fetched.append(registry.connector(channel.kind).fetch_file(channel, file))
        except CannotFetch as error:
            if not error.is_lasting and attempt <= len(_PAUSES):
                raise NotYetFetched(_PAUSES[attempt - 1]) from error
            missing.append(_missing(file, error.detail))
    missing += [_missing(file, "The message has too many files.") for file in inbound.remote_files[_MOST:]]
    if missing:
        log.warning("file.missing", channel=str(channel.pk), files=len(missing))
    return Gathered((*own, *store(fetched)), missing)


def _is_known(channel: Channel, inbound: InboundMessage) -> bool:
    rows = Message.objects.within(channel.organization_id)
    return rows.filter(channel=channel, external_id=inbound.external_id[:255]).exists()


def _missing(file: RemoteFile, reason: str) -> MissingFile:
    return MissingFile(file.filename[:255], file.content_type[:127], reason[:300])


def store(files: Sequence[File]) -> tuple[StoredFile, ...]:
    """Put the bytes of files into the media storage, durably."""
    return tuple(
        StoredFile(
            filename=file.filename or "attachment",
            content_type=file.content_type,
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            storage_key=storage.save(file.data),
            content_id=file.content_id,
            inline=file.inline,
        )
        for file in files
    )
