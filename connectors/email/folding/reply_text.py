"""What the writer wrote now: which lines of a mail are earlier mail, and which are a signature.

Nothing is deleted by this: the whole text stays with the mail, this is only what is shown first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from connectors.email.folding.quote_headings import (
    heading_height,
    is_forward_rule,
    is_header_block,
    is_reply_above,
    is_rule,
    with_divider_before,
)
from connectors.email.folding.signature_lines import signature_start

LINE_LIMIT = 20_000
"""Lines looked at one by one; the rest counts as one more line."""

Kind = Literal["", "quote", "signature"]

_QUOTED = re.compile(r"^\s{0,3}(?:>|&gt;|[|] ?>)")
_ENDED = (".", "!", "?", ":", "…", "。", "！", "？")


@dataclass(slots=True)
class Line:
    """One line as it is shown, and what is known of it beside its words.

    `quoted`: it is marked as earlier mail; `heads`: as the words before that. `opens`: a mail program marked
    the start of earlier mail that goes on to the end. `signs`: it is marked as part of a signature.
    `is_rule`: it is drawn, not written, and `text` only stands for it.
    """

    text: str
    quoted: bool = False
    heads: bool = False
    opens: bool = False
    signs: bool = False
    is_rule: bool = False

    @property
    def has_words(self) -> bool:
        """Whether there is something to read in it."""
        return bool(self.text.strip()) and not self.is_rule


def text_lines(text: str) -> list[Line]:
    """The lines of a plain text, with what their marks say."""
    return [Line(line, quoted=bool(_QUOTED.match(line))) for line in text.split("\n", LINE_LIMIT)]


def reply_text(text: str) -> str:
    """The text without earlier mail and without the signature."""
    lines = text_lines(text)
    return visible(lines, fold_kinds(lines))


def visible(lines: Sequence[Line], kinds: Sequence[Kind]) -> str:
    """What is left when everything that folds is folded."""
    return "\n".join(line.text for line, kind in zip(lines, kinds, strict=True) if not kind).strip()


def fold_kinds(lines: Sequence[Line], *, forwards: bool = False, replies: bool = False) -> list[Kind]:
    """What each line is: "" for the writer's own words, "quote", or "signature".

    `forwards` says that the subject calls the mail a forward, `replies` that it calls it an answer: a
    forwarded mail is what the writer wants read, so it is not folded. Something is always left to read.
    """
    texts = [line.text for line in lines]
    quoted = _quoted(lines)
    kinds: list[Kind] = ["quote" if is_quoted else "" for is_quoted in quoted]
    end = _fold_quotes(lines, texts, quoted, kinds, forwards=forwards, replies=replies)
    _fold_signatures(lines, texts, kinds, end)
    return _with_something_left(lines, kinds)


def _fold_quotes(
    lines: Sequence[Line],
    texts: list[str],
    quoted: list[bool],
    kinds: list[Kind],
    *,
    forwards: bool,
    replies: bool,
) -> int:
    """Mark headings and what follows them; returns the index where forwarded mail begins, or the end."""
    rest = _Rest(texts, [one or line.heads for one, line in zip(quoted, lines, strict=True)])
    has_words = False
    index = 0
    while index < len(lines):
        if quoted[index]:
            if has_words and _begins_earlier_mail(texts, quoted, rest, index):
                return _fold_rest(kinds, index)
            index += 1
            continue
        is_forward = is_forward_rule(texts[index])
        if is_forward and not (replies and has_words):
            return _show_rest(kinds, index)
        if lines[index].heads:
            height = 1
        elif is_forward or _opens(lines[index]) or is_header_block(texts, index):
            start = with_divider_before(texts, index)
            if forwards:
                return _show_rest(kinds, start)
            height = 1 + heading_height(texts, index + 1)
            if not rest.is_answered(index + height):
                return _fold_rest(kinds, start)
        else:
            height = heading_height(texts, index)
            if height and rest.is_earlier(index + height):
                return _fold_rest(kinds, index)
        kinds[index : index + height] = ["quote"] * height
        has_words = has_words or (not height and lines[index].has_words)
        index += height or 1
    return len(lines)


def _opens(line: Line) -> bool:
    return line.opens or is_rule(line.text) or is_reply_above(line.text)


def _begins_earlier_mail(texts: list[str], quoted: list[bool], rest: _Rest, index: int) -> bool:
    """Whether a few quoted lines are only the headers of earlier mail that follows unquoted."""
    if index and quoted[index - 1]:
        return False
    if is_rule(texts[index]):
        return True
    return rest.is_quoted_once(index) and any(
        is_header_block(texts, first) for first in (index, index + 1) if first < len(texts)
    )


def _fold_rest(kinds: list[Kind], index: int) -> int:
    kinds[index:] = ["quote"] * (len(kinds) - index)
    return len(kinds)


def _show_rest(kinds: list[Kind], index: int) -> int:
    kinds[index:] = [""] * (len(kinds) - index)
    return index


class _Rest:
    """What follows a line, looked up in constant time: hostile mails have a heading in every line."""

    def __init__(self, texts: list[str], quoted: list[bool]) -> None:
        count = len(texts)
        self._quoted = [*quoted, False]
        self._next = [count] * (count + 1)
        self._runs = [0] * (count + 2)
        self._last_is_quoted = True
        last = -1
        for index in range(count - 1, -1, -1):
            self._next[index] = self._next[index + 1]
            self._runs[index] = self._runs[index + 1]
            if texts[index].strip():
                self._next[index] = index
                if last != quoted[index]:
                    self._runs[index] += 1
                    self._last_is_quoted = quoted[index] if last == -1 else self._last_is_quoted
                    last = quoted[index]

    def is_earlier(self, index: int) -> bool:
        """Whether all from here is earlier mail: not so when the writer answers below or between quotes."""
        return not self._quoted[self._next[index]] or (self._runs[index] == 1 and self._last_is_quoted)

    def is_answered(self, index: int) -> bool:
        """Whether quoted lines come next, and others after them."""
        return self._quoted[self._next[index]] and self._runs[index] > 1

    def is_quoted_once(self, index: int) -> bool:
        """Whether what follows is one quoted run and then only lines that are not quoted."""
        return self._quoted[self._next[index]] and self._runs[index] == 2


def _quoted(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is quoted: marked so, or the broken-off end of a long quoted line."""
    marks = [line.quoted for line in lines]
    for index in range(1, len(lines) - 1):
        line, before = lines[index].text.strip(), lines[index - 1].text.rstrip()
        if line and not marks[index] and marks[index - 1] and marks[index + 1]:
            is_shorter = len(before) >= 60 and len(line) < len(before) and not before.endswith(_ENDED)
            marks[index] = (is_shorter and (line[0].islower() or len(line) <= 30)) or (
                len(line) <= 30 and line[0].islower() and before[-1:].isalnum()
            )
    return marks


def _fold_signatures(lines: Sequence[Line], texts: list[str], kinds: list[Kind], end: int) -> None:
    """Mark signatures in what is not folded yet, before the index `end`."""
    for index in range(end):
        if lines[index].signs and not kinds[index]:
            kinds[index] = "signature"
    open_lines = [index for index in range(end) if not kinds[index]]
    start = signature_start([texts[index] for index in open_lines])
    if start is None:
        return
    for index in open_lines[start:]:
        kinds[index] = "signature"


def _with_something_left(lines: Sequence[Line], kinds: list[Kind]) -> list[Kind]:
    """Unfold signatures, then quotes, as long as nothing is left to read."""
    for kind in ("signature", "quote"):
        if any(line.has_words for line, is_folded in zip(lines, kinds, strict=True) if not is_folded):
            break
        kinds = ["" if is_folded == kind else is_folded for is_folded in kinds]
    return kinds
