"""Files of Telegram's messages: what they are, and how they are fetched in two steps."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.telegram import bot
from hub import remote_files
from hub.messages import CannotFetch, ErrorClass, File, RemoteFile, SendError
from hub.models import Channel

LIMIT = 20 * 1024 * 1024
"""More a bot is not given (https://core.telegram.org/bots/api#getfile)."""

_KINDS = {
    "document": ("", ""),
    "animation": ("animation.mp4", "video/mp4"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video-note.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
}


def files_of(told: Mapping[str, Any]) -> Iterator[RemoteFile]:
    """The files of a message; of a photo the largest size."""
    if told.get("photo"):
        largest = max(told["photo"], key=lambda size: size.get("width", 0) * size.get("height", 0))
        yield _file(largest, "photo.jpg", "image/jpeg")
    elif sticker := told.get("sticker"):
        animated = "application/x-tgsticker" if sticker.get("is_animated") else "image/webp"
        yield _file(sticker, "sticker.webp", "video/webm" if sticker.get("is_video") else animated)
    # An animation comes with a document of the same file, for older programs.
    for kind, (name, content_type) in _KINDS.items():
        if told.get(kind) and not (kind == "document" and told.get("animation")):
            yield _file(told[kind], name, content_type)


def _file(told: Mapping[str, Any], name: str, content_type: str) -> RemoteFile:
    size = told.get("file_size")
    return RemoteFile(
        external_id=str(told["file_id"]),
        filename=str(told.get("file_name") or name or "file")[:255],
        content_type=str(told.get("mime_type") or content_type or "application/octet-stream")[:127],
        size=size if isinstance(size, int) else None,
    )


def fetch(channel: Channel, file: RemoteFile, limit: int) -> File:
    """Ask where the file is, then fetch it, `limit` bytes at most. Raises `CannotFetch`."""
    if file.size is not None and file.size > LIMIT:
        raise CannotFetch("The file is larger than the 20 MB that Telegram gives to bots.", is_lasting=True)
    try:
        told = bot.call(channel, "getFile", {"file_id": file.external_id})
    except SendError as error:
        is_lasting = error.error_class not in (ErrorClass.RETRY, ErrorClass.THROTTLED)
        raise CannotFetch(
            f"Telegram does not give the file: {error.detail}", is_lasting=is_lasting
        ) from error
    path = told.get("file_path") if isinstance(told, dict) else None
    if not path:
        raise CannotFetch("Telegram does not say where the file is.", is_lasting=True)
    located = dataclasses.replace(file, url=bot.file_url(channel, str(path)))
    return remote_files.fetch(located, hosts=("api.telegram.org",), limit=limit, provider=bot.PROVIDER)
