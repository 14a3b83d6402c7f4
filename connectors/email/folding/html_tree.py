"""HTML as a tree of stretches of its source, in linear time, so that marks can be put into it.

Only what folding needs: which element stands in which, and where the visible pieces are. Whatever is wrong
with the HTML, every piece of text is in the tree once, in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DEPTH_LIMIT = 400

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:_-]{0,40})([^<>]*)>|<!--.*?(?:-->|\Z)|<[!?][^<>]*>", re.DOTALL)
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_SILENT = frozenset(("head", "style", "script", "title", "noscript", "template"))
_CLOSES_P = frozenset(
    """
    address article aside blockquote center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr main nav ol p pre section table ul
    """.split()  # noqa: SIM905 - thirty quoted strings would read worse
)
_ENDED_BY = {  # an element that a start tag ends, and the elements beyond which it does not look
    "li": (frozenset(("li",)), frozenset(("ul", "ol"))),
    "dd": (frozenset(("dd", "dt")), frozenset(("dl",))),
    "dt": (frozenset(("dd", "dt")), frozenset(("dl",))),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "tr": (frozenset(("td", "th", "tr")), frozenset(("table", "tbody", "thead", "tfoot"))),
}
_SCOPES = frozenset(("table", "td", "th", "caption"))


@dataclass(slots=True, eq=False)
class Piece:
    """A visible stretch: words between two tags, or a picture; `line` is filled by who reads lines."""

    start: int
    end: int
    is_words: bool
    ends_line: bool = False
    line: int = -1


@dataclass(slots=True, eq=False)
class Element:
    """An element: its name, its attributes as written, and its stretch with both tags.

    An element that is never closed ends where the one around it does. `keeps_lines`: its source's lines are
    lines to the reader. `kind` and `has_block` are filled by
    who marks folds.
    """

    name: str
    attributes: str
    start: int
    content: int
    end: int = 0
    keeps_lines: bool = False
    kind: str | None = None
    has_block: bool = False
    children: list[Element | Piece] = field(default_factory=list)


class TooDeep(ValueError):
    """The HTML is nested beyond reason."""


def read_tree(source: str) -> Element:
    """The tree under a nameless root. Raises `TooDeep`."""
    root = Element("", "", 0, 0, len(source))
    stack = [root]
    position, silent = 0, ""
    for tag in _TAG.finditer(source):
        if not silent:
            _add_words(stack, source, position, tag.start())
        position = tag.end()
        name = (tag[2] or "").lower()
        if not name:
            continue
        if silent:
            silent = "" if tag[1] and name == silent else silent
        elif tag[1]:
            _close(stack, name, tag.start(), tag.end())
        elif name in _SILENT:
            silent = "" if tag[0].endswith("/>") else name
        else:
            _open(stack, name, tag)
    if not silent:
        _add_words(stack, source, position, len(source))
    for element in stack[1:]:
        element.end = len(source)
    return root


def _add_words(stack: list[Element], source: str, start: int, end: int) -> None:
    if start >= end or source[start:end].isspace():
        return
    if "\n" in source[start:end] and any(element.keeps_lines for element in stack):
        for line in _LINE.finditer(source, start, end):  # the source's lines are lines to the reader
            stack[-1].children.append(Piece(line.start(), line.end(), is_words=True, ends_line=True))
    else:
        stack[-1].children.append(Piece(start, end, is_words=True))


def _open(stack: list[Element], name: str, tag: re.Match[str]) -> None:
    if name in _ENDED_BY:
        ended, beyond = _ENDED_BY[name]
        _end_up_to(stack, ended, beyond, tag.start())
    elif name in _CLOSES_P:
        _end_up_to(stack, frozenset(("p",)), _SCOPES, tag.start())
    if name == "img":
        stack[-1].children.append(Piece(tag.start(), tag.end(), is_words=False))
        return
    element = Element(name, tag[3], tag.start(), tag.end(), tag.end())
    element.keeps_lines = name == "pre" or bool(_KEEPS_LINES.search(tag[3][:1_000]))
    stack[-1].children.append(element)
    if name not in _VOID and not tag[0].endswith("/>"):
        if len(stack) > DEPTH_LIMIT:
            raise TooDeep
        stack.append(element)


def _end_up_to(stack: list[Element], names: frozenset[str], beyond: frozenset[str], at: int) -> None:
    """End the nearest open element of these names and all in it, unless one of `beyond` is nearer."""
    for index in range(len(stack) - 1, 0, -1):
        if stack[index].name in beyond:
            return
        if stack[index].name in names:
            for element in stack[index:]:
                element.end = at
            del stack[index:]
            return


def _close(stack: list[Element], name: str, start: int, end: int) -> None:
    for index in range(len(stack) - 1, 0, -1):
        if stack[index].name == name:
            for element in stack[index + 1 :]:
                element.end = start
            stack[index].end = end
            del stack[index:]
            return
        if stack[index].name in _SCOPES and name not in ("table", "tr", "tbody", "td", "th", "body", "html"):
            return  # a stray end tag in a cell does not end what stands around the table
