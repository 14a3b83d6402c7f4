"""Says in plain words what is wrong with deeds before they are saved."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from hub.models import Organization
from inbox.conditions import choices
from inbox.rules.arguments import Argument
from inbox.rules.verbs import DEEDS, ME, SETTABLE
from inbox.templates import VARIABLES

MOST: Final = 20
"""Deeds of one rule or macro."""

_VARIABLE: Final = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|[^{}]*)?\}\}")


def problems(deeds: object, organization: Organization, *, place: str = "rule") -> list[str]:
    """All that is wrong with the deeds of a "rule" or "macro", each in a sentence."""
    if not isinstance(deeds, list):
        return ["What is to be done is a list."]
    if not deeds and place == "rule":
        return ["Say what the rule does."]
    if len(deeds) > MOST:
        return [f"A rule does {MOST} things at most."]
    check = _Check(organization, place)
    found = list(dict.fromkeys(text for deed in deeds for text in check.deed(deed)))
    return found or list(dict.fromkeys(_contradictions(deeds)))


def unknown_variables(text: str) -> list[str]:
    """A sentence for each name in double braces that stands for nothing."""
    return [
        f"There is no variable “{{{{{name[:60]}}}}}”."
        for name in dict.fromkeys(_VARIABLE.findall(text))
        if name not in VARIABLES
    ]


class _Check:
    """Looks at deeds one by one; what can be chosen is read once."""

    def __init__(self, organization: Organization, place: str) -> None:
        self._organization = organization
        self._place = place
        self._known: dict[str, dict[str, str]] = {}

    def deed(self, deed: object) -> Iterator[str]:
        """What is wrong with one deed."""
        name = deed.get("do") if isinstance(deed, Mapping) else None
        kind = DEEDS.get(name) if isinstance(name, str) else None
        if kind is None or not isinstance(deed, Mapping):
            yield f"Nobody knows how to do “{str(name)[:40]}”."
            return
        if self._place not in kind.places:
            yield f"{kind.label}: a {self._place} cannot do that."
        if strange := deed.keys() - {"do", *(argument.name for argument in kind.arguments)}:
            yield f"{kind.label}: there is no “{str(min(strange, key=str))[:40]}”."
        for argument in kind.arguments:
            if fault := argument.fault(deed):
                yield f"{kind.label}: {fault}"
            elif deed.get(argument.name) is not None:
                yield from (f"{kind.label}: {text}" for text in self._value(argument, deed[argument.name]))
        if name == "notify" and not (deed.get("agent_ids") or deed.get("team_id") or deed.get("assignee")):
            yield f"{kind.label}: say whom."

    def _value(self, argument: Argument, value: Any) -> Iterator[str]:
        if argument.type in ("one", "many"):
            allowed = self._choices(argument)
            for one in value if isinstance(value, list) else [value]:
                if one not in allowed:
                    yield f"there is no “{one[:80]}” here (any more)."
        elif argument.name in ("text", "subject"):
            yield from unknown_variables(value)

    def _choices(self, argument: Argument) -> Collection[str]:
        source = argument.choices
        if source not in self._known:
            self._known[source] = choices_of(self._organization, source)
        is_me = self._place == "macro" and argument.name == "agent_id"
        return [*self._known[source], ME] if is_me else self._known[source]


def choices_of(organization: Organization, source: str) -> dict[str, str]:
    """What can be chosen for an argument, with names."""
    if source == "settable_status":
        return {status: status for status in SETTABLE}
    return choices.names(organization, [source])


_ONCE: Final = {
    "assign_agent": "agents",
    "assign_team": "teams",
    "assign_queue": "queues",
    "set_priority": "priorities",
    "set_status": "statuses",
    "snooze": "times",
    "reply": "answers",
}


def _contradictions(deeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Deeds of which one undoes the other."""
    names = [str(deed["do"]) for deed in deeds]
    for name, what in _ONCE.items():
        if names.count(name) > 1:
            yield f"{DEEDS[name].label}: two different {what} contradict each other."
    if "set_status" in names and "snooze" in names:
        yield "Setting the status and putting away contradict each other."
    added = {label for deed in deeds if deed["do"] == "add_labels" for label in deed["labels"]}
    removed = {label for deed in deeds if deed["do"] == "remove_labels" for label in deed["labels"]}
    for label in sorted(added & removed):
        yield f"The label “{label}” is added and removed."
    keys = [deed["key"] for deed in deeds if deed["do"] == "set_custom"]
    if len(keys) > len(set(keys)):
        yield "A custom field is set twice."
