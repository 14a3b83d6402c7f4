"""Files of WhatsApp's messages: what comes, how it is fetched in two steps, and as what a file goes out.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media
"""

import base64
import binascii
import dataclasses
from collections.abc import Mapping
from typing import Any

from connectors.whatsapp import graph
from hub import remote_files
from hub.messages import CannotFetch, ErrorClass, File, OutboundFile, RemoteFile, SendError
from hub.models import Channel

HOSTS = ("graph.facebook.com", "lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net")
LIMIT = 100 * 1024 * 1024

_MEGABYTE = 1024 * 1024
_OUTGOING = (
    ("image", ("image/jpeg", "image/png"), 5 * _MEGABYTE),
    ("video", ("video/mp4", "video/3gpp"), 16 * _MEGABYTE),
    ("audio", ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * _MEGABYTE),
)
_NAMES = {"image": "photo", "video": "video", "audio": "audio", "sticker": "sticker", "document": "document"}
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "application/pdf": ".pdf",
}
KINDS = frozenset(_NAMES)
"""Types of messages that are a file."""


def file_of(kind: str, told: Mapping[str, Any]) -> RemoteFile:
    """The file that a message of this type brings."""
    content_type = str(told.get("mime_type") or "application/octet-stream").partition(";")[0].strip()
    stem = "voice" if told.get("voice") else _NAMES[kind]
    return RemoteFile(
        external_id=str(told["id"]),
        filename=str(told.get("filename") or f"{stem}{_ENDINGS.get(content_type, '')}")[:255],
        content_type=content_type[:127],
        sha256=_hexadecimal(str(told.get("sha256") or "")),
    )


def fetch(channel: Channel, file: RemoteFile, limit: int) -> File:
    """Ask where the file is, then fetch it from there, `limit` bytes at most. Raises `CannotFetch`."""
    try:
        told = graph.get(channel, remote_id(file))
    except SendError as error:
        is_lasting = error.error_class not in (ErrorClass.RETRY, ErrorClass.THROTTLED)
        raise CannotFetch(
            f"WhatsApp does not give the file: {error.detail}", is_lasting=is_lasting
        ) from error
    if not told.get("url"):
        raise CannotFetch("WhatsApp does not say where the file is.", is_lasting=True)
    size = str(told.get("file_size"))
    located = dataclasses.replace(
        file, url=str(told["url"]), size=int(size) if size.isdecimal() else file.size
    )
    return remote_files.fetch(
        located,
        hosts=HOSTS,
        headers=graph.authorization(channel),
        limit=limit,
        provider=graph.PROVIDER,
    )


def remote_id(file: RemoteFile) -> str:
    """The file's id as a part of a path; raises `CannotFetch` for one that would lead elsewhere."""
    if not (file.external_id.isascii() and file.external_id.replace("-", "").replace("_", "").isalnum()):
        raise CannotFetch("WhatsApp did not say which file it is.", is_lasting=True)
    return file.external_id


def outgoing_kind(file: OutboundFile, caption: str) -> str:
    """As what a file is sent: what WhatsApp cannot show, or has no place for words under, is a document."""
    content_type = file.content_type.partition(";")[0].strip().lower()
    for kind, types, limit in _OUTGOING:
        if content_type in types and len(file.data) <= limit and not (kind == "audio" and caption):
            return kind
    return "document"


def _hexadecimal(digest: str) -> str:
    """WhatsApp writes digests in base64."""
    try:
        made = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return made.hex() if len(made) == 32 else ""
