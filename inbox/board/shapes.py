"""The board as it leaves the hub: queues, agents and what they are on, promises at risk, stuck work."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from hub.clock import now
from hub.models import WorkItem
from inbox.board.board import Board
from inbox.board.figures import Contact, tally
from inbox.board.promises import Named, Promise
from inbox.board.work import HELD, UNANSWERED, Work
from inbox.payloads import Shape, moment

AGES: Final = ("longest_wait_seconds",)
"""What grows by itself; readers reckon it from `waiting_since`."""

MOST_AT_RISK: Final = 50
"""So many promises are listed one by one; the figures count all."""

QUEUE_FACTS: Final = (
    "id",
    "name",
    "icon",
    "handing",
    "service_level_percent",
    "service_level_seconds",
    "member_ids",
)
"""What a row of the board says of its queue beside the figures."""

_State = WorkItem.State


def queue(board: Board, queue_id: str) -> Shape | None:
    """A queue's figures, by kind of work too; None for a queue that is not there."""
    return next(_queues(board, [queue_id]), None)


def queues(board: Board) -> list[Shape]:
    """The figures of every queue, each with its name and members."""
    found = []
    for key, figures in zip(board.staff.queues, _queues(board, list(board.staff.queues)), strict=True):
        row = board.staff.queues[key]
        found.append(
            {
                "id": key,
                "name": row.name,
                "icon": row.icon,
                "handing": row.handing,
                "service_level_percent": row.service_level_percent,
                "service_level_seconds": row.service_level_seconds,
                "member_ids": sorted(board.staff.members[key]),
                **figures,
            }
        )
    return found


def histories(board: Board) -> dict[str, list[int]]:
    """How many waited in each queue over the last hour, by minute, and now."""
    moment, waiting = now().timestamp(), defaultdict(list)
    for work in board.ledger.live.values():
        if work.state == _State.QUEUED:
            waiting[work.queue_id].append(work.since)
    return {key: board.ledger.history.minutes(key, waiting[key], moment) for key in board.staff.queues}


def agents(board: Board) -> list[Shape]:
    """Everybody who works here, with state and work, by name."""
    held = defaultdict(list)
    for work in board.ledger.live.values():
        agent_id = board.ledger.agent_of(work) if work.state in HELD else None
        if agent_id:
            held[agent_id].append(work)
    return [
        {
            "id": key,
            "name": name,
            "team_ids": board.staff.teams_of.get(key, []),
            **board.staff.state(key),
            "load": board.staff.load(key, (work.kind for work in held[key])),
            "work": [_work(board, work) for work in sorted(held[key], key=_by_age)],
        }
        for key, name in board.staff.names.items()
    ]


def at_risk(board: Board, most: int = MOST_AT_RISK) -> list[Shape]:
    """Promises that are broken or near their end, the earliest due first."""
    return [
        {
            "conversation_id": promise.conversation_id,
            **promise.named._asdict(),
            "queue_id": promise.queue_id,
            "assignee_id": promise.assignee_id,
            "sla": promise.ring,
            "warning": board.promises.warning(promise),
        }
        for promise in board.promises.at_risk(now().timestamp())[:most]
    ]


def stuck(board: Board) -> list[Shape]:
    """Work that nobody here can take, with the reason, the oldest first."""
    found = [work for work in board.ledger.live.values() if work.stuck_reason and work.state in UNANSWERED]
    return [_work(board, work) for work in sorted(found, key=_by_age)]


def whole(board: Board) -> Shape:
    """All of it, as `GET /live` answers and the first frame carries it."""
    return {
        "at": moment(now()),
        "since": moment(board.begins),
        "queues": queues(board),
        "agents": agents(board),
        "at_risk": at_risk(board),
        "stuck": stuck(board),
        "history": histories(board),
        "minute": int(now().timestamp() // 60),
        "teams": [{"id": key, "name": name} for key, name in board.staff.teams.items()],
    }


def _queues(board: Board, queue_ids: Sequence[str]) -> Iterator[Shape]:
    live: defaultdict[str | None, list[Work]] = defaultdict(list)
    for work in board.ledger.live.values():
        live[work.queue_id].append(work)
    risks: defaultdict[str | None, list[Promise]] = defaultdict(list)
    now_at = now().timestamp()
    for promise in board.promises.at_risk(now_at):
        risks[promise.queue_id].append(promise)
    for queue_id in queue_ids:
        row = board.staff.queues.get(queue_id)
        if row is None:
            continue
        contacts = board.ledger.contacts_of(queue_id)
        kinds = sorted({work.kind for work in live[queue_id]} | {contact.kind for contact in contacts})
        yield {
            **_figures(live[queue_id], contacts, row.service_level_seconds),
            "sla_at_risk": len(risks[queue_id]),
            "sla_breached": sum(promise.is_broken or promise.due_at <= now_at for promise in risks[queue_id]),
            "agents": board.staff.counted(queue_id),
            "kinds": {
                kind: _figures(
                    [work for work in live[queue_id] if work.kind == kind],
                    [contact for contact in contacts if contact.kind == kind],
                    row.service_level_seconds,
                )
                for kind in kinds
            },
        }


def _figures(live: Sequence[Work], contacts: Sequence[Contact], threshold: int) -> Shape:
    """What a supervisor asks of some work: who waits and how long, and how the day went."""
    states = [work.state for work in live]
    oldest = min((work.queued_at for work in live if work.state in UNANSWERED), default=None)
    day = tally(contacts, threshold)
    return {
        "waiting": states.count(_State.QUEUED),
        "longest_wait_seconds": int(max(0.0, now().timestamp() - oldest)) if oldest else 0,
        "waiting_since": _moment(oldest),
        "offered": states.count(_State.OFFERED),
        "active": states.count(_State.ACTIVE),
        "wrapping": states.count(_State.WRAPPING),
        "parked": states.count(_State.PARKED),
        "callbacks": states.count(_State.CALLBACK_WAIT),
        "answered": day.answered,
        "answered_in_time": day.in_time,
        "abandoned": day.abandoned,
        "abandoned_late": day.lost,
        "service_level": round(day.service_level, 4),
        "average_speed_of_answer_seconds": round(day.average_speed_of_answer, 3),
    }


def _work(board: Board, work: Work) -> Shape:
    named = board.promises.named.get(work.conversation_id) or Named(0, "", "")
    return work_shape(board, work, named)


def work_shape(board: Board, work: Work, named: Named) -> Shape:
    """An item that is not over, named so that people recognize it."""
    return {
        "id": work.id,
        "conversation_id": work.conversation_id,
        **named._asdict(),
        "queue_id": work.queue_id,
        "kind": work.kind,
        "state": work.state,
        "agent_id": board.ledger.agent_of(work),
        "queued_at": _moment(work.queued_at),
        "since": _moment(work.since),
        "stuck_reason": work.stuck_reason,
    }


def _moment(at: float | None) -> str | None:
    return moment(datetime.fromtimestamp(at, UTC)) if at is not None else None


def _by_age(work: Work) -> tuple[float, str]:
    return work.queued_at, work.id
