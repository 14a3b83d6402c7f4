"""Looks ahead: which clocks that are due within the hour will probably be late, and warns of those once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from hub.clock import now
from hub.models import ClockKind, Organization, SlaClock, WorkItem
from hub.transaction import unit
from inbox.change import Change, finish_all, lock_all
from inbox.sla import keeping, sweep
from inbox.sla.prediction import (
    HANDLE_WINDOW,
    HORIZON,
    LIKELY,
    RATE_WINDOW,
    Pace,
    Place,
    Prediction,
    predict,
)

_MOST: Final = 2_000
_SAMPLES: Final = 500
_PREDICTED: Final = (ClockKind.FIRST_REPLY, ClockKind.NEXT_REPLY, ClockKind.ANSWER)
"""What the line decides; the others run while somebody works, and nobody knows how long that takes."""


def foresee() -> int:
    """Reckon it anew for every clock due within the hour; how many were looked at."""
    at = now()
    rows = SlaClock.objects.unscoped("the clock strikes for every organization")
    soon = rows.filter(is_live=True, clock__in=_PREDICTED, due_at__gt=at, due_at__lte=at + HORIZON)
    by_organization: defaultdict[UUID, list[SlaClock]] = defaultdict(list)
    for clock in soon.order_by("due_at")[:_MOST]:
        by_organization[clock.organization_id].append(clock)
    for organization in Organization.objects.filter(pk__in=list(by_organization)):
        _foresee(organization, by_organization[organization.pk], at)
    return sum(map(len, by_organization.values()))


def _foresee(organization: Organization, clocks: Sequence[SlaClock], at: datetime) -> None:
    found = predictions(organization.pk, clocks, at)
    changed: list[SlaClock] = []
    likely: set[UUID] = set()
    for clock in clocks:
        prediction = found.get(clock.pk)
        shape = shape_of(prediction, at) if prediction else None
        if _differs(clock.warning, shape):
            clock.warning = shape
            changed.append(clock)
        if prediction and prediction.probability >= LIKELY and clock.warned_at is None:
            likely.add(clock.conversation_id)
    if changed:
        SlaClock.objects.within(organization).bulk_update(changed, ["warning"], 200)
    for conversation_id in sorted(likely):
        with unit():
            _warn(organization, conversation_id, found, at)


def predictions(organization_id: UUID, clocks: Iterable[SlaClock], at: datetime) -> dict[UUID, Prediction]:
    """The prediction of each clock of one organization of which enough is known; three queries a queue."""
    wanted = list(clocks)
    works = _works(organization_id, {clock.conversation_id for clock in wanted})
    paces: dict[UUID, Pace] = {}
    found: dict[UUID, Prediction] = {}
    for clock in wanted:
        work = works.get(clock.conversation_id)
        if work is None or work.queue_id is None or clock.due_at is None:
            continue
        if work.queue_id not in paces:
            paces[work.queue_id] = pace_of(organization_id, work.queue_id, at)
        is_waiting = work.state in (WorkItem.State.QUEUED, WorkItem.State.OFFERED)
        place = (
            Place(_ahead(work, work.queue_id)) if is_waiting else Place(0, work.accepted_at or work.queued_at)
        )
        if (prediction := predict(paces[work.queue_id], place, clock.due_at, at)) is not None:
            found[clock.pk] = prediction
    return found


def pace_of(organization_id: UUID, queue_id: UUID, at: datetime) -> Pace:
    """How a queue works now, and how long its work took lately."""
    rows = WorkItem.objects.within(organization_id).filter(queue_id=queue_id)
    taken = rows.filter(created_at__gte=at - HANDLE_WINDOW, accepted_at__gt=at - RATE_WINDOW).count()
    ended = rows.filter(created_at__gte=at - HANDLE_WINDOW, is_over=True, accepted_at__isnull=False)
    times = ended.order_by("-created_at").values_list("accepted_at", "ended_at")[:_SAMPLES]
    handled = sorted((end - start).total_seconds() for start, end in times if start and end)
    return Pace(taken / RATE_WINDOW.total_seconds(), handled)


def shape_of(prediction: Prediction, at: datetime) -> dict[str, object]:
    """A prediction as clocks keep it."""
    return {
        "probability": round(prediction.probability, 2),
        "reason": prediction.reason,
        "at": at.isoformat(timespec="seconds"),
    }


def _works(organization_id: UUID, conversation_ids: Iterable[UUID]) -> Mapping[UUID, WorkItem]:
    rows = WorkItem.objects.within(organization_id).filter(is_over=False)
    found = rows.filter(conversation_id__in=list(conversation_ids)).order_by("created_at")
    return {work.conversation_id: work for work in found}


def _ahead(work: WorkItem, queue_id: UUID) -> int:
    """How many of the queue come before it, in the order in which work is handed out."""
    rows = WorkItem.objects.within(work.organization_id).filter(
        queue_id=queue_id, state=WorkItem.State.QUEUED
    )
    rank, due, start = work.priority_rank, work.rank_due_at, work.virtual_start_at
    before = Q(priority_rank__lt=rank)
    before |= Q(priority_rank=rank, rank_due_at__lt=due)
    before |= Q(priority_rank=rank, rank_due_at=due, virtual_start_at__lt=start)
    before |= Q(priority_rank=rank, rank_due_at=due, virtual_start_at=start, pk__lt=work.pk)
    return rows.filter(before).count()


def _differs(old: object, new: dict[str, object] | None) -> bool:
    """Whether people would read something else now; a moment more or less is none."""
    if not isinstance(old, dict) or new is None:
        return old is not new
    return (old.get("probability"), old.get("reason")) != (new["probability"], new["reason"])


def _warn(
    organization: Organization, conversation_id: UUID, found: Mapping[UUID, Prediction], at: datetime
) -> None:
    """Tell of it once, unless meanwhile somebody answered or was faster."""
    conversations = lock_all(organization, [conversation_id])
    changes = {row.pk: Change(row, None) for row in conversations}
    hands = sweep.take_up(organization, conversations)
    told = []
    for hand in hands:
        for promise in hand.promises():
            kept = promise.clock.kept
            prediction = found.get(UUID(kept["id"])) if kept.get("id") else None
            if prediction is None or prediction.probability < LIKELY or kept.get("warned"):
                continue
            kept["warned"], promise.clock.is_touched = at.isoformat(), True
            kept["risk"] = shape_of(prediction, at)
            told.append((hand, promise, prediction))
    keeping.write(organization.pk, hands, at)
    for hand, promise, prediction in told:
        more = {"probability": round(prediction.probability, 2), "reason": prediction.reason}
        changes[hand.conversation.pk].announce("sla.warning", **sweep.told(promise, **more))
    finish_all(organization, changes.values())
