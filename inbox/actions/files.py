"""Keeps the files of what comes in, before it is received."""

import hashlib
from collections.abc import Sequence

from hub.messages import File
from inbox.actions.arrival import StoredFile
from media import storage


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
