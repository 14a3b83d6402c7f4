"""Reads Maildir folders, also while mail servers and programs work on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


class NotMaildir(ValueError):
    """The folder does not have what a Maildir has."""


def names(folder: Path, after: str = "") -> Iterator[str]:
    """The mails' places ("cur/name:2,S") by their unique names, those after one of them; sorted, so that
    a mail that was read or marked meanwhile keeps its turn. Raises `NotMaildir`, `OSError`.
    """
    if not (folder / "cur").is_dir():
        raise NotMaildir("The folder has no folder “cur” inside: it is no Maildir.")
    found = {
        unique_name(name): f"{part}/{name}"
        for part in ("new", "cur")
        if (folder / part).is_dir()
        for name in os.listdir(folder / part)
        if not name.startswith(".")
    }
    return (found[name] for name in sorted(found) if name > after)


def unique_name(place: str) -> str:
    """What of a mail's place never changes."""
    return place.rpartition("/")[2].partition(":")[0]


def flags(place: str) -> str:
    """The letters after ":2,": S for seen, D for draft, T for trashed, …"""
    return place.rpartition(":2,")[2] if ":2," in place else ""


def read(folder: Path, place: str) -> bytes:
    """The bytes of a mail, wherever it was moved within the folder. Raises `FileNotFoundError`."""
    try:
        return (folder / place).read_bytes()
    except FileNotFoundError:
        wanted = unique_name(place)
        for now_at in names(folder):
            if unique_name(now_at) == wanted:
                return (folder / now_at).read_bytes()
        raise
