"""Backtests: a period replayed with the settings of today and with changed ones, and the differences.

Each message that began a conversation is rehearsed under both, which says where rules put it and when it is
due; then the period's work is simulated through both set-ups. What really happened stands beside them, so
that one can see how far to trust the simulation.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.models import Conversation, Organization
from hub.transaction import rehearsal
from inbox.trial import figures, history, replay
from inbox.trial.figures import Fate
from inbox.trial.history import Arrived, Shift
from inbox.trial.rehearsal import Outcome
from inbox.trial.setup import Setup
from inbox.trial.simulation import Placement, simulate

Progress = Callable[[int, int], None]

_SHOWN = 50
"""So many conversations that would have gone elsewhere are listed by name."""

REPLY = timedelta(minutes=2)
"""From taking work to the first answer, where the promise of a first reply is judged by the simulation."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two settings: its set-up, where messages went under it, and what became of the work."""

    setup: Setup
    outcomes: Mapping[UUID, Outcome]
    fates: Sequence[Fate]


class Comparison:
    """One period of one organization; `prepare` makes the changed settings in an open transaction."""

    def __init__(
        self,
        organization: Organization,
        begins_at: datetime,
        ends_at: datetime,
        prepare: Callable[[], None],
        extra_agents: int = 0,
    ) -> None:
        self.organization, self.begins_at, self.ends_at = organization, begins_at, ends_at
        self._prepare, self._extra_agents = prepare, extra_agents
        self.arrived = history.arrived(organization, begins_at, ends_at)
        self.shifts = history.shifts(organization, begins_at, ends_at)
        self._messages = sum(1 for _ in history.first_messages(organization, begins_at, ends_at))
        self.total = 2 * (self._messages + len(self.arrived))

    def run(self, progress: Progress = lambda done, total: None) -> dict[str, Any]:
        """Replay both sides; answers the result as it is kept. `progress` hears how far it is."""
        before = self._side(lambda: None, 0, progress, 0)
        after = self._side(self._prepare, self._extra_agents, progress, self.total // 2)
        progress(self.total, self.total)
        return self._result(before, after)

    def _side(self, prepare: Callable[[], None], extra_agents: int, progress: Progress, done: int) -> _Side:
        setup = _read(self.organization, prepare, extra_agents)
        outcomes: dict[UUID, Outcome] = {}
        messages = history.first_messages(self.organization, self.begins_at, self.ends_at)
        for conversation_id, outcome in replay.replay(messages, prepare):
            outcomes[conversation_id] = outcome
            progress(done + len(outcomes), self.total)
        placed = [(one, _placement(one, outcomes.get(one.conversation_id), setup)) for one in self.arrived]
        shifts = [*self.shifts, *self._further(setup)]
        fates = simulate(
            setup,
            placed,
            shifts,
            self.ends_at,
            lambda number: progress(done + len(outcomes) + number, self.total),
        )
        return _Side(setup, outcomes, fates)

    def _further(self, setup: Setup) -> list[Shift]:
        """Further agents are there whenever anybody is."""
        together = _union(self.shifts)
        return [
            Shift(agent_id, begins_at, ends_at, frozenset({"realtime", "live", "async"}))
            for agent_id in setup.extra
            for begins_at, ends_at in together
        ]

    def _result(self, before: _Side, after: _Side) -> dict[str, Any]:
        levels = before.setup.service_levels()
        observed = [_observed(one) for one in self.arrived]
        return {
            "observed": figures.figures(observed, levels),
            "before": figures.figures(before.fates, levels),
            "after": figures.figures(after.fates, after.setup.service_levels()),
            "queues": _by_queue(before, after),
            "hours": _by_hour(before, after),
            "promises": self._promises(before, after),
            "agents": self._agents(before, after),
            "moved": self._moved(before, after),
        }

    def _promises(self, before: _Side, after: _Side) -> list[dict[str, Any]]:
        """By clock: how many first replies and answers would have been in time, under each side."""
        sides = {"before": self._kept(before), "after": self._kept(after)}
        clocks = sorted({clock for kept in sides.values() for clock, _ in kept})
        return [
            {
                "clock": clock,
                **{
                    f"{verdict}_{name}": kept[clock, verdict]
                    for name, kept in sides.items()
                    for verdict in ("promised", "kept")
                },
            }
            for clock in clocks
        ]

    def _kept(self, side: _Side) -> Counter[tuple[str, str]]:
        taken = {
            one.conversation_id: fate.at + timedelta(seconds=fate.waited)
            for one, fate in zip(self.arrived, side.fates, strict=True)
            if fate.waited is not None
        }
        found: Counter[tuple[str, str]] = Counter()
        for conversation_id, outcome in side.outcomes.items():
            for clock, due_at in outcome.due.items():
                if clock not in ("first_reply", "answer"):
                    continue
                found[clock, "promised"] += 1
                at = taken.get(conversation_id)
                reply = at + REPLY if at is not None and clock == "first_reply" else at
                found[clock, "kept"] += reply is not None and reply <= due_at
        return found

    def _agents(self, before: _Side, after: _Side) -> list[dict[str, Any]]:
        loads = {
            name: figures.load(side.fates, _seconds_here([*self.shifts, *self._further(side.setup)]))
            for name, side in (("before", before), ("after", after))
        }
        ids = sorted({agent_id for load in loads.values() for agent_id in load})
        return [
            {
                "id": agent_id,
                "name": after.setup.agents[UUID(agent_id)].name,
                **{name: load.get(agent_id) for name, load in loads.items()},
            }
            for agent_id in ids
            if UUID(agent_id) in after.setup.agents
        ]

    def _moved(self, before: _Side, after: _Side) -> dict[str, Any]:
        """Conversations that would have gone to another queue, or had another urgency."""
        changed = [
            (conversation_id, was, after.outcomes[conversation_id])
            for conversation_id, was in before.outcomes.items()
            if conversation_id in after.outcomes and _gist(was) != _gist(after.outcomes[conversation_id])
        ]
        rows = Conversation.objects.within(self.organization).in_bulk([key for key, *_ in changed[:_SHOWN]])
        return {
            "count": len(changed),
            "of": len(before.outcomes),
            "conversations": [
                {
                    "id": str(key),
                    "number": rows[key].number,
                    "subject": rows[key].subject or rows[key].preview,
                    "before": _named(was, before.setup),
                    "after": _named(now, after.setup),
                }
                for key, was, now in changed[:_SHOWN]
                if key in rows
            ],
        }


def _read(organization: Organization, prepare: Callable[[], None], extra_agents: int) -> Setup:
    """The set-up as `prepare` makes it; the settings stay as they are."""
    with rehearsal():
        prepare()
        return Setup(Organization.objects.get(pk=organization.pk), extra_agents)


def _placement(one: Arrived, outcome: Outcome | None, setup: Setup) -> Placement:
    """Where rules would put work that began a conversation; later work waits where it did."""
    if outcome is None:
        return Placement(one.queue_id, one.priority_rank, one.requirements)
    queue_id = UUID(outcome.queue_id) if outcome.queue_id else None
    wanted = outcome.work["requirements"] if outcome.work else one.requirements
    due_at = min(outcome.due.values(), default=None)
    return Placement(queue_id, setup.priority_rank(outcome.priority), wanted, due_at)


def _observed(one: Arrived) -> Fate:
    if one.answered_at is not None:
        waited = (one.answered_at - one.at).total_seconds()
        return Fate(one.at, one.queue_id, one.kind, waited)
    left = one.patience.total_seconds() if one.patience is not None else None
    return Fate(one.at, one.queue_id, one.kind, None, left)


def _by_queue(before: _Side, after: _Side) -> list[dict[str, Any]]:
    queues = {**before.setup.queues, **after.setup.queues}
    found = []
    for queue_id in sorted(queues, key=lambda key: queues[key].position):
        sides = {
            name: figures.figures(
                [fate for fate in side.fates if fate.queue_id == queue_id], side.setup.service_levels()
            )
            for name, side in (("before", before), ("after", after))
        }
        if any(side["arrived"] for side in sides.values()):
            found.append({"id": str(queue_id), "name": queues[queue_id].name, **sides})
    return found


def _by_hour(before: _Side, after: _Side) -> list[dict[str, Any]]:
    sides = figures.by_hour(before.fates), figures.by_hour(after.fates)
    hours = sorted({*sides[0], *sides[1]})
    return [{"at": hour, "before": sides[0].get(hour), "after": sides[1].get(hour)} for hour in hours]


def _gist(outcome: Outcome) -> tuple[Any, ...]:
    return outcome.queue_id, outcome.team_id, outcome.assignee_id, outcome.priority, outcome.due


def _named(outcome: Outcome, setup: Setup) -> dict[str, Any]:
    queue = setup.queues.get(UUID(outcome.queue_id)) if outcome.queue_id else None
    return {
        "queue": queue.name if queue else "",
        "priority": outcome.priority,
        "due": {clock: moment.isoformat() for clock, moment in outcome.due.items()},
    }


def _union(shifts: Sequence[Shift]) -> list[tuple[datetime, datetime]]:
    """The stretches in which anybody is there."""
    found: list[tuple[datetime, datetime]] = []
    for shift in sorted(shifts, key=lambda one: one.begins_at):
        if found and shift.begins_at <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], shift.ends_at)
        else:
            found.append((shift.begins_at, shift.ends_at))
    return found


def _seconds_here(shifts: Sequence[Shift]) -> dict[UUID, float]:
    """How long each agent was there for anything, in seconds."""
    by_agent: dict[UUID, list[Shift]] = {}
    for shift in shifts:
        by_agent.setdefault(shift.agent_id, []).append(shift)
    return {
        agent_id: sum((last - first).total_seconds() for first, last in _union(own))
        for agent_id, own in by_agent.items()
    }
