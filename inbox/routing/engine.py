"""Matches what waits in a queue with who is there: one item and one agent at a time, each in a transaction.

Any number of processes may do so at once. Whoever places an item holds its row and the agent's room until
the commit; who comes second finds the item gone or the room taken, and goes on to the next. The unique
indexes of offers stand behind that. Nothing is remembered between two runs.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from hub.clock import now
from hub.models import AgentState, Conversation, Queue, Status, User, WorkItem
from hub.prepared import Prepared
from hub.transaction import unit
from inbox.change import Change, lock_all
from inbox.places import places, tell_moved
from inbox.routing import availability, capacity, policy, settings
from inbox.routing.following import ROUTING
from inbox.routing.heads import Heads
from inbox.routing.moves import Moves
from inbox.routing.outlook import position as position
from inbox.routing.outlook import preview as preview
from inbox.routing.policy import Candidate, Demand
from inbox.routing.settings import RoutingSettings
from inbox.routing.staff import Staff
from inbox.routing.waiting import hurry, mark_stuck, settle
from inbox.routing.waking import wake

State = WorkItem.State

AT_ONCE = 100
"""So many items a run places; then it lets others have a turn, and goes on."""


class Placing(StrEnum):
    """What came of a try to place an item."""

    DONE = "done"
    ITEM_GONE = "item gone"
    AGENT_FULL = "agent full"
    AGENT_GONE = "agent gone"


def route(queue_id: UUID) -> int:
    """Settle what is due in a queue, then offer or assign what its people can take; how many were placed.

    Opens its own units. Safe to call at any time, from any number of processes.
    """
    queue = (
        Queue.objects.unscoped("a job names the queue")
        .select_related("organization", "schedule")
        .filter(pk=queue_id)
        .first()
    )
    if queue is None:
        return 0
    settle(queue)
    if queue.handing != Queue.Handing.OFFER or queue.archived_at is not None:
        return 0
    staff = Staff(queue)
    if hurry(queue, staff):
        settle(queue)
    placed = _match(queue, staff)
    mark_stuck(queue, staff)
    if placed >= AT_ONCE:
        with unit():
            wake([queue.pk])
    return placed


def _match(queue: Queue, staff: Staff) -> int:
    """Place the best item with the best agent, again and again, until nothing fits anybody."""
    rules = settings.of(queue.organization)
    heads = Heads(queue, staff, now(), rules.skip_seconds)
    placed = 0
    while placed < AT_ONCE and (best := heads.best()) is not None:
        item, demand = best
        candidates = policy.rank(demand, staff.agents.values())
        chosen = candidates[0] if candidates and candidates[0].verdict == policy.CHOSEN else None
        if chosen is None:
            heads.drop()
            continue
        outcome = _place(queue, item, demand, chosen, candidates, rules, staff)
        if outcome in (Placing.DONE, Placing.ITEM_GONE):
            heads.drop()
            placed += outcome == Placing.DONE
    return placed


def _place(
    queue: Queue,
    item: WorkItem,
    demand: Demand,
    chosen: Candidate,
    candidates: list[Candidate],
    rules: RoutingSettings,
    staff: Staff,
) -> Placing:
    """Offer an item to an agent, or assign it, if both are still as they were read."""
    agent_id = UUID(chosen.agent.id)
    try:
        with unit():
            seconds = rules.offer_time(item.kind)
            change = _in_hand(queue, item.conversation_id) if seconds is None and not item.call else None
            work = _locked(item)
            if work is None or (change is not None and change.conversation.assignee_id is not None):
                return Placing.ITEM_GONE
            load, weights = capacity.room(queue.organization_id, agent_id)
            if not _is_still_there(queue.organization_id, agent_id, item.kind):
                staff.gone(chosen.agent.id)
                return Placing.AGENT_GONE
            if not load.fits(item.kind, weights):
                staff.holds(chosen.agent.id, load)
                return Placing.AGENT_FULL
            moves = Moves(queue.organization)
            shapes = [candidate.shape() for candidate in candidates]
            if seconds is not None:
                moves.offer(work, agent_id, seconds)
                moves.decide(
                    work, "offer", f"Offered to {chosen.agent.name}: {chosen.reason}.", agent_id, shapes
                )
            else:
                reason = f"Assigned to {chosen.agent.name}: {chosen.reason}."
                moves.assign(work, agent_id, reason)
                moves.decide(work, "assign", reason, agent_id, shapes)
            moves.save()
            if change is not None:
                give(change, agent_id, chosen.reason)
                change.finish()
    except IntegrityError:
        return Placing.ITEM_GONE
    staff.holds(chosen.agent.id, load.plus(item.kind, weights))
    return Placing.DONE


def give(change: Change, agent_id: UUID | None, reason: str) -> None:
    """Have routing give a conversation in hand to an agent, or take it from one."""
    conversation = change.conversation
    before, acting = places(conversation), change.acting
    conversation.assignee = User.objects.get(pk=agent_id) if agent_id else None
    if conversation.status == Status.NEW and agent_id:
        change.set_status(Status.OPEN)
    change.acting = ROUTING if change.actor is None else acting
    tell_moved(change, before, reason=reason)
    change.acting = acting


def _in_hand(queue: Queue, conversation_id: UUID) -> Change | None:
    """The conversation locked, to be changed by routing."""
    found: list[Conversation] = lock_all(queue.organization, [conversation_id])
    change = Change(found[0], None) if found else None
    if change is not None:
        change.acting = ROUTING
    return change


def _locked(item: WorkItem) -> WorkItem | None:
    """The item's row, locked, if it still waits where and as it was read; None while somebody else has it."""
    rows: Any = WorkItem.objects.within(item.organization_id).select_for_update(
        skip_locked=True, of=("self",)
    )
    work: WorkItem | None = rows.select_related("queue").filter(pk=item.pk, state=State.QUEUED).first()
    if work is None or (work.queue_id, work.requirement_key) != (item.queue_id, item.requirement_key):
        return None
    return work


def _is_still_there(organization_id: UUID, agent_id: UUID, kind: str) -> bool:
    """Whether the agent has not left, or stopped to take such work, since they were read."""
    said = next(iter(_said(organization_id, agent_id)), None)
    if said is None or said.state == AgentState.State.OFFLINE:
        return False
    return availability.class_of(kind) not in said.unavailable


_said = Prepared[AgentState](
    lambda organization_id, user_id: AgentState.objects.within(organization_id).filter(
        user_id=user_id, until__isnull=True
    )
)
