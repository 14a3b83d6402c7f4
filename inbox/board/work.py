"""Work as the board knows it: the latest word of each item, and how each wait ended today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from hub.models import Offer, WorkItem
from inbox.board.figures import Contact
from inbox.board.history import History

State = WorkItem.State

OVER: Final = frozenset({State.DONE.value, State.ABANDONED.value, State.OVERFLOWED.value})
UNANSWERED: Final = frozenset({State.QUEUED.value, State.OFFERED.value})
"""The customer waits: for an agent to be found, or for the one who was found to accept."""

HELD: Final = frozenset({State.OFFERED.value, State.ACTIVE.value, State.WRAPPING.value})
"""What an agent is on."""


class Work(NamedTuple):
    """An item that is not over; moments in seconds since 1970. `since` is when it took its state."""

    id: str
    conversation_id: str
    queue_id: str | None
    kind: str
    state: str
    assignee_id: str | None
    queued_at: float
    accepted_at: float | None
    first_accepted_at: float | None
    ended_at: float | None
    stuck_reason: str
    since: float


class Ledger:
    """A fold of `work.updated` events, in any process the same.

    Taking an event twice, or an older one upon what a table said later, ends in the same place once the
    log was read to its end: every event carries its item whole.
    """

    def __init__(self, day: float) -> None:
        self.day = day
        self.live: dict[str, Work] = {}
        self.contacts: defaultdict[str | None, dict[tuple[str, float], Contact]] = defaultdict(dict)
        self.history = History()
        self.ringing: dict[str, str] = {}
        self._ended: set[tuple[str, float]] = set()

    def begin_with(self, rows: Iterable[WorkItem], offers: Iterable[Offer]) -> None:
        """Take what the tables hold: items not touched since the log's stretch began, and pending offers."""
        self.ringing = {str(row.work.conversation_id): str(row.agent_id) for row in offers}
        for row in rows:
            self.live.setdefault(str(row.pk), _of_row(row))

    def take(self, shape: Mapping[str, Any], at: datetime) -> Work:
        """Take an item as an event at this moment shows it; returns it."""
        work = _of_shape(shape, at.timestamp(), self.live.get(str(shape["id"])))
        self._note_wait(work, at.timestamp())
        self._note_outcome(work, at.timestamp())
        if work.state in OVER:
            self.live.pop(work.id, None)
        else:
            self.live[work.id] = work
        return work

    def take_offer(self, shape: Mapping[str, Any]) -> None:
        """Take an offer as an event shows it: at whom does a conversation ring?"""
        if shape["status"] == Offer.Status.PENDING:
            self.ringing[shape["conversation_id"]] = shape["agent_id"]
        elif self.ringing.get(shape["conversation_id"]) == shape["agent_id"]:
            del self.ringing[shape["conversation_id"]]

    def agent_of(self, work: Work) -> str | None:
        """Who is on an item, or is being asked."""
        if work.state == State.OFFERED:
            return self.ringing.get(work.conversation_id)
        return work.assignee_id

    def contacts_of(self, queue_id: str | None) -> list[Contact]:
        """How waits in a queue ended today."""
        return list(self.contacts[queue_id].values())

    def _note_wait(self, work: Work, at: float) -> None:
        """Remember the stretch that an item waited when its waiting ends, or its queue changes."""
        before = self.live.get(work.id)
        if before is None:
            if work.state != State.QUEUED:
                self.history.waited(work.queue_id, work.queued_at, min(at, work.accepted_at or at))
        elif before.state == State.QUEUED and (
            work.state != State.QUEUED or work.queue_id != before.queue_id
        ):
            self.history.waited(before.queue_id, before.since, at)

    def _note_outcome(self, work: Work, at: float) -> None:
        """Count how a wait ended, once each time that the item was queued: by an accept, or by giving up."""
        stay = (work.id, work.queued_at)
        if stay in self._ended:
            return
        if work.accepted_at is not None:
            first = work.first_accepted_at or 0.0
            answered_at = first if first >= work.queued_at else work.accepted_at
            # Where an agent spoke first, nobody has waited.
            if answered_at > work.queued_at:
                self._count(work, "answered", answered_at)
        elif work.state == State.ABANDONED:
            self._count(work, "abandoned", work.ended_at or at)

    def _count(self, work: Work, outcome: Any, at: float) -> None:
        stay = (work.id, work.queued_at)
        self._ended.add(stay)
        if at >= self.day:
            wait = max(0.0, at - work.queued_at)
            self.contacts[work.queue_id][stay] = Contact(
                work.id, work.conversation_id, work.queue_id, work.kind, outcome, at, wait
            )


def _of_shape(shape: Mapping[str, Any], at: float, before: Work | None) -> Work:
    is_same = before is not None and (before.state, before.queue_id) == (shape["state"], shape["queue_id"])
    return Work(
        id=shape["id"],
        conversation_id=shape["conversation_id"],
        queue_id=shape["queue_id"],
        kind=shape["kind"],
        state=shape["state"],
        assignee_id=shape["assignee_id"],
        queued_at=seconds(shape["queued_at"]) or at,
        accepted_at=seconds(shape["accepted_at"]),
        first_accepted_at=seconds(shape["first_accepted_at"]),
        ended_at=seconds(shape["ended_at"]),
        stuck_reason=shape["stuck_reason"],
        since=before.since if before is not None and is_same else at,
    )


def _of_row(row: WorkItem) -> Work:
    since = {State.QUEUED: row.queued_at, State.ACTIVE: row.accepted_at}.get(State(row.state))
    return Work(
        id=str(row.pk),
        conversation_id=str(row.conversation_id),
        queue_id=str(row.queue_id) if row.queue_id else None,
        kind=row.kind,
        state=row.state,
        assignee_id=str(row.assignee_id) if row.assignee_id else None,
        queued_at=row.queued_at.timestamp(),
        accepted_at=row.accepted_at.timestamp() if row.accepted_at else None,
        first_accepted_at=row.first_accepted_at.timestamp() if row.first_accepted_at else None,
        ended_at=row.ended_at.timestamp() if row.ended_at else None,
        stuck_reason=row.stuck_reason,
        since=(since or row.updated_at).timestamp(),
    )


def seconds(moment: str | None) -> float | None:
    """A moment of the API in seconds since 1970."""
    return datetime.fromisoformat(moment).timestamp() if moment else None
