"""The life of work within one unit: every step of it, its offers, and who is told and woken."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hub import tenancy
from hub.clock import now
from hub.models import NEVER, Conversation, Offer, Organization, Queue, RoutingDecision, WorkItem
from hub.prepared import Prepared
from inbox import payloads
from inbox.routing import settings, steps, waking
from inbox.routing.availability import ASYNC, class_of
from inbox.sla import answers
from realtime import events

State, Status = WorkItem.State, Offer.Status

WAITING: Final = frozenset({State.QUEUED, State.OFFERED})
"""The states in which work has nobody."""

BY_HAND: Final = frozenset({State.ACTIVE, State.PARKED, State.WRAPPING})
"""The states in which work is an agent's."""

MOST_CANDIDATES: Final = 50
"""So many people a decision remembers."""

_SAVED: Final = [
    "queue", "kind", "state", "is_over", "priority_rank", "rank_due_at", "virtual_start_at", "requirements",
    "teams", "requirement_key", "step", "timer_at", "sticky_agent", "sticky_until", "assignee",
    "stuck_reason", "outcome", "queued_at", "first_accepted_at", "accepted_at", "opened_at", "ended_at",
    "updated_at",
]  # fmt: skip

Tell = Callable[[WorkItem, str, dict[str, Any]], None]
"""Says that something happened to work: its event's name and data, without the conversation's id."""


class Moves:
    """What one unit does to work. The works' rows are locked; `save` writes all of it and tells of it.

    Locks are taken in one order everywhere: conversations, works, offers, memberships, then the keys of
    jobs. `tell` says how events are appended; by default they go into the log as they are. The offers of
    all `expected` works are read together, with the first that is asked for.
    """

    def __init__(self, organization: Organization, tell: Tell | None = None) -> None:
        self.organization = organization
        self.settings = settings.of(organization)
        self.at = now()
        self._tell = tell or self._append
        self.expected: Sequence[WorkItem] = ()
        self._works: dict[UUID, WorkItem] = {}
        self._new: set[UUID] = set()
        self._news: set[UUID] = set()
        self._offers: dict[UUID, list[Offer]] = {}
        self._told: list[tuple[Offer, str]] = []
        self._changed_offers: dict[UUID, Offer] = {}
        self._decisions: list[RoutingDecision] = []
        self._queues: set[UUID] = set()
        self._freed: set[UUID] = set()

    # What waits.

    def open(
        self, conversation: Conversation, queue: Queue | None, kind: str, since: datetime, **fields: Any
    ) -> WorkItem:
        """New work, not yet anywhere; say next where it goes."""
        work = WorkItem(
            organization=self.organization,
            conversation=conversation,
            queue=queue,
            kind=kind,
            virtual_start_at=since,
            created_at=self.at,
            queued_at=self.at,
            **fields,
        )
        self.rank(work, conversation)
        self._new.add(work.pk)
        self._offers[work.pk] = []
        return self.touch(work)

    def rank(self, work: WorkItem, conversation: Conversation) -> bool:
        """Take over how urgent the conversation is; whether that changed anything."""
        rank = steps.urgency(work.queue, work.step, conversation.priority)
        due_at = conversation.sla_due_at or NEVER
        if (work.priority_rank, work.rank_due_at) == (rank, due_at):
            return False
        work.priority_rank, work.rank_due_at = rank, due_at
        self.touch(work)
        return True

    def enqueue(
        self,
        work: WorkItem,
        queue: Queue,
        reason: str,
        *,
        sticky: UUID | None = None,
        asked: Sequence[Any] = (),
    ) -> None:
        """Put work into a queue, at the beginning of its steps; its age stays."""
        self._let_go(work, reason)
        kept = steps.combined(asked, steps.asked_by_rules(work.requirements))
        work.state, work.queue, work.assignee_id = State.QUEUED, queue, None
        work.accepted_at = work.opened_at = None
        work.queued_at, work.step, work.teams, work.stuck_reason = self.at, 0, [], ""
        work.requirements = steps.combined(queue.requirements, kept)
        is_offered = queue.handing == Queue.Handing.OFFER
        is_sticky = is_offered and queue.sticky_seconds > 0
        work.sticky_agent_id = sticky if is_sticky else None
        work.sticky_until = self.at + timedelta(seconds=queue.sticky_seconds) if is_sticky else None
        work.timer_at = self.at if queue.steps or is_sticky else None
        self.regroup(work)
        self._wake(work, queue)

    def regroup(self, work: WorkItem, *, is_kept: bool = False) -> None:
        """Have the key say who can take it; `is_kept` for its sticky agent alone."""
        agent = work.sticky_agent_id if is_kept else None
        work.requirement_key = steps.key(work.kind, work.requirements, work.teams, agent)
        self.touch(work)

    def put_back(self, work: WorkItem, offer: Offer, status: str, reason: str) -> None:
        """End an offer that was not accepted; the item waits on in its place, and is looked at again."""
        self._end(offer, status, reason)
        work.state = State.QUEUED
        skip_ends = self.at + timedelta(seconds=self.settings.skip_seconds)
        if status != Status.RESCINDED:
            work.timer_at = min(work.timer_at or skip_ends, skip_ends)
        self._freed.add(offer.agent_id)
        self.touch(work)
        if work.queue_id:
            self._queues.add(work.queue_id)

    # What somebody has.

    def offer(self, work: WorkItem, agent_id: UUID, seconds: int) -> Offer:
        """Put it before an agent."""
        row = self._offer(work, agent_id, Status.PENDING, "")
        row.expires_at = self.at + timedelta(seconds=seconds)
        work.state, work.stuck_reason = State.OFFERED, ""
        self._told.append((row, "offer.created"))
        self.touch(work)
        return row

    def accept(self, work: WorkItem, offer: Offer) -> None:
        """The agent takes what was offered."""
        self._end(offer, Status.ACCEPTED, "")
        self._hold(work, offer.agent_id)
        work.opened_at, work.timer_at = self.at, None

    def assign(self, work: WorkItem, agent_id: UUID, reason: str) -> Offer:
        """Give it to an agent at once; it comes back where they do not open it in time."""
        row = self._offer(work, agent_id, Status.ACCEPTED, reason)
        row.decided_at = self.at
        self._told.append((row, "offer.created"))
        self._hold(work, agent_id)
        work.opened_at = None
        work.timer_at = self.at + timedelta(seconds=self.settings.return_after_seconds)
        return row

    def hold(self, work: WorkItem, agent_id: UUID, reason: str) -> None:
        """Have it be an agent's because people said so; an offer that they had is accepted by that."""
        for offer in self.current(work):
            if offer.agent_id == agent_id and offer.status == Status.PENDING:
                self._end(offer, Status.ACCEPTED, reason)
            elif offer.agent_id != agent_id:
                self._end(offer, Status.RESCINDED, reason)
        if not any(offer.agent_id == agent_id for offer in self.current(work)):
            self._offer(work, agent_id, Status.ACCEPTED, reason).decided_at = self.at
        if work.assignee_id and work.assignee_id != agent_id:
            self._freed.add(work.assignee_id)
        is_new_holder = work.assignee_id != agent_id
        self._hold(work, agent_id)
        work.opened_at = self.at if is_new_holder else work.opened_at or self.at
        work.timer_at = None

    def park(self, work: WorkItem) -> None:
        """It waits for the customer and takes no room; with a timer, which comes after, for its agent."""
        for offer in self.current(work):
            if offer.status == Status.PENDING:
                self._end(offer, Status.RESCINDED, "The customer has the word.")
        if work.state == State.ACTIVE and work.assignee_id:
            self._freed.add(work.assignee_id)
        work.state, work.timer_at = State.PARKED, None
        self.touch(work)

    def set_aside(self, work: WorkItem, reason: str) -> None:
        """Nobody is asked until it is put into a queue again."""
        self._let_go(work, reason)
        work.state, work.timer_at, work.stuck_reason = State.CALLBACK_WAIT, None, ""
        self.touch(work)

    def look_at(self, work: WorkItem, at: datetime | None) -> None:
        """Have the engine look at it at a moment."""
        work.timer_at = at
        self.touch(work, is_told=False)

    def finish(self, work: WorkItem, outcome: str, *, has_wrap_up: bool = True) -> None:
        """Nothing is left to do; where there is a wrap-up, its agent still has room for nothing else."""
        seconds = self.settings.wrap_up(work.queue, work.kind) if has_wrap_up else 0
        work.outcome = outcome[:40]
        if seconds and work.state == State.ACTIVE and work.assignee_id:
            work.state, work.timer_at = State.WRAPPING, self.at + timedelta(seconds=seconds)
            self.touch(work)
        elif not (work.state == State.WRAPPING and has_wrap_up):
            self.end(work, State.DONE)

    def end(self, work: WorkItem, state: str, reason: str = "It is settled.") -> None:
        """It is over in this state."""
        self._let_go(work, reason)
        work.state, work.is_over, work.ended_at, work.timer_at = state, True, self.at, None
        work.stuck_reason = ""
        self.touch(work)

    def decide(
        self,
        work: WorkItem,
        about: str,
        reason: str,
        agent_id: UUID | None = None,
        candidates: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Keep why something was decided."""
        self._decisions.append(
            RoutingDecision(
                organization=self.organization,
                work=work,
                about=about,
                agent_id=agent_id,
                reason=reason[:400],
                candidates=[dict(one) for one in candidates][:MOST_CANDIDATES],
                at=self.at,
            )
        )

    def know(self, works: Iterable[WorkItem]) -> None:
        """Read the current offers of several works at once, locked."""
        unknown = list({work.pk: work for work in works if work.pk not in self._offers}.values())
        if not unknown:
            return
        found = defaultdict(list)
        for offer in _current(self.organization.pk, [work.pk for work in unknown]):
            found[offer.work_id].append(offer)
        for work in unknown:
            self._offers[work.pk] = found[work.pk]
            for offer in found[work.pk]:
                offer.work = work

    def current(self, work: WorkItem) -> list[Offer]:
        """The offer that stands, and the one that was accepted and not given back."""
        if work.pk not in self._offers:
            self.know([work, *self.expected])
        return [
            offer
            for offer in self._offers[work.pk]
            if offer.status == Status.PENDING
            or (offer.status == Status.ACCEPTED and offer.released_at is None)
        ]

    def wake(self, queue_id: UUID) -> None:
        """Have a queue looked at."""
        self._queues.add(queue_id)

    def free(self, agent_id: UUID) -> None:
        """Somebody has more room than before."""
        self._freed.add(agent_id)

    def touch(self, work: WorkItem, *, is_told: bool = True) -> WorkItem:
        """Have it written, and told of."""
        work.updated_at = self.at
        self._works[work.pk] = work
        if is_told:
            self._news.add(work.pk)
        return work

    def save(self) -> None:
        """Write all of it, tell of it, and wake the queues that have somebody or something new."""
        new = [work for work in self._works.values() if work.pk in self._new]
        changed = [work for work in self._works.values() if work.pk not in self._new]
        offers = [offer for kept in self._offers.values() for offer in kept if offer._state.adding]
        # What ends goes first: there is one accepted offer at a time.
        _update(self._changed_offers.values(), ["status", "decided_at", "released_at", "reason"])
        _update(changed, _SAVED)
        tenancy.insert([*new, *offers, *self._decisions])
        answers.on_work(self.organization, self._works.values())
        for offer, name in self._told:
            self._tell(offer.work, name, {"offer": payloads.offer(offer)})
        for work in [work for work in self._works.values() if work.pk in self._news]:
            self._tell(work, "work.updated", {"work": payloads.work(work)})
        for agent_id in waking.awaited(self.organization.pk, self._freed, but=self._works):
            waking.look_after(self.organization.pk, agent_id)
        waking.wake([*self._queues, *waking.served(self.organization.pk, self._freed)])

    def _hold(self, work: WorkItem, agent_id: UUID) -> None:
        work.state, work.assignee_id, work.stuck_reason = State.ACTIVE, agent_id, ""
        work.accepted_at = self.at
        work.first_accepted_at = work.first_accepted_at or self.at
        self.touch(work)

    def _let_go(self, work: WorkItem, reason: str) -> None:
        for offer in self.current(work):
            self._end(offer, Status.RESCINDED, reason)
        if work.state in BY_HAND and work.assignee_id:
            self._freed.add(work.assignee_id)

    def _end(self, offer: Offer, status: str, reason: str) -> None:
        """Decide an offer that stands; what was accepted is given back instead."""
        if offer.status == Status.ACCEPTED:
            offer.released_at = self.at
            offer.reason = reason[:200] or offer.reason
        else:
            offer.status, offer.decided_at, offer.reason = status, self.at, reason[:200]
            self._told.append((offer, "offer.updated"))
            if status != Status.ACCEPTED:
                self._freed.add(offer.agent_id)
        self._changed_offers[offer.pk] = offer

    def _offer(self, work: WorkItem, agent_id: UUID, status: str, reason: str) -> Offer:
        self.know([work])
        row = Offer(
            organization=self.organization,
            work=work,
            agent_id=agent_id,
            status=status,
            created_at=self.at,
            reason=reason[:200],
        )
        self._offers[work.pk].append(row)
        return row

    def _wake(self, work: WorkItem, queue: Queue) -> None:
        if work.timer_at is not None or queue.handing == Queue.Handing.OFFER:
            self._queues.add(queue.pk)

    def _append(self, work: WorkItem, name: str, data: dict[str, Any]) -> None:
        conversation = Conversation(pk=work.conversation_id)
        data = {"conversation_id": str(work.conversation_id), **data}
        events.append(self.organization, name, data, conversation=conversation)


def _update(rows: Collection[Any], fields: Sequence[str]) -> None:
    """Write these fields: one row by itself, which is cheaper, several in one statement."""
    if len(rows) == 1:
        next(iter(rows)).save(update_fields=fields)
    elif rows:
        first = next(iter(rows))
        type(first).objects.within(first.organization_id).bulk_update(rows, fields)


def live(organization: Organization, conversation_ids: Sequence[UUID]) -> list[WorkItem]:
    """The works of these conversations that are not over, those of calls too; locked, by their ids."""
    return _live(organization.pk, conversation_ids)


def opened(organization_id: UUID, conversation_id: UUID, user_id: UUID) -> None:
    """Note that an agent looks at what they have, so that it does not go back for not being opened."""
    rows = WorkItem.objects.within(organization_id).filter(
        conversation_id=conversation_id, assignee_id=user_id, state=State.ACTIVE, opened_at__isnull=True
    )
    rows.update(opened_at=now(), timer_at=None)


def is_patient(work: WorkItem) -> bool:
    """Whether the customer does not look on."""
    return class_of(work.kind) == ASYNC


_live = Prepared[WorkItem](
    lambda organization_id, ids: (
        WorkItem.objects.within(organization_id)
        .select_for_update(of=("self",))
        .select_related("queue")
        .filter(conversation_id__in=ids, is_over=False)
        .order_by("pk")
    )
)
_current = Prepared[Offer](
    lambda organization_id, ids: (
        Offer.objects.within(organization_id)
        .select_for_update(of=("self",))
        .filter(work_id__in=ids, released_at__isnull=True, status__in=[Status.PENDING, Status.ACCEPTED])
        .order_by("pk")
    )
)
