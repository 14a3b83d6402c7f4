"""From changes of conversations to work: what waits for us in a queue is work, what an agent has is theirs.

Called with all changes of a batch, in their transaction, before they are written. An organization without
queues pays one query for conversations that were there before, and nothing for new ones.

Work of a call (`WorkItem.call`) lives by itself and is not touched here.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from hub.models import Channel, Message, Organization, Queue, Status, TimelineItem, WorkItem
from hub.prepared import Prepared
from inbox.change import Change
from inbox.places import places, tell_moved
from inbox.routing import availability, capacity, kinds, steps
from inbox.routing.capacity import Load, Weights
from inbox.routing.moves import WAITING, Moves, is_patient, live

State = WorkItem.State

ROUTING: Final = {"type": "routing", "id": "routing", "name": "Routing"}
"""Who acts where the engine does, as events tell it."""

ANSWERED_LATER: Final = "later"
"""The outcome of a chat that a step turned into something that can wait."""

_PUT_AWAY = frozenset({Status.PENDING, Status.SNOOZED})
_WITH_AGENT = frozenset({State.ACTIVE, State.PARKED})
_SETTLED = frozenset({Status.RESOLVED, Status.CLOSED})


def follow(organization: Organization, changes: Sequence[Change]) -> None:
    """Bring work into line with the conversations in hand."""
    concerned = [change for change in changes if not change.is_new or _has_place(change)]
    ids = [change.conversation.pk for change in concerned if not change.is_new]
    works = live(organization, ids) if ids else []
    if works or any(_has_place(change) for change in concerned):
        _Following(organization, concerned, works).follow()


def adopt(organization: Organization, changes: Sequence[Change]) -> None:
    """Make work of waiting conversations that have none. The changes are locked, and nothing else happens.

    Called in a unit of work.
    """
    has_work = {work.conversation_id for work in live(organization, [one.conversation.pk for one in changes])}
    following = _Following(organization, [one for one in changes if one.conversation.pk not in has_work], [])
    following.moves = Moves(organization)
    following.follow()


def _has_place(change: Change) -> bool:
    return bool(change.conversation.queue_id or change.conversation.assignee_id)


class _Following:
    """One batch of changes beside the work that belongs to them."""

    def __init__(
        self, organization: Organization, changes: Sequence[Change], works: Sequence[WorkItem]
    ) -> None:
        self.organization = organization
        self.changes = changes
        self.works = {work.conversation_id: work for work in works if not work.call}
        self.with_calls = {work.conversation_id for work in works if work.call}
        self._by_id = {change.conversation.pk: change for change in changes}
        self.moves = Moves(organization, self._tell)
        self.moves.expected = list(self.works.values())

    def follow(self) -> None:
        """Do it."""
        returning = [change for change in self.changes if self._comes_back(change)]
        if returning:
            self._lock_room({key for change in returning if (key := change.conversation.assignee_id)})
        for change in self.changes:
            self._settle(change, self.works.get(change.conversation.pk))
        self.moves.save()

    def _settle(self, change: Change, work: WorkItem | None) -> None:
        conversation = change.conversation
        if conversation.status in _SETTLED:
            if work is not None:
                merged = conversation.merged_into_id is not None
                self.moves.finish(work, "merged" if merged else conversation.status, has_wrap_up=not merged)
        elif self._comes_back(change):
            self._give_back(change, work)
        elif conversation.assignee_id is not None:
            self._stays(change, work, conversation.assignee_id)
        elif conversation.queue_id is not None:
            self._waits(change, work)
        elif work is not None:
            self.moves.end(work, State.DONE, "It was taken out of its queue.")

    # Nobody has it.

    def _waits(self, change: Change, work: WorkItem | None) -> None:
        conversation = change.conversation
        if conversation.status in _PUT_AWAY:
            if work is not None and work.state != State.PARKED:
                self.moves.park(work)
        elif work is None:
            if conversation.waiting_since is not None or _was_moved(change):
                self.moves.enqueue(self._open(change), self._queue(change), "", asked=_asked(change))
        elif work.state in WAITING and work.queue_id == conversation.queue_id:
            self._refresh(change, work)
        else:
            self.moves.rank(work, conversation)
            work.kind = self._kind(change) if work.state == State.PARKED else work.kind
            if work.state == State.PARKED and conversation.waiting_since is not None:
                work.virtual_start_at = conversation.waiting_since
            reason = "It was moved to another queue." if work.state in WAITING else "It was given back."
            self.moves.enqueue(work, self._queue(change), reason, asked=_asked(change))

    # Somebody has it.

    def _stays(self, change: Change, work: WorkItem | None, agent_id: UUID) -> None:
        conversation = change.conversation
        is_waiting = conversation.waiting_since is not None
        answered = _is_answered(change)
        if conversation.status in _PUT_AWAY:
            if work is not None:
                self._own(change, work, agent_id, "by hand")
                self.moves.park(work)
        elif work is None:
            has_call = conversation.pk in self.with_calls
            if (_is_new_owner(change) and not has_call) or is_waiting or _is_reopened(change):
                work = self._open(change)
                self.moves.hold(work, agent_id, _by(change))
                self._park_if_answered(work, answered=answered and not is_waiting)
        elif work.assignee_id != agent_id or work.state in WAITING:
            self._own(change, work, agent_id, _by(change))
            self._park_if_answered(work, answered=answered and not is_waiting)
        elif not is_waiting and work.state in _WITH_AGENT and (answered or _had_waited(change)):
            self._park_if_answered(work, answered=True)
        elif work.state == State.ACTIVE and is_waiting:
            self._refresh(change, work)
        else:
            self.moves.rank(work, conversation)

    def _own(self, change: Change, work: WorkItem, agent_id: UUID, reason: str) -> None:
        queue_id = change.conversation.queue_id
        work.queue = self.queues[queue_id] if queue_id else None
        self.moves.rank(work, change.conversation)
        if work.assignee_id != agent_id or work.state in WAITING:
            self.moves.hold(work, agent_id, reason)

    def _park_if_answered(self, work: WorkItem, *, answered: bool) -> None:
        """The customer has the word; whoever looks on keeps their agent's room for a while."""
        if not answered:
            return
        seconds = self.moves.settings.park_after(work.kind)
        if seconds and work.state == State.ACTIVE:
            work.opened_at = work.opened_at or self.moves.at
            self.moves.look_at(work, self.moves.at + timedelta(seconds=seconds))
        else:
            self.moves.park(work)

    # The customer writes again, or time does.

    def _comes_back(self, change: Change) -> bool:
        """Whether what waited for somebody else becomes its agent's work again."""
        conversation, before = change.conversation, change.before
        work = self.works.get(conversation.pk)
        if (
            before is None
            or before.assignee_id != conversation.assignee_id
            or conversation.assignee_id is None
        ):
            return False
        if conversation.status in _PUT_AWAY | _SETTLED or _is_answered(change):
            return False
        if work is not None and work.state not in (State.PARKED, State.WRAPPING):
            return False
        has_begun_to_wait = conversation.waiting_since is not None and before.waiting_since is None
        return has_begun_to_wait or before.status in _PUT_AWAY | _SETTLED

    def _give_back(self, change: Change, work: WorkItem | None) -> None:
        """To the agent who had it if they may have it now; what can wait waits for them; else it queues."""
        conversation = change.conversation
        agent_id = conversation.assignee_id
        assert agent_id is not None
        work = self._open(change) if work is None else work
        self.moves.rank(work, conversation)
        work.kind = self._kind(change)
        work.virtual_start_at = conversation.waiting_since or change.at
        if conversation.queue_id is None or (change.actor and change.actor.user.pk == agent_id):
            self.moves.hold(work, agent_id, "It is their conversation.")
            return
        found = self.present.get(agent_id, availability.ABSENT)
        if found.keeps(work.kind) and self._has_room(agent_id, work.kind):
            self.moves.hold(work, agent_id, "The customer wrote again.")
            self.moves.decide(work, "return", "It goes on with the agent who had it.", agent_id)
        elif is_patient(work) and not found.keeps(work.kind):
            self.moves.hold(work, agent_id, "The customer wrote again.")
            self.moves.park(work)
            self.moves.look_at(work, self.moves.at + timedelta(seconds=self.moves.settings.absent_seconds))
            self.moves.decide(work, "return", "It waits for its agent, who is not here.", agent_id)
        else:
            why = "has no room for it" if found.keeps(work.kind) else f"is {found.state}"
            self._take_from(change, work, f"The agent who had it {why}.")

    def _take_from(self, change: Change, work: WorkItem, reason: str) -> None:
        conversation = change.conversation
        queue, agent = self._queue(change), conversation.assignee
        before, acting = places(conversation), change.acting
        conversation.assignee = None
        change.acting = ROUTING
        tell_moved(change, before, reason=reason)
        change.acting = acting
        self.moves.enqueue(work, queue, reason, sticky=agent.pk if agent else None, asked=_asked(change))
        self.moves.decide(work, "requeue", reason, agent.pk if agent else None)

    def _has_room(self, agent_id: UUID, kind: str) -> bool:
        """Whether one more fits; if so it is counted, for what else this batch brings them."""
        weights = self.weights.of(agent_id)
        load = self.held.get(agent_id, Load())
        if not load.fits(kind, weights):
            return False
        self.held[agent_id] = load.plus(kind, weights)
        return True

    def _lock_room(self, agent_ids: set[UUID]) -> None:
        capacity.lock(self.organization.pk, agent_ids)
        self.held = capacity.loads(self.organization.pk, agent_ids, self.weights)

    # What is known around.

    def _queue(self, change: Change) -> Queue:
        return self.queues[change.conversation.queue_id]

    def _open(self, change: Change) -> WorkItem:
        conversation = change.conversation
        queue = self.queues[conversation.queue_id] if conversation.queue_id else None
        return self.moves.open(
            conversation, queue, self._kind(change), conversation.waiting_since or change.at
        )

    def _refresh(self, change: Change, work: WorkItem) -> None:
        """Take over what changed of how urgent it is; a chat in a mail conversation makes it a chat."""
        conversation = change.conversation
        is_reranked = self.moves.rank(work, conversation)
        is_raised = _inbound(change) and work.outcome != ANSWERED_LATER
        kind = kinds.most_urgent([work.kind, self._kind(change)]) if is_raised else work.kind
        asked = _asked(change)
        if kind != work.kind or asked:
            work.kind = kind
            work.requirements = [
                *asked,
                *(one for one in work.requirements if one["skill"] not in _skills(asked)),
            ]
            is_reranked = True
            if work.state in WAITING:
                self.moves.regroup(work, is_kept=work.requirement_key.startswith(steps.STICKY))
        if is_reranked and work.state == State.QUEUED and work.queue_id:
            self.moves.wake(work.queue_id)

    def _kind(self, change: Change) -> str:
        """That of the customer's last message in hand, else of the channel last used."""
        if said := _inbound(change):
            return kinds.of(said[-1].channel)
        key = next(iter(change.conversation.channel_ids), None)
        channel = self.channels.get(key) if key else None
        return kinds.of(channel) if channel else kinds.URGENCY[-1]

    @cached_property
    def queues(self) -> dict[Any, Queue]:
        """The queues in which these conversations are."""
        ids = sorted({key for change in self.changes if (key := change.conversation.queue_id)})
        return {queue.pk: queue for queue in _queues(self.organization.pk, ids)}

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """The channels last used in these conversations."""
        ids = sorted(
            {change.conversation.channel_ids[0] for change in self.changes if change.conversation.channel_ids}
        )
        return {str(channel.pk): channel for channel in _channels(self.organization.pk, ids)}

    @cached_property
    def present(self) -> dict[UUID, availability.Available]:
        """Who is here."""
        return availability.available(self.organization.pk)

    @cached_property
    def weights(self) -> Weights:
        """What work weighs for each agent."""
        return Weights(self.organization.pk)

    def _tell(self, work: WorkItem, name: str, data: dict[str, Any]) -> None:
        self._by_id[work.conversation_id].tell(name, data)


def _asked(change: Change) -> list[dict[str, Any]]:
    """The skills that rules asked for in this change, as requirements."""
    return [{**one, "is_asked": True} for one in change.requirements]


def _skills(requirements: Sequence[dict[str, Any]]) -> set[str]:
    return {one["skill"] for one in requirements}


def _is_answered(change: Change) -> bool:
    """Whether somebody here answered in it; what machines say answers nobody."""
    return any(
        isinstance(row, Message)
        and row.item.direction == TimelineItem.Direction.OUTBOUND
        and row.item.author_user_id is not None
        for row in change.rows
    )


def _inbound(change: Change) -> list[Message]:
    """What the customer said in it."""
    inbound = TimelineItem.Direction.INBOUND
    return [row for row in change.rows if isinstance(row, Message) and row.item.direction == inbound]


def _was_moved(change: Change) -> bool:
    """Whether somebody put it here on purpose, so that it is work although nobody waits for an answer."""
    before, conversation = change.before, change.conversation
    if before is None:
        return False
    return (before.queue_id, before.assignee_id) != (conversation.queue_id, None) or _is_reopened(change)


def _is_new_owner(change: Change) -> bool:
    return change.before is None or change.before.assignee_id != change.conversation.assignee_id


def _is_reopened(change: Change) -> bool:
    return change.before is not None and change.before.status in _SETTLED


def _had_waited(change: Change) -> bool:
    return change.before is not None and change.before.waiting_since is not None


def _by(change: Change) -> str:
    """Who gave it to its agent, in words."""
    if change.actor is None:
        return "It was assigned."
    is_own = change.actor.user.pk == change.conversation.assignee_id
    return "They took it." if is_own else f"{change.actor.user} assigned it."


_queues = Prepared[Queue](
    lambda organization_id, ids: Queue.objects.within(organization_id).filter(pk__in=ids)
)
_channels = Prepared[Channel](
    lambda organization_id, ids: Channel.objects.within(organization_id).filter(pk__in=ids)
)
