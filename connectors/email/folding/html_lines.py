"""The lines that a reader of HTML sees, each with where it stands in the source."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from connectors.email.folding.html_marks import Mark, read_mark
from connectors.email.folding.html_tree import Element, Piece
from connectors.email.folding.reply_text import Line

DIVIDER = "========"
"""The text of the line that stands for a rule or a border; it is nowhere in the source."""

_BLOCKS = frozenset(
    """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main nav o:p ol p pre section summary table tbody tfoot thead tr ul
    """.split()  # noqa: SIM905 - forty quoted strings would read worse
)
_SPACE = re.compile(r"[\s\xa0\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u034f]+")


@dataclass(slots=True)
class HtmlLine(Line):
    """A line with the pieces of HTML that make it."""

    pieces: list[Piece] = field(default_factory=list)


def read_lines(source: str, root: Element) -> list[HtmlLine]:
    """The lines of a tree in order; every piece of it gets the index of its line."""
    reader = _Reader(source)
    work: list[tuple[Element | Piece, bool]] = [(root, False)]
    while work:
        node, is_end = work.pop()
        if isinstance(node, Piece):
            reader.add(node)
        elif is_end:
            reader.leave(node)
        else:
            reader.enter(node)
            work.append((node, True))
            work.extend((child, False) for child in reversed(node.children))
    reader.end_line()
    return reader.lines


class _Reader:
    """Gathers lines, and knows which marked elements the current piece stands in."""

    def __init__(self, source: str) -> None:
        self.lines: list[HtmlLine] = []
        self._source = source
        self._pieces: list[Piece] = []
        self._texts: list[str] = []
        self._marks: dict[int, Mark] = {}
        self._quoted = self._headed = self._signed = 0
        self._replies: list[bool] = []  # open REPLY elements: whether their first blockquote is still to come
        self._opens = False

    def enter(self, element: Element) -> None:
        mark = read_mark(element.name, element.attributes)
        if mark is Mark.REPLY and (self._replies or self._quoted):
            mark = Mark.NONE  # the outermost one decides
        elif mark is Mark.REPLY and not _holds_blockquote(element):
            mark = Mark.OPENS
        if mark is not Mark.NONE or element.name in _BLOCKS or element.name == "br":
            self.end_line(is_break=element.name == "br")
        elif element.name in ("td", "th"):
            self._texts.append(" ")
        if mark in (Mark.OPENS, Mark.MAY_OPEN) and not self._quoted:
            self.lines.append(HtmlLine(DIVIDER, is_rule=True))
            self._opens = self._opens or mark is Mark.OPENS
        self._marks[id(element)] = mark
        self._count(mark, 1)
        if mark is Mark.REPLY:
            self._replies.append(True)
        elif mark is Mark.EARLIER and self._replies:
            self._replies[-1] = False

    def leave(self, element: Element) -> None:
        mark = self._marks.pop(id(element))
        if mark is not Mark.NONE or element.name in _BLOCKS:
            self.end_line()
        self._count(mark, -1)
        if mark is Mark.REPLY:
            self._replies.pop()

    def _count(self, mark: Mark, step: int) -> None:
        self._quoted += step * (mark is Mark.EARLIER)
        self._headed += step * (mark is Mark.HEADING)
        self._signed += step * (mark is Mark.SIGNATURE)

    def add(self, piece: Piece) -> None:
        piece.line = len(self.lines)
        self._pieces.append(piece)
        if piece.is_words:
            self._texts.append(html.unescape(self._source[piece.start : piece.end]))
        if piece.ends_line:
            self.end_line()

    def end_line(self, *, is_break: bool = False) -> None:
        text = _SPACE.sub(" ", "".join(self._texts)).strip()
        if self._pieces or is_break:
            line = HtmlLine(
                text,
                quoted=self._quoted > 0 or text.startswith(">"),
                heads=self._headed > 0 or (bool(self._replies) and self._replies[-1]),
                signs=self._signed > 0,
                pieces=self._pieces,
            )
            if text and self._opens:
                line.opens, self._opens = True, False
            self.lines.append(line)
        self._pieces, self._texts = [], []


def _holds_blockquote(element: Element) -> bool:
    """Whether earlier mail stands in a blockquote in it."""
    work = [element]
    while work:
        for child in work.pop().children:
            if isinstance(child, Element):
                if child.name == "blockquote":
                    return True
                work.append(child)
    return False
