"""Parts of a mail as files: their names, safe and never empty where a person sees them."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import replace

from connectors.email.reading.charsets import storable
from connectors.email.reading.headers import decode_words
from connectors.email.reading.mail import Attachment
from connectors.email.reading.structure import Budget, Part

_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")
_UNSAFE_IN_TITLE = re.compile(r'[\\/:*?"<>|]+')
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/news": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
}
_MAILS = frozenset(("message/rfc822", "message/global", "message/news"))
_TITLE_LENGTH = 80


def as_file(part: Part, budget: Budget) -> Attachment:
    """A part as the file that a person opens; an attached mail has its subject as title."""
    return Attachment(
        filename=safe_filename(part.filename),
        content_type=storable(part.content_type)[:200],
        content=part.content(budget),
        content_id=storable(decode_words(part.value("content-id"))).strip().strip("<>")[:500],
        inline=part.disposition == "inline",
        title=_subject(part) if part.content_type in _MAILS and not part.filename else "",
    )


def calendar_file(file: Attachment) -> Attachment:
    """The file of an invitation, with a title where it came without a name."""
    return file if file.filename else replace(file, title="invitation")


def _subject(part: Part) -> str:
    inner = next(iter(part.children), None)
    subject = decode_words(inner.value("subject")) if inner is not None else ""
    plain = _UNSAFE_IN_TITLE.sub(" ", safe_filename(subject.replace("/", " ")))
    return " ".join(plain.split())[:_TITLE_LENGTH].strip()


def safe_filename(name: str) -> str:
    """A file's name without folders, control characters and direction overrides, at most 200 characters."""
    name = _UNSAFE_IN_NAME.sub("", storable(name)).replace("\\", "/").rsplit("/", 1)[-1].strip()
    if len(name) > 200:
        stem, dot, extension = name.rpartition(".")
        name = stem[: 199 - len(extension)] + dot + extension if dot and len(extension) < 20 else name[:200]
    return "" if name in (".", "..") else name


def suggested_filename(attachment: Attachment, number: int) -> str:
    """A name to show for a file: as it came, with the ending that a mail needs, or made from what it is."""
    kind, name = attachment.content_type, attachment.filename
    if name:
        return f"{name}.eml" if kind in _MAILS and "." not in name[-6:] else name
    extension = _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ""
    return (attachment.title or f"attachment-{number}") + extension
