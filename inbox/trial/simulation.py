"""Replays arrivals through queues, agents and the routing policy, in simulated time.

Deterministic: the same arrivals, shifts and set-up give the same fates. Nothing is read or written.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from inbox.trial.figures import Fate
from inbox.trial.history import Arrived, Shift
from inbox.trial.setup import Setup

REACTION = timedelta(seconds=5)
"""How long an agent looks at an offer before taking it."""


@dataclass(slots=True)
class Waiting:
    """Work in a simulated queue."""

    number: int
    arrived: Arrived
    queue_id: UUID | None
    priority_rank: int
    requirements: Sequence[dict[str, Any]]
    due_at: datetime | None
    also_teams: set[UUID] = field(default_factory=set)
    is_over: bool = False


@dataclass(slots=True)
class Present:
    """An agent who is there: the work in hand, by kind, and since when there is none."""

    agent_id: UUID
    classes: set[str]
    held: dict[int, str] = field(default_factory=dict)
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an arrival begins to wait: what rules and settings make of it."""

    queue_id: UUID | None
    priority_rank: int
    requirements: Sequence[dict[str, Any]]
    due_at: datetime | None = None


def simulate(
    setup: Setup,
    arrivals: Sequence[tuple[Arrived, Placement]],
    shifts: Iterable[Shift],
    until: datetime,
    tick: Callable[[int], None] = lambda done: None,
) -> list[Fate]:
    """The fate of each arrival, in their order. `tick` hears how many arrivals have come in."""
    return _Run(setup, arrivals, shifts, until, tick).run()


class _Run:
    def __init__(
        self,
        setup: Setup,
        arrivals: Sequence[tuple[Arrived, Placement]],
        shifts: Iterable[Shift],
        until: datetime,
        tick: Callable[[int], None],
    ) -> None:
        self.setup, self.until, self.tick = setup, until, tick
        self.arrivals = arrivals
        self.fates: dict[int, Fate] = {}
        self.present: dict[UUID, Present] = {}
        self.waiting: dict[UUID | None, dict[int, Waiting]] = defaultdict(dict)
        self._order = count()
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        for number, (arrived, placement) in enumerate(arrivals):
            self._at(arrived.at, self._arrival(number, arrived, placement))
        for shift in shifts:
            self._at(shift.begins_at, self._coming(shift))
            self._at(shift.ends_at, self._going(shift))

    def run(self) -> list[Fate]:
        while self._agenda:
            at, _, act = heapq.heappop(self._agenda)
            if at >= self.until:
                break
            act(at)
        for number, (arrived, placement) in enumerate(self.arrivals):
            self.fates.setdefault(number, Fate(arrived.at, placement.queue_id, arrived.kind))
        return [self.fates[number] for number in range(len(self.arrivals))]

    def _at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), act))

    def _arrival(self, number: int, arrived: Arrived, placement: Placement) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            self.tick(number + 1)
            item = Waiting(
                number,
                arrived,
                placement.queue_id,
                placement.priority_rank,
                placement.requirements,
                placement.due_at,
            )
            self.waiting[item.queue_id][number] = item
            for step in self.setup.steps(item.queue_id):
                self._at(at + timedelta(seconds=step.get("after", 0)), self._step(item, step))
            if arrived.patience is not None:
                self._at(at + arrived.patience, self._leaving(item))
            self._hand_out(item.queue_id, at)

        return act

    def _step(self, item: Waiting, step: Mapping[str, Any]) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if item.is_over:
                return
            if "requirements" in step:
                item.requirements = step["requirements"]
            if step.get("team"):
                item.also_teams.add(UUID(str(step["team"])))
            if step.get("priority"):
                item.priority_rank = self.setup.priority_rank(step["priority"])
            if step.get("queue"):
                del self.waiting[item.queue_id][item.number]
                item.queue_id = UUID(str(step["queue"]))
                self.waiting[item.queue_id][item.number] = item
            self._hand_out(item.queue_id, at)

        return act

    def _leaving(self, item: Waiting) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if not item.is_over:
                self._end(item)
                left = (at - item.arrived.at).total_seconds()
                self.fates[item.number] = Fate(item.arrived.at, item.queue_id, item.arrived.kind, None, left)

        return act

    def _coming(self, shift: Shift) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            agent = self.present.setdefault(shift.agent_id, Present(shift.agent_id, set(), idle_since=at))
            agent.classes |= shift.classes
            for queue_id in self._queues():
                self._hand_out(queue_id, at)

        return act

    def _going(self, shift: Shift) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if shift.agent_id in self.present:
                self.present[shift.agent_id].classes -= shift.classes

        return act

    def _hand_out(self, queue_id: UUID | None, at: datetime) -> None:
        """Give out what waits in a queue, most urgent first, as long as somebody can take it."""
        if not self.setup.hands_out(queue_id):
            return
        hopeless: set[tuple[Any, ...]] = set()
        for item in sorted(self.waiting[queue_id].values(), key=self._rank):
            alike = self.setup.alike(item)
            if alike in hopeless:
                continue
            agent_id = self.setup.choose(item, self.present.values(), at)
            if agent_id is None:
                hopeless.add(alike)
            else:
                self._take(item, self.present[agent_id], at)

    def _rank(self, item: Waiting) -> tuple[Any, ...]:
        return item.priority_rank, item.due_at or datetime.max.replace(tzinfo=self.until.tzinfo), item.number

    def _take(self, item: Waiting, agent: Present, at: datetime) -> None:
        self._end(item)
        agent.held[item.number] = item.arrived.kind
        agent.idle_since = None
        waited = at + REACTION - item.arrived.at
        wrap_up = self.setup.wrap_up(item.queue_id, item.arrived.kind)
        busy = item.arrived.handling + wrap_up
        self.fates[item.number] = Fate(
            item.arrived.at,
            item.queue_id,
            item.arrived.kind,
            waited.total_seconds(),
            None,
            agent.agent_id,
            busy.total_seconds(),
        )
        self._at(at + REACTION + busy, self._done(item, agent))

    def _done(self, item: Waiting, agent: Present) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            agent.held.pop(item.number, None)
            if not agent.held:
                agent.idle_since = at
            for queue_id in self._queues():
                self._hand_out(queue_id, at)

        return act

    def _end(self, item: Waiting) -> None:
        item.is_over = True
        del self.waiting[item.queue_id][item.number]

    def _queues(self) -> list[UUID | None]:
        """Queues in which something waits, those with the most urgent item first."""
        found = [queue_id for queue_id, items in self.waiting.items() if items]
        return sorted(found, key=lambda queue_id: min(map(self._rank, self.waiting[queue_id].values())))
