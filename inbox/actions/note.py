"""Note: what agents tell one another; it can never leave the hub."""

from collections.abc import Sequence
from typing import Any

from hub.models import Membership, Note, TimelineItem
from hub.prepared import Prepared
from hub.viewer import Viewer
from inbox import payloads
from inbox.change import as_id, changing
from inbox.errors import Invalid, NotFound


def note(
    viewer: Viewer, conversation_id: Any, text: str, mentions: Sequence[Any] = (), client_id: str = ""
) -> TimelineItem:
    """Put a note into the timeline; `mentions` are users of the same organization.

    The same `client_id` again answers the first note. Raises `Invalid` for an empty note, `NotFound` also
    for an unknown colleague.
    """
    if not text.strip():
        raise Invalid({"text": ["Write something."]})
    with changing(viewer, conversation_id) as change:
        known = _known(viewer, change.conversation.pk, client_id)
        if known is not None:
            return known
        item = change.note(text, _colleagues(viewer, mentions), client_id=client_id or None)
        change.announce("note.created", note=payloads.item(item))
        return item


_said = Prepared[Note](
    lambda organization_id, client_id: (
        Note.objects.within(organization_id).filter(client_id=client_id).select_related("item")
    )
)


def _known(viewer: Viewer, conversation_id: Any, client_id: str) -> TimelineItem | None:
    if not client_id:
        return None
    found = next(iter(_said(viewer.organization.pk, client_id)), None)
    if found is not None and found.item.conversation_id != conversation_id:
        raise Invalid({"client_id": ["This client_id was used in another conversation."]})
    return found.item if found is not None else None


def _colleagues(viewer: Viewer, mentions: Sequence[Any]) -> list[str]:
    wanted = {as_id(value) for value in mentions}
    if not wanted:
        return []
    known = set(
        Membership.objects.within(viewer.organization)
        .filter(user_id__in=wanted, is_active=True)
        .values_list("user_id", flat=True)
    )
    if wanted - known:
        raise NotFound("Somebody mentioned is not a colleague here.")
    return sorted(str(value) for value in wanted)
