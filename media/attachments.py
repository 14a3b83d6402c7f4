"""Attachments: files of messages, kept in the storage and known by a row."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from hub.models import Attachment, Organization, User
from media import links, storage

LIMIT = 25 * 1024 * 1024
"""The largest file that is taken, in bytes."""

_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,63}/[a-z0-9!#$&^_.+-]{1,63}")
_UNKNOWN_TYPE = "application/octet-stream"


class _Measured:
    """Passes chunks on, and knows their size and SHA-256 once they are through."""

    def __init__(self, data: bytes | Iterable[bytes]) -> None:
        self._chunks = [data] if isinstance(data, bytes) else data
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            self._hash.update(chunk)
            yield chunk

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def create(
    organization: Organization,
    filename: str,
    content_type: str,
    data: bytes | Iterable[bytes],
    *,
    content_id: str = "",
    inline: bool = False,
    uploaded_by: User | None = None,
    item: Any = None,
    position: int = 0,
) -> Attachment:
    """Keep a file and its row; without an `item` it waits to be sent.

    The bytes are durable before the row exists. Raises `storage.FileTooLarge` above `LIMIT`
    and `hub.connector.StorageUnavailable` when the disk cannot take it.
    """
    measured = _Measured(data)
    key = storage.save(measured, limit=LIMIT)
    attachment = Attachment(
        organization=organization,
        item=item,
        uploaded_by=uploaded_by,
        position=position,
        filename=clean_filename(filename),
        content_type=clean_content_type(content_type),
        size=measured.size,
        digest=measured.digest,
        storage_key=key,
        content_id=content_id.strip("<> ")[:255],
        is_inline=inline,
    )
    try:
        attachment.save(force_insert=True)
    except BaseException:
        storage.delete(key)
        raise
    return attachment


def signed_url(attachment: Attachment) -> str:
    """A link to the file that works without signing in for at least ten minutes."""
    return links.path(attachment.pk, attachment.filename)


def read(attachment: Attachment) -> bytes:
    """All bytes of a file. Raises `FileNotFoundError` when the storage has lost it."""
    with storage.open(attachment.storage_key) as file:
        return file.read()


def clean_filename(name: str) -> str:
    """A file's name as people may see and save it.

    Only the last part of a path, without control characters and marks that turn the reading
    direction (they make `exe.gpj` look like a picture), at most 255 characters with its
    extension kept, never empty.
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    shown = unicodedata.normalize("NFC", shown).strip(" .")
    return _shortened(shown, 255) or "attachment"


def _shortened(name: str, length: int) -> str:
    if len(name) <= length:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:length]
    return f"{stem[: length - len(extension) - 1]}.{extension}"


def clean_content_type(value: str) -> str:
    """A media type without parameters, in lower case; octets when it is none."""
    plain = value.partition(";")[0].strip().lower()
    return plain if _CONTENT_TYPE.fullmatch(plain) else _UNKNOWN_TYPE
