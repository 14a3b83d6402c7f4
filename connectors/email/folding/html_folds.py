"""Marks earlier mail and signatures in HTML with `data-fold`, without changing a word of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.email.folding.html_lines import HtmlLine, read_lines
from connectors.email.folding.html_tree import Element, Piece, TooDeep, read_tree
from connectors.email.folding.reply_text import LINE_LIMIT, Kind, fold_kinds
from hub.messages import Fold

SIZE_LIMIT = 2_000_000
"""Characters; nothing is folded in longer HTML, which is not shown as HTML either."""

_MIXED = "mixed"
_MARKABLE = frozenset(
    """
    blockquote dd div dl dt h1 h2 h3 h4 h5 h6 li ol p pre section span table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - twenty quoted strings would read worse
)
_TAKES_NO_DIV = frozenset(("table", "tbody", "thead", "tfoot", "tr", "ul", "ol", "dl"))
_TAKES_WORDS_ONLY = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"))
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big br cite code del em font i img ins kbd label mark q s samp small span strike
    strong sub sup tt u var wbr
    """.split()  # noqa: SIM905
)
_GIVEN = re.compile(r"<[^<>]*data-fold[^<>]*>", re.IGNORECASE)
_FOLD_NAME = re.compile(r"data-fold", re.IGNORECASE)
_SPACE = (
    r"(?:[\s\xa0\u200b\u200c\u200e\u200f\ufeff]"
    r"|&(?:nbsp|zwnj|zwj|ensp|emsp|thinsp|shy|#160|#xa0|#8203|#8204);)"
)
_LEADING = re.compile(rf"{_SPACE}*", re.IGNORECASE)
_LAST = re.compile(rf"{_SPACE}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoldedHtml:
    """HTML with its folds marked, and the same as stretches of the HTML that came in.

    A stretch begins and ends with a visible character.
    """

    html: str
    stretches: tuple[Fold, ...] = ()


def fold_html(source: str, *, forwards: bool = False, replies: bool = False) -> FoldedHtml:
    """Put `data-fold="quote"` or `"signature"` on what folds.

    An element that holds nothing else gets the attribute; neighbours that fold together are put into one
    new `div` (a `span` among words). A `data-fold` that came with the mail is taken away first. Never
    raises; HTML that is too long or too deep is returned without marks.
    """
    source = _GIVEN.sub(lambda tag: _FOLD_NAME.sub("data-f0ld", tag[0]), source)
    if not source or len(source) > SIZE_LIMIT:
        return FoldedHtml(source)
    try:
        root = read_tree(source)
    except TooDeep:
        return FoldedHtml(source)
    lines = read_lines(source, root)
    if len(lines) > LINE_LIMIT:
        return FoldedHtml(source)
    kinds = _with_pictures(lines, fold_kinds(lines, forwards=forwards, replies=replies))
    if not any(kinds):
        return FoldedHtml(source)
    _summarise(root, kinds)
    return FoldedHtml(_with_marks(source, _marks(root, kinds)), tuple(_stretches(source, lines, kinds)))


def _with_pictures(lines: Sequence[HtmlLine], kinds: list[Kind]) -> list[Kind]:
    """Lines without words fold with the lines above them, where those below do too or there are none."""
    below: Kind | None = None
    after: list[Kind | None] = [None] * len(lines)
    for index in range(len(lines) - 1, -1, -1):
        after[index] = below
        if _has_words(lines[index]):
            below = kinds[index]
    above: Kind = ""
    for index, line in enumerate(lines):
        if _has_words(line):
            above = kinds[index]
        else:
            kinds[index] = above if after[index] in (None, above) else ""
    return kinds


def _has_words(line: HtmlLine) -> bool:
    return bool(line.text) and bool(line.pieces)


def _summarise(root: Element, kinds: Sequence[Kind]) -> None:
    """Tell each element of what kind all in it is, or that it is mixed."""
    work: list[tuple[Element, bool]] = [(root, False)]
    while work:
        element, is_done = work.pop()
        inner = [child for child in element.children if isinstance(child, Element)]
        if not is_done:
            work.append((element, True))
            work.extend((child, False) for child in inner)
            continue
        found = {kind for child in element.children if (kind := _kind(child, kinds)) is not None}
        element.kind = None if not found else found.pop() if len(found) == 1 else _MIXED
        element.has_block = any(child.has_block or child.name not in _INLINE for child in inner)


def _kind(node: Element | Piece, kinds: Sequence[Kind]) -> str | None:
    return node.kind if isinstance(node, Element) else kinds[node.line]


def _marks(root: Element, kinds: Sequence[Kind]) -> list[tuple[int, bool, str]]:
    """What to put where: (offset, whether it opens, text)."""
    out: list[tuple[int, bool, str]] = []
    work = [root]
    while work:
        parent = work.pop()
        for kind, group in _groups(parent, kinds):
            if kind == _MIXED:
                work.extend(child for child in group if isinstance(child, Element))
            else:
                _mark_group(out, parent, group, kind)
    return out


def _groups(parent: Element, kinds: Sequence[Kind]) -> list[tuple[str, list[Element | Piece]]]:
    """Neighbours of one kind that fold, with what is empty between them; each mixed child alone."""
    out: list[tuple[str, list[Element | Piece]]] = []
    current, waiting = "", list[Element | Piece]()
    for child in parent.children:
        kind = _kind(child, kinds)
        if kind is None:
            waiting.append(child)
        elif kind == _MIXED:
            out.append((kind, [child]))
            current, waiting = "", []
        elif kind and kind == current:
            out[-1][1].extend([*waiting, child])
            waiting = []
        else:
            if kind:
                out.append((kind, [child]))
            current, waiting = kind, []
    if current and waiting:
        out[-1][1].extend(waiting)
    return out


def _mark_group(
    out: list[tuple[int, bool, str]], parent: Element, group: list[Element | Piece], kind: str
) -> None:
    attribute = f' data-fold="{kind}"'
    elements = [child for child in group if isinstance(child, Element)]
    full = [child for child in elements if child.kind == kind]
    takes_no_div = parent.name in _TAKES_NO_DIV
    if takes_no_div or (len(group) == 1 and full and full[0].name in _MARKABLE):
        out.extend(
            (child.start + 1 + len(child.name), True, attribute) for child in full if child.name in _MARKABLE
        )
        return
    has_block = any(child.has_block or child.name not in _INLINE for child in elements)
    is_among_words = parent.name in _TAKES_WORDS_ONLY or parent.name in _INLINE
    name = "span" if is_among_words and not has_block else "div"
    out.append((group[0].start, True, f"<{name}{attribute}>"))
    out.append((group[-1].end, False, f"</{name}>"))


def _with_marks(source: str, marks: list[tuple[int, bool, str]]) -> str:
    pieces: list[str] = []
    position = 0
    for offset, _, text in sorted(marks, key=lambda mark: (mark[0], mark[1])):
        pieces += [source[position:offset], text]
        position = offset
    return "".join([*pieces, source[position:]])


def _stretches(source: str, lines: Sequence[HtmlLine], kinds: Sequence[Kind]) -> list[Fold]:
    out: list[Fold] = []
    is_open = False
    for line, kind in zip(lines, kinds, strict=True):
        if not _has_words(line):
            continue
        start, end = _extent(source, line)
        if is_open and kind and out[-1].kind == kind:
            out[-1] = Fold(out[-1].start, end, kind)
        elif kind:
            out.append(Fold(start, end, kind))
        is_open = bool(kind)
    return out


def _extent(source: str, line: HtmlLine) -> tuple[int, int]:
    """From the first visible character of a line to behind the last."""
    seen = []
    for piece in line.pieces:
        leading = _LEADING.match(source, piece.start, piece.end)
        start = leading.end() if leading else piece.start
        if piece.is_words and start < piece.end:
            seen.append((start, piece.end))
    if not seen:
        return line.pieces[0].start, line.pieces[-1].end
    start, end = seen[-1]
    while end > start and (last := _LAST.search(source, max(start, end - 6), end)):
        end = last.start()
    return seen[0][0], end
