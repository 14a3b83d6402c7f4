"""Has the engine look at a queue soon: a job a queue, which many causes share."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from hub.jobs import enqueue
from hub.models import Queue, WorkItem
from hub.prepared import Prepared

ROUTE: Final = "inbox.route"
"""The job that matches what waits in one queue with who is there."""

LOOK_AFTER: Final = "inbox.look_after_agent"
"""The job that sees to what an agent holds who came or went."""

JOBS: Final = "routing"
"""The queue of the engine's jobs."""

_PRIORITY = 5
"""Before what nobody looks on at."""

_WAITING = (WorkItem.State.QUEUED, WorkItem.State.OFFERED)


def wake(queue_ids: Iterable[UUID]) -> None:
    """Have these queues looked at once the open unit of work has committed."""
    for queue_id in sorted(set(queue_ids)):
        _enqueue(ROUTE, {"queue_id": str(queue_id)}, f"{ROUTE}:{queue_id}")


def wake_waiting(organization_id: UUID) -> None:
    """The same for every queue of an organization in which something waits or is offered.

    For when somebody can do more, or less, than before. Which queues serve whom changes with their
    steps, so all of them are looked at; that costs little.
    """
    wake(_waiting(organization_id))


def served(organization_id: UUID, user_ids: Collection[UUID]) -> list[UUID]:
    """The queues in which something waits that one of these agents may be offered."""
    if not user_ids:
        return []
    mine = Q(is_open_to_all=True) | ~Q(steps=[])
    mine |= Q(team__members__in=user_ids) | Q(places__user_id__in=user_ids)
    mine |= Q(places__team__members__in=user_ids)
    waiting = WorkItem.objects.within(organization_id).filter(
        queue=OuterRef("pk"), state="queued", is_over=False
    )
    rows = Queue.objects.within(organization_id).filter(mine, Exists(waiting), handing=Queue.Handing.OFFER)
    return list(rows.order_by().values_list("pk", flat=True).distinct())


def awaited(organization_id: UUID, user_ids: Collection[UUID], *, but: Collection[UUID]) -> list[UUID]:
    """Those of the agents for whom work waits until they are back; works of `but` do not count."""
    if not user_ids:
        return []
    rows = WorkItem.objects.within(organization_id).filter(
        assignee_id__in=user_ids, is_over=False, state="parked", timer_at__isnull=False
    )
    found = rows.exclude(pk__in=list(but)).order_by("assignee_id").values_list("assignee_id", flat=True)
    return [user_id for user_id in found.distinct() if user_id is not None]


def look_after(organization_id: UUID, user_id: UUID) -> None:
    """Have the engine see to what an agent holds, now that they came or went."""
    payload = {"organization_id": str(organization_id), "user_id": str(user_id)}
    _enqueue(LOOK_AFTER, payload, f"{LOOK_AFTER}:{organization_id}:{user_id}")


def _enqueue(name: str, payload: Mapping[str, str], unique_key: str) -> None:
    enqueue(name, payload, unique_key=unique_key, queue=JOBS, priority=_PRIORITY)


_waiting = Prepared[UUID](
    lambda organization_id: (
        Queue.objects.within(organization_id)
        .filter(
            Exists(
                WorkItem.objects.within(organization_id).filter(
                    queue=OuterRef("pk"), state__in=_WAITING, is_over=False
                )
            )
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
)
