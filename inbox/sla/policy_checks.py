"""What is wrong with a policy in plain words before it is saved, and what is only strange about it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hub.models import ClockKind, EscalationStep, Organization, SlaPolicy, Status
from inbox import conditions
from inbox.sla.choosing import ASKABLE
from inbox.sla.terms import Book

PAUSES: Final = (Status.PENDING.value, Status.SNOOZED.value)
"""The statuses in which a clock may stand still. In the others it is our turn, or all is done."""

LONGEST: Final = 3 * 366 * 24 * 60 * 60
"""Seconds: nobody promises anything for in more than three years."""

_MOST_PERCENT: Final = 1_000
_MOST_STEPS: Final = 30
_When = EscalationStep.When


def problems(
    organization: Organization, row: SlaPolicy, targets: Any, escalations: Any
) -> dict[str, list[str]]:
    """All that is wrong by field, empty when it may be saved; the lists are as the API takes them."""
    found = {
        "name": [] if row.name.strip() else ["This is needed."],
        "pauses": [
            f"Clocks can stand still while a conversation is {' or '.join(PAUSES)}, not “{str(status)[:40]}”."
            for status in row.pauses
            if status not in PAUSES
        ],
        "conditions": list(_conditions(organization, row.conditions)),
        "targets": list(_targets(targets)),
        "escalations": list(_escalations(organization, escalations)),
    }
    return {field: list(dict.fromkeys(texts)) for field, texts in found.items() if texts}


def warnings(row: SlaPolicy, targets: Sequence[Any], steps: Sequence[Any], book: Book) -> list[str]:
    """What is strange about a policy that may be saved all the same."""
    found = list(_never_reached(row, book))
    promised = {target.clock for target in targets}
    timed = [target for target in targets if target.clock != ClockKind.ANSWER]
    if row.schedule_id is None and any(target.is_working_time for target in timed):
        found.append("It has no schedule, so working time is all the time.")
    for step in steps:
        if step.clock and step.clock not in promised:
            found.append(f"A step waits for “{step.clock}”, of which nothing is promised: it never comes.")
        elif step.when == _When.BEFORE:
            within = [target for target in targets if step.clock in ("", target.clock)]
            found += [
                f"A step {step.value // 60} min before it is due comes at once: "
                f"“{target.clock}” has {target.seconds // 60} min altogether."
                for target in within
                if target.seconds <= step.value and not target.is_working_time
            ]
    return list(dict.fromkeys(found))


def _never_reached(row: SlaPolicy, book: Book) -> Iterator[str]:
    for terms in book.terms:
        if terms.policy_id == row.pk:
            return
        if not terms.conditions:
            yield f"It never applies: “{terms.name}” above it holds for every conversation."
            return


def _conditions(organization: Organization, document: Any) -> Iterator[str]:
    yield from conditions.problems(document, organization)
    for name in sorted(conditions.fields_in([document])):
        place, is_custom, _ = name.partition(".custom.")
        if name not in ASKABLE and not (is_custom and f"{place}.custom.*" in ASKABLE):
            label = next((field.label for field in conditions.FIELDS if field.name == name), name)
            yield f"A promise cannot depend on “{label}”: it would come and go."


def _targets(targets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not targets:
        yield "Promise something: say how long at least one clock may run."
    for target in targets:
        name = str(target.get("clock"))
        if name not in ClockKind.values:
            yield f"There is no clock “{name[:40]}”."
        if target.get("seconds", 0) <= 0:
            yield f"“{name}”: nothing can be done in no time. Give it a second at least."
        elif target["seconds"] > LONGEST:
            yield f"“{name}”: nobody promises anything for in more than three years."
    for (clock, priority), times in Counter((t["clock"], t.get("priority", "")) for t in targets).items():
        if times > 1:
            whom = f"priority {priority}" if priority else "everybody else"
            yield f"“{clock}” is promised twice for {whom}."


def _escalations(organization: Organization, steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    from inbox.rules import deed_checks  # Rules ask about promises, and promises act as rules do.

    if len(steps) > _MOST_STEPS:
        yield f"There are more than {_MOST_STEPS} steps."
    for step in steps:
        value = step.get("value", 0)
        if step["when"] == _When.PERCENT and not 0 < value <= _MOST_PERCENT:
            yield f"A step comes at 1 to {_MOST_PERCENT} percent."
        elif step["when"] != _When.PERCENT and not 0 < value <= LONGEST:
            yield "A step comes a second to three years before or after the due moment."
        for text in deed_checks.problems(list(step.get("actions") or []), organization):
            yield f"Step: {text}" if text != "Say what the rule does." else "A step does nothing: say what."
