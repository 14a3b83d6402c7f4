"""Text/enriched (RFC 1896) and text/richtext (RFC 1341) to plain text: what mail had before HTML."""

from __future__ import annotations

import re

_RICHTEXT_BREAK = re.compile(r"<(?:nl|paragraph|np)>", re.IGNORECASE)
_SILENT = re.compile(r"<(comment|param)>[^<]{0,10000}</\1>", re.IGNORECASE)
_COMMAND = re.compile(r"</?[A-Za-z0-9-]{1,60}>")
_LINE_ENDS = re.compile(r"\n+")


def enriched_to_text(source: str, *, is_richtext: bool = False) -> str:
    """The words with their line ends as a reader shows them; linear in the length."""
    source = _SILENT.sub("", source)
    if is_richtext:
        source = _RICHTEXT_BREAK.sub("\n", source.replace("\n", " ")).replace("<lt>", "<<")
    else:
        source = _LINE_ENDS.sub(_fewer, source)
    literal = "\ue000"  # "<<" stands for "<"
    return _COMMAND.sub("", source.replace("<<", literal)).replace(literal, "<")


def _fewer(ends: re.Match[str]) -> str:
    """In text/enriched a lone line end is a space, and n of them are n - 1."""
    return " " if len(ends[0]) == 1 else ends[0][1:]
