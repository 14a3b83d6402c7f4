"""How fast calls and chats are answered: the answer clock of each, and the figures of a queue.

Its facts are the columns of the work itself: when it began to wait, when it was first accepted, how it
ended. So work that comes back to the queue after it was accepted has been answered all the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from hub.clock import now
from hub.jobs import enqueue
from hub.models import ClockKind, Organization, WorkItem, WorkKind
from inbox.sla.clocks import Clock, Fold, Segment, State
from inbox.sla.terms import book

KINDS: Final = frozenset({WorkKind.VOICE.value, WorkKind.VIDEO.value, WorkKind.CHAT.value})
"""Work of people who are waiting at this moment."""

ABANDONED: Final = "the customer went away"

FOLLOW_WORK: Final = "inbox.sla_follow_work"


def on_work(organization: Organization, works: Iterable[WorkItem]) -> None:
    """Have the answer clocks follow work that has just changed; called in the unit that changed it.

    They follow in a job, because whoever moves work may hold its conversation or not; the moments are those
    of the work all the same. Free for mail, and where nobody has promised to answer in time.
    """
    live = {str(work.conversation_id) for work in works if work.kind in KINDS}
    if live and any(("answer" in key) for terms in book(organization.pk).terms for key in terms.targets):
        for conversation_id in sorted(live):
            payload = {"organization_id": str(organization.pk), "conversation_id": conversation_id}
            enqueue(FOLLOW_WORK, payload, unique_key=f"{FOLLOW_WORK}:{conversation_id}")


def has_waited(work: WorkItem) -> bool:
    """Whether somebody waited for an answer: not where an agent spoke first."""
    return work.first_accepted_at is None or work.first_accepted_at > work.created_at


def take_in(fold: Fold, work: WorkItem) -> None:
    """Have the fold know of this call or chat, as it stands; once or as often as it changes."""
    if not has_waited(work):
        return
    about = str(work.pk)
    clock = fold.clocks.get((ClockKind.ANSWER, about))
    if clock is None:
        clock = Clock(ClockKind.ANSWER, about, 1, work.created_at, fold.priority)
        clock.segments.append(Segment(work.created_at, None, True, "it queued"))
        fold.clocks[ClockKind.ANSWER, about] = clock
    if clock.is_live and work.first_accepted_at is not None:
        clock.end(work.first_accepted_at, 0, State.FULFILLED, "accepted")
    elif clock.is_live and work.is_over:
        is_abandoned = work.state == WorkItem.State.ABANDONED
        outcome = ABANDONED if is_abandoned else work.outcome or "it ended without an answer"
        clock.end(work.ended_at or work.updated_at, 0, State.CANCELLED, outcome)


class Answered(NamedTuple):
    """What became of the calls and chats of a queue that began in a time; seconds, None where nobody was.

    `service_level` is the share, 0 to 1, of those answered within the queue's seconds among all whose fate
    is known: answered, given up later than that, or still waiting for longer. Who gave up sooner is not
    counted: nobody could have kept the promise. `average` is the average speed of answer, of the answered.
    """

    answered: int
    in_time: int
    abandoned: int
    abandoned_early: int
    waiting: int
    service_level: float | None
    average: float | None
    longest: float | None


def answered(
    organization_id: UUID, queue_id: UUID | None, seconds: int, since: datetime, until: datetime | None = None
) -> Answered:
    """The figures of a queue, or of the whole organization, for what began to wait since then. One query."""
    rows = WorkItem.objects.within(organization_id).filter(kind__in=KINDS, created_at__gte=since)
    rows = rows.filter(queue_id=queue_id) if queue_id else rows
    rows = rows.filter(created_at__lt=until) if until else rows
    columns = rows.values_list("created_at", "first_accepted_at", "is_over", "state", "ended_at")
    return figures([Wait(*row) for row in columns], seconds, now())


class Wait(NamedTuple):
    """One call or chat: when it began to wait and how that ended."""

    began_at: datetime
    accepted_at: datetime | None
    is_over: bool
    state: str
    ended_at: datetime | None


def figures(waits: Sequence[Wait], seconds: int, at: datetime) -> Answered:
    """The figures of these as they are known at a moment; pure."""
    waited = [wait for wait in waits if wait.accepted_at is None or wait.accepted_at > wait.began_at]
    times = [(wait.accepted_at - wait.began_at).total_seconds() for wait in waited if wait.accepted_at]
    gone = [
        ((wait.ended_at or at) - wait.began_at).total_seconds()
        for wait in waited
        if wait.accepted_at is None and wait.state == WorkItem.State.ABANDONED
    ]
    waiting = [
        (at - wait.began_at).total_seconds()
        for wait in waited
        if wait.accepted_at is None and not wait.is_over
    ]
    in_time = sum(time <= seconds for time in times)
    early = sum(time <= seconds for time in gone)
    known = len(times) + len(gone) - early + sum(time > seconds for time in waiting)
    return Answered(
        len(times),
        in_time,
        len(gone),
        early,
        len(waiting),
        in_time / known if known else None,
        sum(times) / len(times) if times else None,
        max(times + waiting, default=None),
    )
