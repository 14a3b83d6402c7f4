"""Keeps files' bytes on disk so that what was acknowledged survives a power cut."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from hub.connector import StorageUnavailable

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")
_INCOMING = "incoming"
_CHUNK = 256 * 1024


class FileTooLarge(ValueError):
    """More bytes came than the limit allows; nothing was kept."""


def save(data: bytes | Iterable[bytes], *, limit: int | None = None) -> str:
    """Keep these bytes under a new random key, and answer the key.

    Once this returns, the bytes and their name are on the disk, not only in the system's
    cache. `limit` counts in bytes. Raises `FileTooLarge`, and `StorageUnavailable` when the
    disk is full or cannot be written; in both cases nothing is left behind.
    """
    name = secrets.token_hex(16)
    key = f"{name[:2]}/{name[2:4]}/{name}"
    temporary = _root() / _INCOMING / name
    try:
        _make_folder(temporary.parent)
        _write(temporary, _chunks(data), limit)
        _make_folder(_path(key).parent)
        temporary.rename(_path(key))
        _sync_folder(_path(key).parent)
    except OSError as error:
        raise StorageUnavailable(f"the file could not be kept: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return key


def open(key: str) -> BinaryIO:  # noqa: A001 - read as storage.open(key)
    """The kept bytes, for reading. Raises `FileNotFoundError` for a key that keeps nothing."""
    return _path(key).open("rb")


def size(key: str) -> int:
    """Number of bytes under a key. Raises `FileNotFoundError`."""
    return _path(key).stat().st_size


def delete(key: str) -> None:
    """Forget the bytes under a key; a key that keeps nothing is no error."""
    _path(key).unlink(missing_ok=True)


def _root() -> Path:
    return Path(settings.MEDIA_DIR)


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise FileNotFoundError(f"{key!r} is no key of the storage")
    return _root() / key


def _chunks(data: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return [data] if isinstance(data, bytes) else data


def _within(chunks: Iterable[bytes], limit: int | None) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if limit is not None and total > limit:
            raise FileTooLarge(f"a file may have {limit} bytes")
        yield chunk


def _write(path: Path, chunks: Iterable[bytes], limit: int | None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=_CHUNK) as file:
        for chunk in _within(chunks, limit):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each one's name on the disk too."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
