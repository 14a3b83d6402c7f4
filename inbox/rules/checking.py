"""Says in plain words what is wrong with a rule before it is saved, and what is odd about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from hub.models import Organization, Rule
from inbox import conditions
from inbox.rules import deed_checks, triggers


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as somebody wrote it, saved or not; `id` is that of the rule that it changes."""

    name: str = ""
    trigger: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    actions: Sequence[Mapping[str, Any]] = ()
    stops_others: bool = False
    id: UUID | None = None
    position: int | None = None


class Findings(NamedTuple):
    """What must be mended, by field of the rule, and what may be saved all the same."""

    errors: dict[str, list[str]]
    warnings: list[str]


def check(draft: Draft, organization: Organization) -> Findings:
    """Look at all of it."""
    found = {
        "trigger": triggers.problems(draft.trigger),
        "conditions": conditions.problems(draft.conditions, organization),
        "actions": deed_checks.problems(list(draft.actions), organization),
    }
    errors = {name: texts for name, texts in found.items() if texts}
    return Findings(errors, [] if errors else list(_warnings(draft, organization)))


_EFFECTS: Final[Mapping[str, str]] = {
    "assign_agent": "conversation.assigned",
    "assign_team": "conversation.assigned",
    "assign_queue": "conversation.assigned",
    "set_priority": "conversation.updated",
    "add_labels": "conversation.updated",
    "remove_labels": "conversation.updated",
    "set_custom": "conversation.updated",
    "require_skill": "conversation.updated",
    "set_status": "conversation.status_changed",
    "snooze": "conversation.status_changed",
    "add_note": "note.created",
    "notify": "note.created",
    "reply": "message.created",
}
"""What is announced of each deed."""


def _warnings(draft: Draft, organization: Organization) -> Iterator[str]:
    named = triggers.names_of(draft.trigger)
    done = [str(deed["do"]) for deed in draft.actions]
    if any(_EFFECTS[name] in named for name in done):
        yield "What this rule does would set it off again; on one occasion it acts only once."
    if "reply" in done and not {"message.received", "message.created", "conversation.created"} & {*named}:
        yield "It answers the customer's last message, although the customer has not just written."
    if "reply" in done and draft.conditions == {} and named:
        yield "Everybody who writes gets this answer: at most one a day in each conversation."
    yield from _never_received(draft)
    yield from _never_reached(draft, organization)


def _never_received(draft: Draft) -> Iterator[str]:
    """Conditions on messages that a trigger rules out."""
    named = set(triggers.names_of(draft.trigger))
    wanted = {"message.received": "outbound", "message.sent": "inbound"}
    for name, direction in wanted.items():
        if named != {name} or "all" not in draft.conditions:
            continue
        for single in conditions.top_level(draft.conditions):
            if (single.field.name, single.op, single.value) == ("message.direction", "is", direction):
                yield "This can never match: the rule acts on messages of the other direction."


def _never_reached(draft: Draft, organization: Organization) -> Iterator[str]:
    """An earlier rule that always acts and stops the others leaves nothing to this one."""
    named = set(triggers.names_of(draft.trigger))
    rows = (
        Rule.objects.within(organization)
        .filter(is_active=True, stops_others=True)
        .exclude(pk=draft.id or UUID(int=0))
    )
    if draft.position is not None:
        rows = rows.filter(position__lt=draft.position)
    for rule in rows.order_by("position", "id"):
        if named and rule.conditions == {} and named <= set(triggers.names_of(rule.trigger)):
            yield f"It is never reached: “{rule.name}” comes before, always acts and stops the others."
            return
