"""Note: what agents tell one another; it can never leave the hub."""

from collections.abc import Sequence
from typing import Any

from hub.models import Membership, TimelineItem
from hub.viewer import Viewer
from inbox import payloads
from inbox.change import as_id, changing
from inbox.errors import Invalid, NotFound


def note(viewer: Viewer, conversation_id: Any, text: str, mentions: Sequence[Any] = ()) -> TimelineItem:
    """Put a note into the timeline; `mentions` are users of the same organization.

    Raises `Invalid` for an empty note, `NotFound` also for an unknown colleague.
    """
    if not text.strip():
        raise Invalid({"text": ["Write something."]})
    with changing(viewer, conversation_id) as change:
        item = change.note(text, _colleagues(viewer, mentions))
        change.announce("note.created", note=payloads.item(item))
        return item


def _colleagues(viewer: Viewer, mentions: Sequence[Any]) -> list[str]:
    wanted = {as_id(value) for value in mentions}
    known = set(
        Membership.objects.within(viewer.organization)
        .filter(user_id__in=wanted, is_active=True)
        .values_list("user_id", flat=True)
    )
    if wanted - known:
        raise NotFound("Somebody mentioned is not a colleague here.")
    return sorted(str(value) for value in wanted)
