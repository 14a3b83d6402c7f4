"""Divides an answer into the messages that a channel can carry: long texts, many files, captions."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from hub import text_units
from hub.messages import Capabilities


class Part(NamedTuple):
    """One message: its text, and the places of its files among those of the answer."""

    text: str
    files: tuple[int, ...] = ()


class FileFacts(NamedTuple):
    """What of a file matters to a channel; `size` in bytes."""

    filename: str
    content_type: str
    size: int


def divide(capabilities: Capabilities, text: str, files: int) -> list[Part]:
    """The messages that say this together, in their order; one where the channel can carry it so."""
    texts = _texts(capabilities, text)
    groups = _groups(capabilities, files)
    if not groups:
        return [Part(one) for one in texts]
    if _goes_along(capabilities, texts):
        return [Part(texts[0], groups[0]), *(Part("", group) for group in groups[1:])]
    return [*(Part(one) for one in texts if one.strip()), *(Part("", group) for group in groups)]


def _texts(capabilities: Capabilities, text: str) -> list[str]:
    if capabilities.text_limit is None or capabilities.overflow != "split":
        return [text]
    return text_units.split(text, capabilities.text_limit, capabilities.text_unit)


def _groups(capabilities: Capabilities, files: int) -> list[tuple[int, ...]]:
    size = capabilities.files_per_message or max(1, files)
    return [tuple(range(start, min(start + size, files))) for start in range(0, files, size)]


def _goes_along(capabilities: Capabilities, texts: Sequence[str]) -> bool:
    """Whether the text stands on the first file's message."""
    if len(texts) > 1:
        return False
    if not texts[0].strip():
        return True
    limit = capabilities.caption_limit
    fits = limit is None or text_units.length(texts[0], capabilities.text_unit) <= limit
    return capabilities.text_with_files and fits


def too_long(capabilities: Capabilities, text: str) -> bool:
    """Whether a channel takes no such text, not even in pieces."""
    if capabilities.text_limit is None or capabilities.overflow == "split":
        return False
    return text_units.length(text, capabilities.text_unit) > capabilities.text_limit


def refused_files(capabilities: Capabilities, files: Sequence[FileFacts]) -> list[str]:
    """Why files cannot go by a channel, in plain words; nothing when all can."""
    return [reason for file in files if (reason := _refused(capabilities, file))]


def _refused(capabilities: Capabilities, file: FileFacts) -> str:
    limit = capabilities.file_limit
    if capabilities.file_rules:
        rules = capabilities.file_rules
        limits = [
            rule.limit for rule in rules if any(fnmatchcase(file.content_type, one) for one in rule.types)
        ]
        if not limits:
            return f"{file.filename}: this channel takes no files of this type ({file.content_type})."
        limit = max(limits)
    if limit is not None and file.size > limit:
        return f"{file.filename} is too large: this channel takes {limit // 1024:,} KB."
    return ""
