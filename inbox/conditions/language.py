"""How a document of conditions is built, for whoever walks through one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from inbox.conditions.fields import Field, field_named

DEEPEST: Final = 3
"""How many groups may stand in one another, the outermost included."""

MOST: Final = 100
"""Single conditions in one document."""

GROUPS: Final = ("all", "any")


class Single(NamedTuple):
    """One condition whose parts are understood."""

    field: Field
    op: str
    value: Any


def group_of(document: object) -> tuple[str, list[Any]] | None:
    """Which group it is and what stands in it; None for what is no group."""
    if not isinstance(document, Mapping) or len(document) != 1:
        return None
    for word in GROUPS:
        if isinstance(document.get(word), list):
            return word, document[word]
    return None


def single_of(document: object) -> Single | None:
    """The single condition; None for what is none, or asks about an unknown field."""
    if not isinstance(document, Mapping):
        return None
    field, op = field_named(document.get("field")), document.get("op")
    return Single(field, op, document.get("value")) if field is not None and isinstance(op, str) else None


def singles(document: object, depth: int = 1) -> Iterator[Single]:
    """The single conditions of a document in their order; what cannot be understood is left out."""
    group = group_of(document)
    if group is None:
        found = single_of(document)
        if found is not None:
            yield found
    elif depth <= DEEPEST:
        for part in group[1]:
            yield from singles(part, depth + 1)


def top_level(document: object) -> list[Single]:
    """The single conditions of the outermost group."""
    group = group_of(document)
    return [single for part in (group[1] if group else ()) if (single := single_of(part)) is not None]


def fields_in(documents: Iterable[object]) -> frozenset[str]:
    """The names of the fields that any of the documents asks about."""
    return frozenset(single.field.name for document in documents for single in singles(document))


def several(value: object) -> list[Any]:
    """A value that may be one or a list of alternatives, as a list."""
    return value if isinstance(value, list) else [value]
