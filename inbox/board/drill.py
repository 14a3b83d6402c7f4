"""From a figure down to the conversations that it counts."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from hub.models import WorkItem
from inbox.board.board import Board
from inbox.board.figures import PROMISED_KINDS, Contact
from inbox.board.promises import Named, read_named
from inbox.board.shapes import at_risk, work_shape
from inbox.board.work import UNANSWERED, Work
from inbox.payloads import Shape, moment

MOST: Final = 200
"""So many are listed; the figure counts all."""

_State = WorkItem.State

_LIVE: Mapping[str, Callable[[Work], bool]] = {
    "waiting": lambda work: work.state == _State.QUEUED,
    "unanswered": lambda work: work.state in UNANSWERED,
    "offered": lambda work: work.state == _State.OFFERED,
    "active": lambda work: work.state == _State.ACTIVE,
    "stuck": lambda work: bool(work.stuck_reason) and work.state in UNANSWERED,
}
_PAST: Mapping[str, Callable[[Contact, float], bool]] = {
    "answered": lambda contact, threshold: contact.outcome == "answered" and contact.kind in PROMISED_KINDS,
    "late": lambda contact, threshold: contact.kind in PROMISED_KINDS and contact.wait > threshold,
    "abandoned": lambda contact, threshold: contact.outcome == "abandoned",
}
FIGURES: Final = (*_LIVE, *_PAST, "sla_at_risk")
"""What can be asked for; "late" is what the service level lost."""


def conversations(board: Board, figure: str, queue_id: str = "", kind: str = "") -> list[Shape]:
    """What a figure counts, the longest wait first, at most `MOST`; of one queue and kind if they are named.

    Work that is not over comes as the board shows it, contacts that ended with `outcome`, `at` and
    `wait_seconds`, promises with `sla`. `figure` is one of `FIGURES`.
    """
    if figure == "sla_at_risk":
        return [one for one in at_risk(board, MOST) if queue_id in ("", one["queue_id"])]
    if figure in _LIVE:
        return _live(board, figure, queue_id, kind)
    return _past(board, figure, queue_id, kind)


def _live(board: Board, figure: str, queue_id: str, kind: str) -> list[Shape]:
    found = [
        work
        for work in board.ledger.live.values()
        if _LIVE[figure](work) and queue_id in ("", work.queue_id) and kind in ("", work.kind)
    ]
    found.sort(key=lambda work: (work.queued_at, work.id))
    names = read_named(board.organization_id, {work.conversation_id for work in found[:MOST]})
    return [
        work_shape(board, work, names[work.conversation_id])
        for work in found[:MOST]
        if work.conversation_id in names
    ]


def _past(board: Board, figure: str, queue_id: str, kind: str) -> list[Shape]:
    found: list[Contact] = []
    for key, row in board.staff.queues.items():
        if queue_id in ("", key):
            threshold = row.service_level_seconds
            contacts = board.ledger.contacts_of(key)
            found += [one for one in contacts if _PAST[figure](one, threshold) and kind in ("", one.kind)]
    found.sort(key=lambda contact: (-contact.wait, contact.work_id))
    names = read_named(board.organization_id, {contact.conversation_id for contact in found[:MOST]})
    return [_contact(one, names[one.conversation_id]) for one in found[:MOST] if one.conversation_id in names]


def _contact(contact: Contact, named: Named) -> dict[str, Any]:
    return {
        "id": contact.work_id,
        "conversation_id": contact.conversation_id,
        **named._asdict(),
        "queue_id": contact.queue_id,
        "kind": contact.kind,
        "outcome": contact.outcome,
        "at": moment(datetime.fromtimestamp(contact.at, UTC)),
        "wait_seconds": round(contact.wait, 3),
    }
