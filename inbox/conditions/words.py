"""Conditions in plain English."""

from collections.abc import Mapping
from typing import Any, Final

from inbox.conditions.fields import OPERATOR_LABELS, WITHOUT_VALUE
from inbox.conditions.language import Single, group_of, several, single_of
from inbox.conditions.subject import Subject

_SHOWN: Final = 60
_SEVERAL: Final = 5

_PLURAL: Final = {
    "contains": "include",
    "not_contains": "do not include",
    "is_set": "are set",
    "is_not_set": "are not set",
}
"""Operators of what is named in the plural."""


def in_words(document: object, names: Mapping[str, str]) -> str:
    """A whole document as one sentence without a full stop; `names` are those of ids."""
    if document == {}:
        return "always"
    group = group_of(document)
    if group is None:
        single = single_of(document)
        return sentence(single, names) if single else "something that cannot be understood"
    parts = [in_words(part, names) for part in group[1]]
    parts = [f"({text})" if group_of(part) else text for part, text in zip(group[1], parts, strict=True)]
    return (" and " if group[0] == "all" else " or ").join(parts)


def sentence(single: Single, names: Mapping[str, str]) -> str:
    """One condition: "Priority is “urgent”"."""
    if single.field.type == "truth":
        return single.field.label if single.value is True else f"Not so: {single.field.label}"
    operators = {**OPERATOR_LABELS, **(_PLURAL if single.field.type == "list" else {})}
    head = f"{single.field.label} {operators.get(single.op, single.op)}"
    if single.op in WITHOUT_VALUE:
        return head
    return f"{head} {_listed(several(single.value), names)}"


def reason(single: Single, subject: Subject, *, holds: bool) -> str:
    """The condition, and where it does not hold, what there is instead."""
    said = sentence(single, subject.names)
    if holds or single.op in WITHOUT_VALUE or single.field.type == "truth":
        return said
    if single.field.type == "hours":
        return said if single.value in subject.calendars else f"{said}: there is no such schedule"
    known = subject.known(single.field.name)
    return f"{said}: it is {_listed(known, subject.names)}" if known else f"{said}: it is not set"


def _listed(values: list[Any], names: Mapping[str, str]) -> str:
    shown = [_shown(value, names) for value in values[:_SEVERAL]]
    more = len(values) - _SEVERAL
    return " or ".join([*shown, f"{more} more"] if more > 0 else shown)


def _shown(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 10**12 else "a very large number"
    if not isinstance(value, str):
        return "something else"
    text = " ".join(names.get(value, value).split())
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"
