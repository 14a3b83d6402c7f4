"""What becomes of work while it waits: steps, stickiness, and a word where nobody can take it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from hub.clock import now
from hub.models import Offer, Queue, TimelineItem, WorkItem
from hub.transaction import unit
from inbox.change import Change, lock_all
from inbox.places import places, tell_moved
from inbox.routing import kinds, settings, steps
from inbox.routing.availability import LIVE, available, class_of
from inbox.routing.following import ANSWERED_LATER, ROUTING
from inbox.routing.heads import ORDER, demand, skipped
from inbox.routing.moves import Moves
from inbox.routing.policy import Demand
from inbox.routing.staff import Staff
from inbox.routing.steps import InForce, Opening, Requirements
from inbox.rules import answering
from inbox.rules.means import Means

State = WorkItem.State

LATER: Final = (
    "Thank you for waiting. Nobody is free just now: we have kept what you wrote and will answer you here."
)
"""What a visitor reads whose chat a step ends; `settings["routing"]["later_text"]` says otherwise."""

_AT_ONCE = 100
_ROUNDS = 50
_STUCK_AT_ONCE = 200


def settle(queue: Queue) -> None:
    """Bring the waiting items of a queue whose timer is due to what its steps say. Opens its own units."""
    settling = _Settling(queue)
    for _ in range(_ROUNDS):
        due = settling.due()
        if not due or not settling.settle(due):
            return


def hurry(queue: Queue, staff: Staff) -> bool:
    """Make due what may skip to a step because nobody who is here could take it; whether there was any."""
    last = max((at for at, step in enumerate(queue.steps, 1) if step.get("skip_if_nobody")), default=0)
    keys = [
        head.requirement_key
        for head in (_heads(queue) if last else ())
        if staff.is_nobody_there(demand(head, staff))
    ]
    rows = WorkItem.objects.within(queue.organization_id).filter(
        queue=queue, state="queued", requirement_key__in=keys, step__lt=last
    )
    return bool(keys and rows.update(timer_at=now()))


def mark_stuck(queue: Queue, staff: Staff) -> None:
    """Write on what waits why nobody at all can take it, or take that back where somebody can."""
    for head in _heads(queue):
        reason = staff.why_never(demand(head, staff))
        if not reason and not head.stuck_reason:
            continue  # The best one is cleared last, so it tells of all of them.
        rows = WorkItem.objects.within(queue.organization_id).filter(
            queue=queue, state="queued", requirement_key=head.requirement_key
        )
        worst_first = rows.exclude(stuck_reason=reason).order_by(*(f"-{name}" for name in ORDER))
        wrong = list(worst_first.values_list("pk", flat=True)[:_STUCK_AT_ONCE])
        if wrong:
            _write_stuck(queue, wrong, reason)


class _Settling:
    """One look at a queue's steps."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.organization = queue.organization
        self.rules = settings.of(self.organization)
        self.at = now()

    def due(self) -> list[WorkItem]:
        """Waiting items whose moment has come."""
        rows = WorkItem.objects.within(self.organization).filter(
            queue=self.queue, state="queued", timer_at__lte=self.at
        )
        return list(rows.select_related("queue").order_by("timer_at", "id")[:_AT_ONCE])

    def settle(self, due: Sequence[WorkItem]) -> int:
        """Do it; how many were."""
        leaving = [work.pk for work in due if _leaves(work, self.fold(work))]
        staying = [work.pk for work in due if work.pk not in set(leaving)]
        done = self._apply(staying) if staying else 0
        return done + sum(self._leave(work) for work in due if work.pk in set(leaving))

    def fold(self, work: WorkItem) -> InForce:
        """What is in force for an item now."""
        return steps.in_force(
            self.queue,
            work.queued_at,
            self.at,
            self.opening,
            lambda asked, teams: self.is_nobody_there(work, asked, teams),
            steps.asked_by_rules(work.requirements),
        )

    def is_nobody_there(self, work: WorkItem, asked: Requirements, teams: frozenset[str]) -> bool:
        """Whether nobody who is here could take it, if these were asked for."""
        return self.staff.is_nobody_there(Demand(work.kind, self.staff.requirements(asked), teams))

    @cached_property
    def opening(self) -> Opening:
        """Whether the queue is open."""
        return steps.opening(self.queue.schedule, self.at)

    @cached_property
    def staff(self) -> Staff:
        """Who is there; read only where a step asks."""
        return Staff(self.queue, self.present)

    @cached_property
    def present(self) -> Mapping[UUID, Any]:
        """Who can be given what."""
        return available(self.organization.pk)

    def _apply(self, work_ids: Sequence[UUID]) -> int:
        with unit():
            works = locked(self.organization.pk, work_ids, waits=False)
            moves = Moves(self.organization)
            skip_ends = self._skip_ends(works)
            known = self._known_agents(works)
            asked = skipped(
                self.organization.pk, work_ids, self.at - timedelta(seconds=self.rules.skip_seconds)
            )
            for work in works:
                work.sticky_agent_id = work.sticky_agent_id or known.get(work.pk)
                if str(work.sticky_agent_id) in asked.get(work.pk, ()):
                    work.sticky_agent_id = None
                self._apply_to(moves, work, self.fold(work), skip_ends.get(work.pk))
            moves.save()
        return len(works)

    def _apply_to(self, moves: Moves, work: WorkItem, found: InForce, skip_ends: datetime | None) -> None:
        before = (work.requirements, work.teams, work.step, work.requirement_key, work.priority_rank)
        begun = found.step > work.step
        work.requirements, work.teams = [dict(one) for one in found.requirements], sorted(found.teams)
        work.step = max(work.step, found.step)
        if found.priority_rank is not None:
            work.priority_rank = min(work.priority_rank, found.priority_rank)
        is_kept = self._is_kept(work)
        moments = [found.next_at, work.sticky_until if is_kept else None, skip_ends]
        moves.look_at(work, min((at for at in moments if at is not None), default=None))
        work.requirement_key = steps.key(
            work.kind, work.requirements, work.teams, work.sticky_agent_id if is_kept else None
        )
        after = (work.requirements, work.teams, work.step, work.requirement_key, work.priority_rank)
        if before != after:
            moves.regroup(work, is_kept=is_kept)
        if begun:
            moves.decide(work, "step", f"Step {found.step} of the queue: {'; '.join(found.reasons[-1:])}.")

    def _is_kept(self, work: WorkItem) -> bool:
        """Whether it waits for the agent who knows the customer: they are here, and it is not too long."""
        if work.sticky_agent_id is None or work.sticky_until is None or work.sticky_until <= self.at:
            return False
        found = self.present.get(work.sticky_agent_id)
        return found is not None and found.state != "offline"

    def _known_agents(self, works: Sequence[WorkItem]) -> dict[UUID, UUID]:
        """Who answered each of these customers last, in this conversation or an earlier one.

        Asked once an item, and only where the queue waits for them.
        """
        found = {}
        for work in works:
            if work.sticky_until is not None and work.sticky_agent_id is None:
                said = TimelineItem.objects.within(self.organization).filter(
                    conversation__requester__conversations=work.conversation_id,
                    direction=TimelineItem.Direction.OUTBOUND,
                    author_user__isnull=False,
                )
                last = said.order_by("-recorded_at", "-pk").values_list("author_user_id", flat=True).first()
                if last is not None:
                    found[work.pk] = last
        return found

    def _skip_ends(self, works: Sequence[WorkItem]) -> dict[UUID, datetime]:
        """Until when somebody is passed over for each of them."""
        span = timedelta(seconds=self.rules.skip_seconds)
        rows = Offer.objects.within(self.organization).filter(
            work_id__in=[work.pk for work in works], decided_at__isnull=False
        )
        ended = rows.values_list("work_id").annotate(
            last=Max(Greatest("decided_at", Coalesce("released_at", "decided_at")))
        )
        return {work_id: last + span for work_id, last in ended if last + span > self.at}

    def _leave(self, seen: WorkItem) -> int:
        """Carry out a step that takes an item out of the queue, or its customer out of the wait."""
        with unit():
            conversations = lock_all(self.organization, [seen.conversation_id])
            works = locked(self.organization.pk, [seen.pk], waits=True)
            if not conversations or not works or works[0].queue_id != self.queue.pk:
                return 1
            change, work = Change(conversations[0], None), works[0]
            change.acting = ROUTING
            moves = Moves(self.organization)
            found = self.fold(work)
            work.step = max(work.step, found.step)
            if found.queue:
                self._move_on(change, moves, work, found)
            elif work.call:
                moves.decide(work, "overflow", f"Goes to {found.ends_in}: {'; '.join(found.reasons[-1:])}.")
                work.outcome = found.ends_in
                moves.end(work, State.OVERFLOWED, "The caller was sent on.")
            else:
                self._answer_later(change, moves, work, found)
            moves.save()
            change.finish()
        return 1

    def _move_on(self, change: Change, moves: Moves, work: WorkItem, found: InForce) -> None:
        rows = Queue.objects.within(self.organization).filter(pk=found.queue, archived_at__isnull=True)
        target = rows.first()
        if target is None:
            moves.look_at(work, None)
            return
        reason = f"It goes on in {target.name}: {'; '.join(found.reasons[-1:])}."
        before = places(change.conversation)
        if not work.call:
            change.conversation.queue = target
            tell_moved(change, before, reason=reason)
        moves.enqueue(work, target, reason, sticky=work.sticky_agent_id)
        moves.decide(work, "overflow", reason)

    def _answer_later(self, change: Change, moves: Moves, work: WorkItem, found: InForce) -> None:
        """The visitor is told that an answer comes later; the item waits on as what can wait."""
        own = self.organization.settings.get("routing")
        text = str(own.get("later_text") or LATER) if isinstance(own, Mapping) else LATER
        answering.answer(change, None, {"text": text}, Means(self.organization))
        reason = f"It is answered later: {'; '.join(found.reasons[-1:])}."
        work.kind, work.sticky_until, work.outcome = kinds.URGENCY[-1], None, ANSWERED_LATER
        moves.look_at(work, None)
        moves.regroup(work)
        moves.decide(work, "overflow", reason)
        moves.wake(self.queue.pk)


def locked(organization_id: UUID, work_ids: Sequence[UUID], *, waits: bool) -> list[WorkItem]:
    """Those of the items that wait, locked by their ids; `waits` for those that others have."""
    rows = WorkItem.objects.within(organization_id).select_related("queue")
    rows = rows.select_for_update(of=("self",), skip_locked=not waits)
    return list(rows.filter(pk__in=work_ids, state="queued").order_by("pk"))


def _leaves(work: WorkItem, found: InForce) -> bool:
    """Whether a step takes it elsewhere, and not only changes who may take it."""
    if found.queue:
        return True
    return bool(found.ends_in) and (bool(work.call) or class_of(work.kind) == LIVE)


def _heads(queue: Queue) -> Iterator[WorkItem]:
    """The best waiting item of each key."""
    rows = WorkItem.objects.within(queue.organization_id).filter(queue=queue, state="queued")
    rows, last = rows.filter(requirement_key__lt=steps.STICKY).order_by("requirement_key", *ORDER), ""
    while found := rows.filter(requirement_key__gt=last).first():
        yield found
        last = found.requirement_key


def _write_stuck(queue: Queue, work_ids: Sequence[UUID], reason: str) -> None:
    with unit():
        moves = Moves(queue.organization)
        for work in locked(queue.organization_id, work_ids, waits=False):
            work.stuck_reason = reason
            moves.touch(work)
            if reason:
                moves.decide(work, "stuck", reason)
        moves.save()
