"""Which stretches of a mail are shown folded: earlier mail and signatures, in its text and in its HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.email.folding.html_folds import fold_html
from connectors.email.folding.reply_text import Kind, Line, fold_kinds, text_lines, visible
from connectors.email.reading.html_text import html_to_text
from connectors.email.reading.subjects import is_forward, is_reply
from hub.messages import Fold

_MARK = "\uf8c0"
"""Stands in HTML, for a moment, where a fold begins and ends."""

_MARKS_BEFORE = re.compile(r"(?:\A|\n)((?:> *\n?)+)\Z")
_MARKS_AFTER = re.compile(r"(?:\n(?:> *)+(?=\n|\Z))+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A mail's text with what folds in it.

    `text` is what is shown: the plain text as people read it, else the words of the HTML. `folds` are
    stretches of it, in order and apart. `reply_text` is what is left between them. `html` is the HTML with
    `data-fold` at what folds; a `data-fold` that came with the mail is gone.
    """

    text: str
    reply_text: str
    folds: tuple[Fold, ...]
    html: str


def fold(text: str, html: str, subject: str = "") -> Folded:
    """Find what folds in the two forms of a mail, of which either may be "".

    The subject tells forwards from answers. Never raises; linear in the size of both.
    """
    forwards, replies = is_forward(subject), is_reply(subject)
    folded = fold_html(html, forwards=forwards, replies=replies)
    if not text.strip():
        text, folds = _text_of_html(html, folded.stretches)
        return Folded(text, _without(text, folds), folds, folded.html)
    lines = text_lines(text)
    kinds = fold_kinds(lines, forwards=forwards, replies=replies)
    return Folded(text, visible(lines, kinds), tuple(_folds(lines, kinds)), folded.html)


def _folds(lines: Sequence[Line], kinds: Sequence[Kind]) -> list[Fold]:
    """One fold for lines of a kind that follow one another, with the empty lines between them."""
    out: list[Fold] = []
    is_open = False
    end = -1
    for line, kind in zip(lines, kinds, strict=True):
        start, end = end + 1, end + 1 + len(line.text)
        if not line.text.strip():
            continue
        if is_open and kind and out[-1].kind == kind:
            out[-1] = Fold(out[-1].start, end, kind)
        elif kind:
            out.append(Fold(start, end, kind))
        is_open = bool(kind)
    return out


def _without(text: str, folds: Sequence[Fold]) -> str:
    pieces, position = [], 0
    for one in folds:
        pieces.append(text[position : one.start])
        position = one.end
    return re.sub(r"\n{3,}", "\n\n", "".join([*pieces, text[position:]])).strip()


def _text_of_html(html: str, folded: Sequence[Fold]) -> tuple[str, tuple[Fold, ...]]:
    """The words of HTML, and the stretches of them that stand in the given stretches of the HTML.

    Marks are put into the HTML and found again in its text, so that nothing here needs to know how HTML
    becomes text.
    """
    text = html_to_text(html) if html else ""
    if not folded or _MARK in html:
        return text, ()
    pieces, position = [], 0
    for one in folded:
        pieces += [html[position : one.start], _MARK, html[one.start : one.end], _MARK]
        position = one.end
    marked = html_to_text("".join([*pieces, html[position:]])).split(_MARK)
    if len(marked) != 2 * len(folded) + 1 or "".join(marked) != text:
        return text, ()
    folds, position = [], len(marked[0])
    for one, inside, after in zip(folded, marked[1::2], marked[2::2], strict=True):
        folds.append(_with_quote_marks(text, Fold(position, position + len(inside), one.kind)))
        position += len(inside) + len(after)
    return text, tuple(folds)


def _with_quote_marks(text: str, one: Fold) -> Fold:
    """The fold with the ">" around it, which stand in the text where the HTML has a blockquote."""
    before = _MARKS_BEFORE.search(text[max(0, one.start - 200) : one.start])
    after = _MARKS_AFTER.match(text, one.end)
    start = one.start - len(before[1]) if before else one.start
    return Fold(start, after.end() if after else one.end, one.kind)
