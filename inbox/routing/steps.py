"""What happens to work while it waits: a queue's steps, folded into what is in force at a moment.

A queue's `steps` are a list of {"after": seconds, …} in the order of `after`, each with one of:

    "requirements": [{"skill": id, "level": 1-10}]   ask for these instead of what was asked before
    "team": id                                       its members may take it, too
    "priority": "high"                               comes before what is less urgent
    "queue": id                                      goes on there; keeps its age
    "offer": "callback"                              a caller is asked whether to be called back
    "to": "voicemail" | "email"                      nobody is kept waiting for it any longer

and optionally "when": "closed" (holds only outside of the queue's schedule) and "skip_if_nobody": true
(begins at once while nobody who is here could take it). Empty requirements ask for nothing.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hub.models import Priority, Queue, Schedule
from inbox.sla.opening import calendar_of

Requirements = Sequence[Mapping[str, Any]]

RANKS: Final[Mapping[str, int]] = {
    Priority.URGENT: 0,
    Priority.HIGH: 1,
    Priority.NORMAL: 2,
    Priority.LOW: 3,
}
"""Priorities as they sort, the most urgent first."""

STICKY: Final = "z:"
"""How the keys of work begin that is kept for one agent; all others begin with the kind of work."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a queue is open at a moment, and when that changes; None: never."""

    is_open: bool = True
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """What the steps make of an item at a moment.

    `step` counts the steps that have begun, up to the last one that has. `priority_rank`, `queue` and
    `ends_in` are None and "" where no step says so. `next_at` is when there may be something new.
    """

    requirements: Requirements
    teams: frozenset[str] = frozenset()
    priority_rank: int | None = None
    queue: str = ""
    ends_in: str = ""
    is_callback_offered: bool = False
    step: int = 0
    next_at: datetime | None = None
    reasons: tuple[str, ...] = ()


def in_force(
    queue: Queue,
    queued_at: datetime,
    at: datetime,
    opening: Opening,
    is_nobody_there: Callable[[Requirements, frozenset[str]], bool] = lambda requirements, teams: False,
    asked: Requirements = (),
) -> InForce:
    """Fold a queue's steps for an item that has waited there since `queued_at`.

    `asked` are the skills that a rule asked for; they stay until a step speaks of them. `is_nobody_there` is
    asked only for steps that may be skipped to.
    """
    now_asked = combined(queue.requirements, asked)
    found: dict[str, Any] = {}
    teams: frozenset[str] = frozenset()
    step, moments, reasons = 0, [], []
    for number, given in enumerate(queue.steps, start=1):
        due_at = queued_at + timedelta(seconds=given.get("after") or 0)
        is_for_closed = given.get("when") == "closed"
        if is_for_closed and opening.changes_at is not None:
            moments.append(opening.changes_at)
        is_skipped_to = (
            due_at > at and bool(given.get("skip_if_nobody")) and is_nobody_there(now_asked, teams)
        )
        if due_at > at and not is_skipped_to:
            moments.append(due_at)
            continue
        if is_for_closed and opening.is_open:
            continue
        step = number
        if "requirements" in given:
            now_asked = combined(given["requirements"], asked)
        elif "team" in given:
            teams |= {str(given["team"])}
        else:
            found.update({key: given[key] for key in ("priority", "queue", "offer", "to") if key in given})
        reasons.append(_why(given, is_skipped_to=is_skipped_to))
        if "queue" in given or "to" in given:
            break
    return InForce(
        now_asked,
        teams,
        RANKS.get(found.get("priority", "")),
        str(found.get("queue", "")),
        str(found.get("to", "")),
        found.get("offer") == "callback",
        step,
        min(moments, default=None),
        tuple(reasons),
    )


def urgency(queue: Queue | None, step: int, priority: str) -> int:
    """How a priority sorts, raised by those of a queue's steps that have begun."""
    begun = queue.steps[:step] if queue is not None else ()
    raised = [RANKS[given["priority"]] for given in begun if given.get("priority") in RANKS]
    return min([RANKS.get(priority, RANKS[Priority.NORMAL]), *raised])


def combined(requirements: Requirements, asked: Requirements) -> list[dict[str, Any]]:
    """The requirements, and those of the asked ones that are about other skills."""
    named = {one["skill"] for one in requirements}
    return [*map(dict, requirements), *(dict(one) for one in asked if one["skill"] not in named)]


def asked_by_rules(requirements: Requirements) -> list[Mapping[str, Any]]:
    """Those of an item's requirements that no queue asks for, but a rule."""
    return [one for one in requirements if one.get("is_asked")]


def key(kind: str, requirements: Requirements, teams: Sequence[str], sticky_agent: UUID | None) -> str:
    """What is the same for items that the same agents can take."""
    if sticky_agent is not None:
        return f"{STICKY}{sticky_agent.hex}"
    if not requirements and not teams:
        return kind
    asked = sorted((str(one["skill"]), int(one["level"])) for one in requirements)
    digest = hashlib.sha256(json.dumps([asked, sorted(teams)]).encode()).hexdigest()
    return f"{kind}:{digest[:24]}"


def opening(schedule: Schedule | None, at: datetime) -> Opening:
    """Whether a schedule is open; without one, and with one that cannot be read, it always is."""
    if schedule is None:
        return Opening()
    try:
        calendar = calendar_of(schedule)
    except (ValueError, TypeError, KeyError):
        return Opening()
    is_open = calendar.is_open(at)
    return Opening(is_open, calendar.next_close(at) if is_open else calendar.next_open(at))


def _why(given: Mapping[str, Any], *, is_skipped_to: bool) -> str:
    if is_skipped_to:
        return "nobody who is here could take it"
    if given.get("when") == "closed":
        return "the queue is closed"
    return f"after {given.get('after') or 0} seconds"
