"""What policies promise, in the form in which it is reckoned with: immutable, read once per version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from hub.models import ClockKind, EscalationStep, SlaPolicy, SlaTarget
from hub.prepared import Prepared
from inbox.sla.calendar import ALWAYS_OPEN, Calendar
from inbox.sla.clocks import Clock, Rules
from inbox.sla.instants import NeverComes
from inbox.sla.opening import calendar_of
from inbox.sla.pauses import Pauses

WARN_AT: Final = 80
"""Percent of a target after which `sla.warning` is told, if nothing foretold the breach earlier."""


class Target(NamedTuple):
    """How long a clock may run, in seconds of its calendar or of all time."""

    seconds: int
    is_working_time: bool


class Step(NamedTuple):
    """An escalation step, as `hub.models.EscalationStep` tells."""

    id: UUID
    clock: str
    when: str
    value: int
    is_working_time: bool
    actions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """One version of one policy. Without a schedule every moment counts."""

    policy_id: UUID
    name: str
    version: int
    conditions: Mapping[str, Any]
    rules: Rules
    calendar: Calendar
    targets: Mapping[tuple[str, str], Target]
    steps: Sequence[Step] = ()

    def target(self, kind: str, priority: str) -> Target | None:
        """What is promised for this priority, else for those without their own; None when nothing is."""
        found = self.targets.get((kind, priority)) or self.targets.get((kind, ""))
        if found is not None and kind == ClockKind.ANSWER:
            return Target(found.seconds, False)  # Nobody on the phone counts in opening hours.
        return found

    def promise(self, clock: Clock) -> "Promise | None":
        """What this policy makes of a clock; None when it promises nothing about it."""
        target = self.target(clock.kind, clock.priority)
        return None if target is None else Promise(self, clock, target)

    def steps_of(self, kind: str) -> list[Step]:
        """The escalation steps of this kind of clock, and those of all kinds."""
        return [step for step in self.steps if step.clock in ("", kind)]


class Promise(NamedTuple):
    """A clock under a target: when it is due, and when parts of it have passed."""

    terms: Terms
    clock: Clock
    target: Target

    @property
    def calendar(self) -> Calendar:
        """Where its time passes."""
        return self.terms.calendar if self.target.is_working_time else ALWAYS_OPEN

    @property
    def pauses(self) -> Pauses:
        """Where it stood still."""
        return Pauses((s.start, s.end) for s in self.clock.segments if not s.is_running)

    @property
    def due_at(self) -> datetime | None:
        """When it is or was due; None while it stands still before that."""
        return self.after(self.target.seconds)

    def after(self, seconds: float) -> datetime | None:
        """When so much of its own time will have passed; None while nobody knows."""
        try:
            return self.calendar.add(self.clock.started_at, timedelta(seconds=seconds), self.pauses)
        except NeverComes:
            return None

    def passed(self, at: datetime) -> timedelta:
        """How much of its own time has passed."""
        return self.calendar.elapsed(self.clock.started_at, self.clock.ended_at or at, self.pauses)

    def moment_of(self, step: Step, due_at: datetime) -> datetime | None:
        """When an escalation step is to fire: percents in the clock's own time, minutes as the step says."""
        if step.when == EscalationStep.When.PERCENT:
            return self.after(self.target.seconds * step.value / 100)
        distance = timedelta(seconds=step.value)
        distance = -distance if step.when == EscalationStep.When.BEFORE else distance
        calendar = self.terms.calendar if step.is_working_time else ALWAYS_OPEN
        try:
            return calendar.add(due_at, distance)
        except NeverComes:
            return None


class Book(NamedTuple):
    """The policies of an organization that apply now, from the top."""

    terms: Sequence[Terms] = ()

    def of(self, policy_id: UUID | str | None) -> Terms | None:
        """The policy with this id, if it applies."""
        return next((terms for terms in self.terms if str(terms.policy_id) == str(policy_id)), None)


_NOTHING: Final = Book()

_versions = Prepared[tuple[UUID, int]](
    lambda organization_id: (
        SlaPolicy.objects.within(organization_id)
        .filter(is_active=True)
        .order_by("position", "name")
        .values_list("pk", "version")
    )
)


def book(organization_id: UUID) -> Book:
    """The policies that apply now: one small query, and more only when one of them has changed."""
    versions = _versions(organization_id)
    return _book(organization_id, tuple(versions)) if versions else _NOTHING


@lru_cache(1024)
def _book(organization_id: UUID, versions: tuple[tuple[UUID, int], ...]) -> Book:
    found = terms_of_ids(organization_id, [policy_id for policy_id, _ in versions])
    return Book([found[policy_id] for policy_id, _ in versions if policy_id in found])


def terms_of_ids(organization_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Terms]:
    """Policies by id as they are now, those too that do not apply any more."""
    rows = SlaPolicy.objects.within(organization_id).filter(pk__in=list(ids)).select_related("schedule")
    policies = list(rows)
    wanted = [row.pk for row in policies]
    targets: defaultdict[UUID, list[SlaTarget]] = defaultdict(list)
    for target in SlaTarget.objects.within(organization_id).filter(policy_id__in=wanted):
        targets[target.policy_id].append(target)
    steps: defaultdict[UUID, list[EscalationStep]] = defaultdict(list)
    asked = EscalationStep.objects.within(organization_id).filter(policy_id__in=wanted)
    for step in asked.order_by("position", "id"):
        steps[step.policy_id].append(step)
    return {row.pk: terms_of(row, targets[row.pk], steps[row.pk]) for row in policies}


def terms_of(policy: SlaPolicy, targets: Iterable[SlaTarget], steps: Iterable[EscalationStep]) -> Terms:
    """A policy, kept or only drafted, with its targets and steps."""
    return Terms(
        policy.pk,
        policy.name,
        policy.version,
        policy.conditions,
        Rules(frozenset(policy.pauses), policy.do_bots_count),
        calendar_of(policy.schedule) if policy.schedule else ALWAYS_OPEN,
        {(row.clock, row.priority): Target(row.seconds, row.is_working_time) for row in targets},
        [Step(row.pk, row.clock, row.when, row.value, row.is_working_time, row.actions) for row in steps],
    )
