"""A floor whose work is moved by hand, row and event in one transaction as the engine does.

So a test can make any day it likes, at the hours that it likes, without waiting for anybody.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hub.clock import now
from hub.models import AgentState, Offer, Organization, Queue, User, WorkItem
from hub.transaction import unit
from inbox import payloads
from realtime import events
from tests import factories

State = WorkItem.State


@dataclass
class Floor:
    """One organization at work."""

    organization: Organization
    queues: list[Queue]
    agents: list[User]
    work: list[WorkItem] = field(default_factory=list)

    @classmethod
    def open(cls, queues: int = 1, agents: int = 2, **organization: Any) -> "Floor":
        """A floor with so many queues, open to all, and agents."""
        of = factories.organization("Acme", **organization)
        return cls(
            of,
            [factories.queue(of, service_level_seconds=60, position=number) for number in range(queues)],
            [factories.agent(of, f"Agent {number}") for number in range(agents)],
        )

    def enqueue(self, kind: str = "chat", queue: int = 0, *, is_told: bool = True) -> WorkItem:
        """Somebody begins to wait; without an event if `is_told` is not, as long before the log's reach."""
        conversation = factories.conversation(self.organization, queue=self.queues[queue])
        row = WorkItem.objects.create(
            organization=self.organization,
            conversation=conversation,
            queue=self.queues[queue],
            kind=kind,
            queued_at=now(),
            created_at=now(),
            virtual_start_at=now(),
            updated_at=now(),
        )
        self.work.append(row)
        if is_told:
            self.tell(row)
        return row

    def offer(self, row: WorkItem, agent: int = 0) -> Offer:
        """Ask an agent."""
        with unit():
            offer = Offer.objects.create(
                organization=self.organization,
                work=row,
                agent=self.agents[agent],
                expires_at=now() + timedelta(seconds=30),
            )
            self._tell_offer("offer.created", offer)
            self.turn(row, State.OFFERED)
        return offer

    def decline(self, offer: Offer) -> None:
        """The agent would rather not; it waits on."""
        self._decide(offer, Offer.Status.DECLINED, State.QUEUED)

    def accept(self, row: WorkItem, agent: int = 0) -> None:
        """An agent takes it."""
        row.accepted_at = now()
        row.first_accepted_at = row.first_accepted_at or now()
        row.assignee = self.agents[agent]
        self.turn(row, State.ACTIVE)

    def accept_offer(self, offer: Offer) -> None:
        """The agent who was asked takes it."""
        row = offer.work
        row.accepted_at = row.first_accepted_at = now()
        row.assignee = offer.agent
        self._decide(offer, Offer.Status.ACCEPTED, State.ACTIVE)

    def put_back(self, row: WorkItem) -> None:
        """The agent returns it: it is queued anew."""
        row.assignee = row.accepted_at = None
        row.queued_at = now()
        self.turn(row, State.QUEUED)

    def move(self, row: WorkItem, queue: int) -> None:
        """It goes to another queue and keeps its age."""
        row.queue = self.queues[queue]
        self.turn(row, row.state)

    def end(self, row: WorkItem, state: str = State.DONE) -> None:
        """It is over: done, or abandoned by its customer."""
        row.is_over, row.ended_at = True, now()
        self.turn(row, state)

    def turn(self, row: WorkItem, state: str, **fields: Any) -> None:
        """Give an item a state and fields, and tell."""
        row.state, row.updated_at = state, now()
        for name, value in fields.items():
            setattr(row, name, value)
        with unit():
            row.save()
            self.tell(row)

    def tell(self, row: WorkItem) -> None:
        """Announce an item as it is now."""
        with unit():
            data = {"conversation_id": str(row.conversation_id), "work": payloads.work(row)}
            events.append(self.organization, "work.updated", data)

    def say(self, agent: int, state: str, reason: str = "") -> AgentState:
        """An agent says another state."""
        person = self.agents[agent]
        with unit():
            said = AgentState.objects.within(self.organization).filter(user=person, until__isnull=True)
            said.update(until=now())
            row = AgentState.objects.create(
                organization=self.organization, user=person, state=state, reason=reason, since=now()
            )
            shape = payloads.agent(person, "agent", row)
            events.append(self.organization, "agent.state_changed", {"agent": shape})
        return row

    def _decide(self, offer: Offer, status: str, state: str) -> None:
        with unit():
            offer.status, offer.decided_at = status, now()
            offer.save()
            self._tell_offer("offer.updated", offer)
            self.turn(offer.work, state)

    def _tell_offer(self, name: str, offer: Offer) -> None:
        data = {"conversation_id": str(offer.work.conversation_id), "offer": payloads.offer(offer)}
        events.append(self.organization, name, data)


def at(hour: int, minute: int = 0, second: float = 0) -> datetime:
    """A moment of the day on which the tests play."""
    return datetime.fromisoformat("2026-11-20T00:00:00+00:00") + timedelta(
        hours=hour, minutes=minute, seconds=second
    )
