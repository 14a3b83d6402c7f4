"""HTML to readable text, in linear time; quotations become lines that start with "> "."""

from __future__ import annotations

import html
import re

HTML_LIMIT = 4 * 1024 * 1024

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9:]{0,40})([^<>]*)>|<([!?])[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\xa0\u200b\u200c\ufeff]+")
_BLOCKS = frozenset(
    """
    address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav o:p ol p pre section table tbody tfoot thead tr ul
    """.split()  # noqa: SIM905 - seventy quoted strings would read worse
)
_SILENT = frozenset(("head", "style", "script", "title", "noscript", "template"))


def html_to_text(source: str) -> str:
    """The text that a reader of this HTML sees, one block per line."""
    writer = _Writer()
    position, silent = 0, ""
    source = _without_comments(source[:HTML_LIMIT])
    for tag in _TAG.finditer(source):
        if not silent:
            writer.text(source[position : tag.start()])
        position = tag.end()
        if tag[3]:  # a document type or processing instruction
            continue
        name, closes = tag[1].lower(), tag[0].startswith("</")
        if silent:
            silent = "" if closes and name == silent else silent
        elif name in _SILENT and not closes:
            silent = name if not tag[0].endswith("/>") else ""
        else:
            writer.tag(name, closes)
    if not silent:
        writer.text(source[position:])
    return writer.result()


def _without_comments(source: str) -> str:
    out: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0:
        end = source.find("-->", start + 4)
        if end < 0:
            break
        out.append(source[position:start])
        position = end + 3
    return "".join(out) + source[position:]


class _Writer:
    """Gathers lines; knows how deeply quoted the current one is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = 0

    def text(self, source: str) -> None:
        if source:
            self.current.append(html.unescape(source))

    def break_line(self, *, is_soft: bool) -> None:
        line = _SPACE.sub(" ", "".join(self.current)).strip()
        self.current = []
        if line or not is_soft:
            self.lines.append("> " * min(self.depth, 5) + line)

    def tag(self, name: str, closes: bool) -> None:
        if name == "br":
            self.break_line(is_soft=False)
        elif name in ("td", "th"):
            self.current.append(" ")
        elif name in _BLOCKS:
            self.break_line(is_soft=True)
            if name == "p" and closes and self.lines and self.lines[-1].strip("> "):
                self.lines.append("> " * min(self.depth, 5))
            if name == "blockquote":
                self.depth = max(0, self.depth + (-1 if closes else 1))
            elif name == "li" and not closes:
                self.current.append("- ")

    def result(self) -> str:
        self.break_line(is_soft=True)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")
