"""Telegram's entities as HTML; their offsets count UTF-16 code units."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "spoiler": "span",
}
_UNIT = 2


def to_html(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """The text as HTML with its entities; empty when there are none to show. Crossing ones are left out."""
    wanted = sorted(
        (
            (int(one["offset"]), -int(one["length"]), tag, attribute)
            for one in entities
            if (tag := _tag(one)) and int(one.get("length", 0)) > 0
            for attribute in [_attribute(one)]
        ),
    )
    if not wanted:
        return ""
    data = text.encode("utf-16-le", "surrogatepass")
    total = len(data) // _UNIT
    pieces: list[str] = []
    open_ends: list[tuple[int, str]] = []
    at = 0

    def write(until: int) -> None:
        nonlocal at
        part = data[at * _UNIT : until * _UNIT].decode("utf-16-le", "replace")
        pieces.append(escape(part).replace("\n", "<br>"))
        at = until

    def close(until: int) -> None:
        while open_ends and open_ends[-1][0] <= until:
            end, tag = open_ends.pop()
            write(end)
            pieces.append(f"</{tag}>")

    for offset, minus_length, tag, attribute in wanted:
        end = offset - minus_length
        close(offset)
        if end > total or offset < at or (open_ends and end > open_ends[-1][0]):
            continue
        write(offset)
        pieces.append(f"<{tag}{attribute}>")
        open_ends.append((end, tag))
    close(total)
    write(total)
    return "".join(pieces)


def _tag(entity: Mapping[str, Any]) -> str:
    return "a" if entity.get("type") == "text_link" else _TAGS.get(str(entity.get("type")), "")


def _attribute(entity: Mapping[str, Any]) -> str:
    return f' href="{escape(str(entity.get("url", "")))}"' if entity.get("type") == "text_link" else ""
