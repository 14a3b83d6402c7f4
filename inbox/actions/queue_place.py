"""The place of a conversation in its queue, as its customer may know it."""

from typing import Any, NamedTuple

from hub.models import WorkItem
from inbox.routing import outlook
from inbox.routing.moves import WAITING


class QueuePlace(NamedTuple):
    """A place from 1, and the seconds that it may still take, None where nobody can tell."""

    position: int
    wait_seconds: int | None


def queue_place(organization_id: Any, conversation_id: Any) -> QueuePlace | None:
    """Where a conversation waits in its queue; None when it does not, or nothing leads on from there."""
    row = (
        WorkItem.objects.within(organization_id)
        .filter(conversation_id=conversation_id, is_over=False, call="", state__in=WAITING)
        .first()
    )
    return QueuePlace(*outlook.position(row)) if row is not None and row.queue_id is not None else None
