"""What agents write with, as it leaves the hub."""

from hub.models import Signature, Template
from inbox.payloads.moments import Shape, id_of, moment


def signature(row: Signature) -> Shape:
    """A signature as it was written, and whose it is."""
    owners = {"me": row.user_id, "team": row.team_id, "channel": row.channel_id}
    return {
        "id": str(row.pk),
        "of": next((of for of, owner in owners.items() if owner), "organization"),
        "team_id": id_of(row.team_id),
        "channel_id": id_of(row.channel_id),
        "text": row.text,
        "html": row.html,
        "updated_at": moment(row.updated_at),
    }


def template(row: Template) -> Shape:
    """A template as it was written."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "shortcut": row.shortcut,
        "subject": row.subject,
        "text": row.text,
        "html": row.html,
        "team_id": id_of(row.team_id),
        "updated_at": moment(row.updated_at),
    }
