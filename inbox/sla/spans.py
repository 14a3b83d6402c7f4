"""Half-open spans of whole numbers: joined, cut out of one another, and what they share."""

from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""From the first number until before the second."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same numbers in as few spans as can be, in order; spans that touch become one, empty ones go."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(result[-1][1], end)
        elif start < end:
            result.append((start, end))
    return result


def shared(spans: Iterable[Span], window: Span) -> Iterator[Span]:
    """The parts of the spans that lie in the window."""
    for start, end in spans:
        start, end = max(start, window[0]), min(end, window[1])
        if start < end:
            yield start, end


def without(span: Span, removed: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span when others are taken out of it."""
    start, end = span
    for first, last in shared(joined(removed), span):
        if start < first:
            yield start, first
        start = last
    if start < end:
        yield start, end
