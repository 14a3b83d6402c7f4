"""What happens because time passes or somebody leaves: every timer is a column, so a restart loses none.

The sweep each second looks at what is due by two indexes, and at offers whose agents are gone. What is not
urgent is looked at more rarely by `upkeep`, which also finds whatever a lost wake-up has left waiting.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hub.clock import now
from hub.models import AgentState, Conversation, Offer, Organization, WorkItem
from hub.transaction import unit
from inbox.change import Change, lock_all
from inbox.routing import availability, capacity, missing, settings, state_history
from inbox.routing.engine import give
from inbox.routing.following import ROUTING
from inbox.routing.moves import Moves, is_patient
from inbox.routing.waking import wake

State = WorkItem.State

_AT_ONCE = 200
_EVERYWHERE: Final = "the clock strikes for every organization"


def sweep() -> None:
    """Everything that is due now. Opens its own units."""
    _expire()
    _rescind_absent()
    _strike()


def upkeep() -> None:
    """What may be found a little later: chats of agents who left, and what a lost wake-up left waiting."""
    _look_after_absent()
    _wake_all()


def look_after(organization_id: UUID, user_id: UUID) -> None:
    """See to what an agent holds who came or went. Opens its own units."""
    held = WorkItem.objects.within(organization_id).filter(assignee_id=user_id, is_over=False)
    if not held.exists():
        return
    found = availability.available(organization_id).get(user_id, availability.ABSENT)
    if found.state == AgentState.State.OFFLINE:
        _leave(organization_id, user_id)
    else:
        _return(organization_id, user_id, found)


def _expire() -> None:
    """Offers whose time is up."""
    rows = Offer.objects.unscoped(_EVERYWHERE).filter(status="pending", expires_at__lte=now())
    for offer in rows.order_by("expires_at").select_related("organization")[:_AT_ONCE]:
        with unit():
            _end(offer, Offer.Status.TIMEOUT, "It was not answered in time.")


def _rescind_absent() -> None:
    """Offers to agents who are not there any more."""
    rows = Offer.objects.unscoped(_EVERYWHERE).filter(status="pending").select_related("organization", "work")
    by_organization: defaultdict[UUID, list[Offer]] = defaultdict(list)
    for offer in rows.order_by("expires_at")[: _AT_ONCE * 5]:
        by_organization[offer.organization_id].append(offer)
    for organization_id, offers in by_organization.items():
        present = availability.available(organization_id)
        for offer in offers:
            found = present.get(offer.agent_id, availability.ABSENT)
            if not found.keeps(offer.work.kind):
                with unit():
                    _end(offer, Offer.Status.RESCINDED, f"{_name(offer)} is {found.state}.")


def _end(seen: Offer, status: str, reason: str) -> None:
    """End an offer that still stands; a miss is counted against its agent."""
    works = _locked(seen.organization_id, [seen.work_id])
    moves = Moves(seen.organization)
    moves.know(works)
    for work in works:
        for offer in moves.current(work):
            if offer.pk == seen.pk and offer.status == Offer.Status.PENDING:
                moves.put_back(work, offer, status, reason)
                moves.decide(work, str(status), reason, offer.agent_id)
    moves.save()
    if status == Offer.Status.TIMEOUT and works:
        missing.count(seen.organization, seen.agent_id, works[0].kind)


def _strike() -> None:
    """Works whose timer is due."""
    rows = WorkItem.objects.unscoped(_EVERYWHERE).filter(timer_at__lte=now()).exclude(state=State.OFFERED)
    queues: set[UUID] = set()
    for work in rows.order_by("timer_at").select_related("organization")[:_AT_ONCE]:
        if work.state == State.QUEUED and work.queue_id:
            queues.add(work.queue_id)
        else:
            _STRIKES.get(work.state, _nothing)(work)
    if queues:
        with unit():
            wake(queues)


def _wrapped_up(seen: WorkItem) -> None:
    with unit():
        for work in _locked(seen.organization_id, [seen.pk], State.WRAPPING):
            moves = Moves(seen.organization)
            moves.end(work, State.DONE)
            moves.save()


def _active_for_long(seen: WorkItem) -> None:
    """A chat whose customer says nothing is parked; assigned work that was not opened goes back."""
    with unit():
        conversation = _conversation(seen)
        for work in _locked(seen.organization_id, [seen.pk], State.ACTIVE):
            moves = Moves(seen.organization)
            if work.opened_at is not None:
                if conversation is not None and conversation.waiting_since is None:
                    moves.park(work)
                else:
                    moves.look_at(work, None)
                moves.save()
            else:
                _take_back_unopened(moves, work, conversation)


def _take_back_unopened(moves: Moves, work: WorkItem, conversation: Conversation | None) -> None:
    assert work.accepted_at is not None
    assert work.assignee_id is not None
    wanted = timedelta(seconds=moves.settings.return_after_seconds)
    missing_time = wanted - _online(work.organization_id, work.assignee_id, work.accepted_at, moves.at)
    if conversation is None or work.queue is None:
        moves.look_at(work, None)
    elif missing_time > timedelta(0):
        moves.look_at(work, moves.at + missing_time)
    else:
        _to_queue(moves, work, conversation, "Its agent did not open it in time.")
        return
    moves.save()


def _waited_for_agent(seen: WorkItem) -> None:
    """Work that waits for its agent, who is away for too long."""
    with unit():
        conversation = _conversation(seen)
        for work in _locked(seen.organization_id, [seen.pk], State.PARKED):
            moves = Moves(seen.organization)
            if conversation is not None and work.timer_at is not None and work.queue is not None:
                _to_queue(moves, work, conversation, "Its agent is away for too long.")
            else:
                moves.look_at(work, None)
                moves.save()


def _nothing(work: WorkItem) -> None:
    """A timer of a state that has none: forget it."""
    WorkItem.objects.within(work.organization_id).filter(pk=work.pk, state=work.state).update(timer_at=None)


_STRIKES: Final[dict[str, Callable[[WorkItem], None]]] = {
    State.WRAPPING: _wrapped_up,
    State.ACTIVE: _active_for_long,
    State.PARKED: _waited_for_agent,
}


def _leave(organization_id: UUID, user_id: UUID) -> None:
    """An agent is gone: who looks on gets another one; what can wait waits for them a while."""
    held = WorkItem.objects.within(organization_id).filter(assignee_id=user_id, is_over=False, call="")
    active = held.filter(state=State.ACTIVE, queue__isnull=False, conversation__waiting_since__isnull=False)
    for seen in active.select_related("organization", "conversation").order_by("pk")[:_AT_ONCE]:
        if is_patient(seen) and not _is_absent_for_long(seen):
            continue
        with unit():
            conversation = _conversation(seen)
            for work in _locked(organization_id, [seen.pk], State.ACTIVE):
                if work.assignee_id == user_id and conversation is not None:
                    _to_queue(Moves(seen.organization), work, conversation, "Its agent is offline.")


def _is_absent_for_long(work: WorkItem) -> bool:
    """Whether the customer wrote to an agent who is offline for longer than the setting allows."""
    assert work.assignee_id is not None
    said = state_history.current(work.organization_id, work.assignee_id)
    since = said.since if said is not None else work.accepted_at
    wrote_at = work.conversation.waiting_since
    if since is None or wrote_at is None or wrote_at < since:
        return False
    return now() - since > timedelta(seconds=settings.of(work.organization).absent_seconds)


def _return(organization_id: UUID, user_id: UUID, found: availability.Available) -> None:
    """An agent is back: what waited for them comes gently, a few at once."""
    organization = Organization.objects.get(pk=organization_id)
    waiting = WorkItem.objects.within(organization_id).filter(
        assignee_id=user_id, is_over=False, state=State.PARKED, call="", timer_at__isnull=False
    )
    order = ("priority_rank", "rank_due_at", "virtual_start_at", "id")
    ids = list(waiting.order_by(*order).values_list("pk", flat=True)[:_AT_ONCE])
    if not ids:
        return
    with unit():
        moves = Moves(organization)
        works = {work.pk: work for work in _locked(organization_id, ids, State.PARKED)}
        load, weights = capacity.room(organization_id, user_id)
        at_work = WorkItem.objects.within(organization_id).filter(
            assignee_id=user_id, is_over=False, state=State.ACTIVE, conversation__waiting_since__isnull=False
        )
        burst = moves.settings.returning_burst - at_work.count()
        for work in [works[pk] for pk in ids if pk in works]:
            if burst > 0 and found.takes(work.kind) and load.fits(work.kind, weights):
                moves.hold(work, user_id, "Its agent is back.")
                load = load.plus(work.kind, weights)
                burst -= 1
        moves.save()


def _to_queue(moves: Moves, work: WorkItem, conversation: Conversation, reason: str) -> None:
    """Take work from its agent, back into its queue, with its age."""
    assert work.queue is not None
    agent_id = work.assignee_id
    change = Change(conversation, None)
    change.acting = ROUTING
    if conversation.waiting_since is not None:
        work.virtual_start_at = min(work.virtual_start_at, conversation.waiting_since)
    moves.enqueue(work, work.queue, reason)
    moves.decide(work, "requeue", reason, agent_id)
    moves.save()
    give(change, None, reason)
    change.finish()


def _online(organization_id: UUID, user_id: UUID, since: datetime, until: datetime) -> timedelta:
    """How long an agent was here between two moments, by what they said."""
    rows = AgentState.objects.within(organization_id).filter(user_id=user_id, since__lt=until)
    rows = rows.exclude(state=AgentState.State.OFFLINE).exclude(until__lt=since)
    total = timedelta(0)
    for began, ended in rows.values_list("since", "until"):
        total += max(timedelta(0), min(ended or until, until) - max(began, since))
    return total


def _look_after_absent() -> None:
    """Agents whose leaving was not told, because what held their sockets died."""
    rows = WorkItem.objects.unscoped(_EVERYWHERE).filter(
        is_over=False, assignee__isnull=False, state=State.ACTIVE, conversation__waiting_since__isnull=False
    )
    held = rows.order_by().values_list("organization_id", "assignee_id").distinct()
    by_organization: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, user_id in held:
        by_organization[organization_id].append(user_id)
    for organization_id, users in by_organization.items():
        present = availability.available(organization_id)
        for user_id in users:
            if present.get(user_id, availability.ABSENT).state == AgentState.State.OFFLINE:
                _leave(organization_id, user_id)


def _wake_all() -> None:
    """Every queue in which something waits to be offered."""
    waiting = WorkItem.objects.unscoped(_EVERYWHERE).filter(state="queued", queue__isnull=False)
    ids = set(waiting.order_by().values_list("queue_id", flat=True).distinct())
    if ids:
        with unit():
            wake(ids)


def _conversation(seen: WorkItem) -> Conversation | None:
    found = lock_all(seen.organization, [seen.conversation_id])
    return found[0] if found else None


def _locked(organization_id: UUID, work_ids: Sequence[UUID], state: str = "") -> list[WorkItem]:
    rows = WorkItem.objects.within(organization_id).select_for_update(of=("self",)).select_related("queue")
    rows = rows.filter(pk__in=work_ids, **({"state": state} if state else {}))
    return list(rows.order_by("pk"))


def _name(offer: Offer) -> str:
    return str(offer.agent)
