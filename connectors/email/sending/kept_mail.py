"""The folder that takes outgoing mail where no mail server is set."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from connectors.email.sending.compose import Composed
from hub.messages import ErrorClass, SendError


def keep(mail: Composed, folder: Path, name: str) -> Path:
    """Write the mail as `NAME.eml` into the folder, on disk before it returns; the same name replaces.

    Raises `SendError` to retry when the disk does not take it.
    """
    path = folder / f"{name}.eml"
    temporary = folder / f".{name}.{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(mail.raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise SendError(ErrorClass.RETRY, "disk", f"The mail could not be kept: {error.strerror}") from error
    return path


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
