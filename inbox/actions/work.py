"""Work that is no conversation by itself, such as a call in one: how it comes, is given up and ends.

This is what channels with calls use. A call rings at one agent after another as chats do; `accept` and
`decline` of `inbox.actions` answer for it. While it is live the conversation's own work is untouched.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.models import Conversation, Queue, WorkItem
from hub.transaction import unit
from inbox.change import lock
from inbox.errors import Conflict
from inbox.routing.moves import WAITING, Moves, live


def open_work(
    conversation: Conversation,
    queue: Queue,
    kind: str,
    *,
    call: str,
    requirements: Sequence[Mapping[str, Any]] = (),
    virtual_start_at: datetime | None = None,
) -> WorkItem:
    """Put a call into a queue; the same one again answers the work that there is.

    `call` is the id of the call; `kind` is "voice" or "video"; `requirements` are skills beside those of the
    queue; `virtual_start_at` keeps the place of a customer who waited elsewhere before. Joins the caller's
    unit. Raises `NotFound` when the conversation is gone.
    """
    with unit():
        locked = lock(conversation.organization, conversation.pk)
        known = [work for work in live(conversation.organization, [locked.pk]) if work.call == call]
        if known:
            return known[0]
        moves = Moves(conversation.organization)
        work = moves.open(locked, queue, kind, virtual_start_at or moves.at, call=call)
        asked = [{**one, "is_asked": True} for one in requirements]
        moves.enqueue(work, queue, "", sticky=locked.assignee_id or locked.last_agent_id, asked=asked)
        moves.save()
        return work


def abandon(work: WorkItem) -> WorkItem:
    """The customer gave up waiting: nobody is asked any more. What somebody has, or is over, stays."""
    with unit():
        found, moves = _locked(work)
        if found.state in WAITING or found.state == WorkItem.State.CALLBACK_WAIT:
            found.outcome = "abandoned"
            moves.end(found, WorkItem.State.ABANDONED, "The customer gave up waiting.")
            moves.save()
        return found


def wait_for_callback(work: WorkItem) -> WorkItem:
    """The caller hung up and will be called back: the work keeps its place and rings nowhere meanwhile.

    `resume_callback` puts it back into its queue. Raises `Conflict` for work that waits no longer.
    """
    with unit():
        found, moves = _locked(work)
        if found.state not in WAITING:
            raise Conflict("This work waits no longer.")
        moves.set_aside(found, "The caller wants to be called back.")
        moves.save()
        return found


def resume_callback(work: WorkItem) -> WorkItem:
    """Offer a callback to agents, with the age of the call. Raises `Conflict` when it is none."""
    with unit():
        found, moves = _locked(work)
        if found.state != WorkItem.State.CALLBACK_WAIT or found.queue is None:
            raise Conflict("This work waits for no callback.")
        moves.enqueue(found, found.queue, "", sticky=found.sticky_agent_id)
        moves.save()
        return found


def finish(work: WorkItem, outcome: str = "ended") -> WorkItem:
    """The call is over: its agent has the queue's wrap-up time, then room for the next. Twice is once."""
    with unit():
        found, moves = _locked(work)
        if not found.is_over and found.state != WorkItem.State.WRAPPING:
            moves.finish(found, outcome)
            moves.save()
        return found


def _locked(work: WorkItem) -> tuple[WorkItem, Moves]:
    """The work's row as it is now, its conversation's locked before it."""
    lock(work.organization, work.conversation_id)
    rows = WorkItem.objects.within(work.organization_id).select_for_update(of=("self",))
    return rows.select_related("queue").get(pk=work.pk), Moves(work.organization)
