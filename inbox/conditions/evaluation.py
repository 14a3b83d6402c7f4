"""Asks whether conditions hold, and answers why; never fails, whatever the document or the values are."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from inbox.conditions.comparing import number, same, word
from inbox.conditions.fields import OPERATORS, WITHOUT_VALUE
from inbox.conditions.language import DEEPEST, Single, group_of, several, single_of
from inbox.conditions.subject import Subject
from inbox.conditions.words import reason


class Verdict(NamedTuple):
    """Whether conditions hold, and for each of them {"text", "holds", "depth"} in their order.

    Parts of a group inside another stand one `depth` below the line that names the group.
    """

    holds: bool
    why: list[dict[str, Any]]


ALWAYS: Final = "There are no conditions: it always holds."
_STRANGE: Final = "This condition cannot be understood, so it does not hold."
_GROUPS: Final = {"all": "All of these:", "any": "At least one of these:"}


def evaluate(conditions: object, subject: Subject) -> Verdict:
    """Whether `conditions` hold for `subject`. Every part is asked, so that the reasons are complete.

    What cannot be understood does not hold, so that a broken rule does nothing.
    """
    if conditions == {}:
        return Verdict(True, [{"text": ALWAYS, "holds": True, "depth": 0}])
    why: list[dict[str, Any]] = []
    holds = _holds(conditions, subject, why, 1)
    if why and why[0]["text"] == _GROUPS["all"]:  # That all must hold goes without saying.
        why = [line | {"depth": line["depth"] - 1} for line in why[1:]]
    return Verdict(holds, why)


def _holds(document: object, subject: Subject, why: list[dict[str, Any]], depth: int) -> bool:
    line = {"text": _STRANGE, "holds": False, "depth": depth - 1}
    why.append(line)
    group = group_of(document)
    if group is not None and depth <= DEEPEST:
        line["text"] = _GROUPS[group[0]]
        parts = [_holds(part, subject, why, depth + 1) for part in group[1]]
        line["holds"] = all(parts) if group[0] == "all" else any(parts)
    elif group is None and (single := single_of(document)) is not None and _goes_together(single):
        line["holds"] = _asks(single, subject)
        line["text"] = reason(single, subject, holds=bool(line["holds"]))
    return bool(line["holds"])


def _goes_together(single: Single) -> bool:
    return single.op in OPERATORS[single.field.type]


def _asks(single: Single, subject: Subject) -> bool:
    if single.field.type == "hours":
        return _is_within(single, subject)
    known, wanted = subject.known(single.field.name), several(single.value)
    if single.op in WITHOUT_VALUE:
        return bool(known) == (single.op == "is_set")
    positive = _POSITIVE.get(single.op, single.op)
    whole = single.op in ("contains", "not_contains") and single.field.type == "list"
    compare = same if whole else _COMPARE[positive]
    holds = any(compare(value, other) for value in known for other in wanted)
    return holds != (positive != single.op)


def _is_within(single: Single, subject: Subject) -> bool:
    """A schedule that there is not has neither hours nor time outside of them."""
    calendar = subject.calendars.get(single.value) if isinstance(single.value, str) else None
    return calendar is not None and calendar.is_open(subject.at) == (single.op == "within_hours")


_POSITIVE: Final = {"is_not": "is", "not_contains": "contains"}
"""What an operator denies."""


def _is_more(value: object, other: object) -> bool:
    left, right = number(value), number(other)
    return left is not None and right is not None and left > right


_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": same,
    "in": same,
    "contains": lambda value, other: bool(word(other)) and word(other) in word(value),
    "starts_with": lambda value, other: bool(word(other)) and word(value).startswith(word(other)),
    "more_than": _is_more,
    "less_than": lambda value, other: _is_more(other, value),
}
