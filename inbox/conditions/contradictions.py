"""Finds conditions that can never hold together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from inbox.conditions.comparing import number, word
from inbox.conditions.language import Single, group_of, several, single_of
from inbox.conditions.words import sentence

_MANY_VALUED: Final = frozenset(
    {
        "conversation.labels",
        "conversation.channel_id",
        "conversation.channel_kind",
        "contact.email",
        "contact.domain",
        "contact.phone",
        "message.author",
        "message.recipients",
    }
)
"""Fields with several values at once, of which different ones may meet different conditions."""

_NEEDS_VALUE: Final = frozenset({"is", "in", "contains", "starts_with", "more_than", "less_than"})


def contradictions(document: object) -> list[str]:
    """Why the document can never hold; empty where it may. Finds what is plain, not everything."""
    return list(dict.fromkeys(_never(document, [])))


def _never(document: object, above: list[Single]) -> Iterator[str]:
    """`above` are the conditions that hold together with these: those of the groups around."""
    group = group_of(document)
    if group is None:
        return
    word_, parts = group
    own = [single for part in parts if (single := single_of(part)) is not None]
    if word_ == "all":
        yield from _clashes([*above, *own])
        above = [*above, *own]
        for part in parts:
            yield from _never(part, above)
        return
    # Of alternatives one is enough: only where none is left can nothing hold.
    found = [list(_of_alternative(part, above)) for part in parts]
    if found and all(found):
        for reasons in found:
            yield from reasons


def _of_alternative(part: object, above: list[Single]) -> Iterator[str]:
    single = single_of(part) if group_of(part) is None else None
    yield from _clashes([*above, single]) if single is not None else _never(part, above)


def _clashes(together: Iterable[Single]) -> Iterator[str]:
    by_field: defaultdict[str, list[Single]] = defaultdict(list)
    for single in together:
        by_field[single.field.name].append(single)
    for asked in by_field.values():
        for one, other in combinations(asked, 2):
            if _exclude(one, other) or _exclude(other, one):
                yield f"This can never match: “{sentence(one, {})}” and “{sentence(other, {})}”."


def _exclude(one: Single, other: Single) -> bool:
    if other.op == "is_not_set" and (one.op in _NEEDS_VALUE or one.op == "is_set"):
        return True
    if other.op == "is_not" and one.op in ("is", "in"):
        return _words(one) <= _words(other)
    if other.op == "not_contains" and one.op == "contains":
        return _words(one) <= _words(other)
    if {one.op, other.op} == {"within_hours", "outside_hours"}:
        return bool(one.value == other.value)
    if one.field.name in _MANY_VALUED or one.field.type == "custom":
        return False
    if one.op in ("is", "in") and other.op in ("is", "in"):
        return not _words(one) & _words(other)
    return _is_empty_range(one, other)


def _is_empty_range(one: Single, other: Single) -> bool:
    low, high = number(one.value), number(other.value)
    return one.op == "more_than" and other.op == "less_than" and None not in (low, high) and low >= high  # type: ignore[operator]


def _words(single: Single) -> set[str]:
    return {word(value) for value in several(single.value)}
