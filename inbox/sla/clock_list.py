"""Lists clocks for supervisors: what is late, what will be, what stands still."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from hub.models import Conversation, SlaClock
from hub.viewer import Viewer
from inbox.paging import LIMIT, Order, page
from inbox.payloads import Shape, id_of
from inbox.queries import NOBODY
from inbox.sla.prediction import LIKELY

_BY_DUE: Final = Order("clocks", "due_at")
_BY_START: Final = Order("clocks-started", "started_at", is_descending=True)
_ENDED: Final = frozenset({"fulfilled", "cancelled"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clocks; empty means no restriction, but that without a state only those that run are listed."""

    state: str = ""
    queue: str = ""
    clock: str = ""
    due_before: datetime | None = None
    limit: int = LIMIT
    cursor: str = ""


def clocks(viewer: Viewer, wanted: Wanted) -> tuple[list[SlaClock], str | None]:
    """A page of clocks and the cursor of the next: by due moment; what stands still or has ended by its
    start, the latest first. Raises `NotFound` for a cursor not of this list."""
    own = SlaClock.objects.within(viewer.organization).select_related("conversation")
    rows = _in_state(own, wanted.state)
    if wanted.clock:
        rows = rows.filter(clock=wanted.clock)
    if wanted.queue == NOBODY:
        rows = rows.filter(conversation__queue__isnull=True)
    elif wanted.queue:
        rows = rows.filter(conversation__queue_id=UUID(wanted.queue))
    if wanted.due_before is not None:
        rows = rows.filter(due_at__lt=wanted.due_before)
    is_by_start = wanted.state == "paused" or wanted.state in _ENDED
    return page([rows], _BY_START if is_by_start else _BY_DUE, wanted.limit, wanted.cursor)


def _in_state(rows: QuerySet[SlaClock], state: str) -> QuerySet[SlaClock]:
    if state in _ENDED:
        return rows.filter(state=state)
    rows = rows.filter(is_live=True)
    if state == "paused":
        return rows.filter(state="paused")
    rows = rows.filter(due_at__isnull=False)
    conditions: dict[str, dict[str, Any]] = {
        "active": {"state": "active"},
        "breached": {"breached_at__isnull": False},
        "at_risk": {"breached_at__isnull": True, "warning__probability__gte": LIKELY},
    }
    return rows.filter(**conditions.get(state, {}))


def conversation(row: Conversation) -> Shape:
    """A conversation as far as a list of clocks names it."""
    return {
        "id": str(row.pk),
        "number": row.number,
        "subject": row.subject,
        "status": row.status,
        "assignee_id": id_of(row.assignee_id),
        "queue_id": id_of(row.queue_id),
    }
