"""Says in plain words what is wrong with conditions before they are saved."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from hub.models import Organization
from inbox.conditions import choices
from inbox.conditions.comparing import number, word
from inbox.conditions.contradictions import contradictions
from inbox.conditions.fields import OPERATOR_LABELS, OPERATORS, WITHOUT_VALUE, field_named
from inbox.conditions.language import DEEPEST, MOST, Single, group_of, several, single_of, singles

_LONGEST: Final = 500
"""Characters of one value to compare with."""

_ONE_VALUE: Final = frozenset({"more_than", "less_than", "within_hours", "outside_hours", "starts_with"})


def problems(conditions: object, organization: Organization) -> list[str]:
    """All that is wrong with them, each in a sentence; empty when they may be saved."""
    found = faults(conditions)
    return found or list(_unknown(conditions, organization)) or contradictions(conditions)


def faults(conditions: object) -> list[str]:
    """What is wrong whatever the organization has: the form of the document."""
    if conditions == {}:
        return []
    if group_of(conditions) is None:
        return ["Conditions begin with “all” or “any” and a list."]
    found = list(dict.fromkeys(_faults(conditions, 1)))
    if sum(1 for _ in singles(conditions)) > MOST:
        found.append(f"There are more than {MOST} conditions.")
    return found


def _faults(document: object, depth: int) -> Iterator[str]:
    group = group_of(document)
    if group is None:
        yield from _faults_of_single(document)
    elif depth > DEEPEST:
        yield f"Groups of conditions stand in one another more than {DEEPEST} deep."
    elif not group[1]:
        yield "A group of conditions is empty."
    else:
        for part in group[1]:
            yield from _faults(part, depth + 1)


def _faults_of_single(document: object) -> Iterator[str]:
    single = single_of(document)
    if single is None:
        name = document.get("field") if isinstance(document, dict) else None
        if isinstance(name, str) and field_named(name) is None:
            yield f"There is no field “{name[:80]}”."
        else:
            yield "A condition has a field, an operator and a value."
    elif single.op not in OPERATORS[single.field.type]:
        words = OPERATOR_LABELS.get(single.op, single.op[:40])
        yield f"{single.field.label} cannot be asked whether it “{words}” something."
    elif single.op not in WITHOUT_VALUE:
        yield from _faults_of_value(single)


def _faults_of_value(single: Single) -> Iterator[str]:
    label, values = single.field.label, several(single.value)
    if not values or any(value is None or value == "" or value == [] for value in values):
        yield f"{label}: say what to compare it with."
    elif isinstance(single.value, list) and single.op in _ONE_VALUE:
        yield f"{label}: this compares with one value, not with several."
    elif not all(_fits(single, value) for value in values):
        yield f"{label}: this value does not fit."
    elif any(isinstance(value, str) and len(value) > _LONGEST for value in values):
        yield f"{label}: a value has at most {_LONGEST} characters."


def _fits(single: Single, value: Any) -> bool:
    kind = single.field.type
    if kind == "truth":
        return isinstance(value, bool)
    if kind == "number" or single.op in ("more_than", "less_than"):
        return number(value) is not None
    if kind == "custom":
        return isinstance(value, bool | int | float) or bool(isinstance(value, str) and word(value))
    return isinstance(value, str) and bool(word(value))


def _unknown(conditions: object, organization: Organization) -> Iterator[str]:
    """Values that must exist here and do not; labels may come to be later."""
    wanted: dict[str, list[Single]] = {}
    for single in singles(conditions):
        if single.field.choices and single.field.type in ("choice", "reference", "hours"):
            wanted.setdefault(single.field.choices, []).append(single)
    for source, asking in wanted.items():
        known = choices.names(organization, [source])
        for single in asking:
            if single.op not in WITHOUT_VALUE:
                yield from _missing(single, several(single.value), known)


def _missing(single: Single, values: Sequence[Any], known: dict[str, str]) -> Iterator[str]:
    for value in values:
        if value not in known:
            yield f"{single.field.label}: there is no “{value[:80]}” here (any more)."
