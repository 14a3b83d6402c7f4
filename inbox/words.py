"""Cuts text into the words that search compares, the same way on every database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 40
"""Characters of a word that count."""

MOST = 5_000
"""Different words of one document that count; PostgreSQL takes a megabyte of them."""

_READ = 200_000
_WORDLIKE = ("L", "N", "M")
# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana and ideographs.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_CANDIDATE = re.compile(r"\S+")


def split(text: str) -> Iterator[str]:
    """The words of a text, folded: compatibility forms, case and Latin accents do not count.

    Runs of a script without spaces become pairs of neighbours, so that any part of them can
    be found.
    """
    folded = _fold(text[:_READ])
    for match in _CANDIDATE.finditer(folded):
        for word in _cut(match.group()):
            if word.isascii() or not _UNSPACED.search(word):
                yield word[:LONGEST]
            else:
                yield from _pairs(word)


def distinct(texts: Iterable[str]) -> list[str]:
    """The different words of some texts, in order, no more than `MOST`."""
    found: dict[str, None] = {}
    for text in texts:
        for word in split(text):
            found[word] = None
            if len(found) >= MOST:
                return list(found)
    return list(found)


def _fold(text: str) -> str:
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", plain.casefold())


def _cut(run: str) -> Iterator[str]:
    """Split a run without blanks at everything that belongs to no word."""
    if run.isascii() and run.isalnum():
        yield run
        return
    kept = "".join(char if unicodedata.category(char)[0] in _WORDLIKE else " " for char in run)
    yield from kept.split()


def _pairs(word: str) -> Iterator[str]:
    end = 0
    for match in _UNSPACED.finditer(word):
        if match.start() > end:
            yield word[end : match.start()][:LONGEST]
        run, end = match.group(), match.end()
        yield from (run[place : place + 2] for place in range(max(1, len(run) - 1)))
        if len(run) > 1:
            yield run[-1]
    if end < len(word):
        yield word[end:][:LONGEST]
