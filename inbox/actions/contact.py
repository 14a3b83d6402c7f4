"""What agents know of a contact."""

from collections.abc import Mapping
from typing import Any

from hub.clock import now
from hub.models import Contact
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import payloads, search
from inbox.change import as_id
from inbox.errors import Invalid, NotFound
from realtime import events

_FIELDS = {"name": 200, "locale": 16, "time_zone": 64}


def update_contact(viewer: Viewer, contact_id: Any, changes: Mapping[str, Any]) -> Contact:
    """Change name, locale, time_zone or custom (an object). Raises `Invalid`, `NotFound`."""
    unknown = set(changes) - {*_FIELDS, "custom"}
    if unknown:
        raise Invalid({field: ["This field cannot be changed."] for field in sorted(unknown)})
    with unit():
        contact = (
            Contact.objects.within(viewer.organization)
            .select_for_update()
            .filter(pk=as_id(contact_id))
            .first()
        )
        if contact is None:
            raise NotFound("There is no such contact.")
        for field, length in _FIELDS.items():
            if field in changes:
                setattr(contact, field, (changes[field] or "")[:length])
        contact.custom = changes.get("custom", contact.custom) or {}
        contact.updated_at = now()
        contact.save()
        search.index_contact(contact)
        events.append(viewer.organization, "contact.updated", {"contact": payloads.contact(contact)})
        return contact
