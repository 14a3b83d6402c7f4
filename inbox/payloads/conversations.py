"""Conversations as they leave the hub, in a fixed number of queries."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from hub.models import Conversation, ConversationLabel
from hub.prepared import Prepared
from inbox.payloads.channels import channel_refs
from inbox.payloads.contacts import contacts
from inbox.payloads.moments import Shape, id_of, moment


class Reading(NamedTuple):
    """How far somebody has read a conversation, and how many messages of the customer came since."""

    read_seq: int
    unread: int


def conversations(
    rows: Sequence[Conversation],
    readings: Mapping[uuid.UUID, Reading] | None = None,
    *,
    channels: Mapping[str, Shape] | None = None,
    new: Collection[Conversation] = (),
) -> list[Shape]:
    """Conversations of one organization; with `readings` also how far the viewer has read each.

    What the caller knows is not read again: `channels` by id, and that `new` rows have no labels.
    """
    if not rows:
        return []
    organization_id = rows[0].organization_id
    people = contacts(row.requester for row in rows)
    known = dict(channels or {})
    used = {channel for row in rows for channel in row.channel_ids}
    known |= channel_refs(organization_id, used - known.keys())
    labels = _labels(organization_id, [row for row in rows if row not in new])
    return [
        _conversation(row, people[row.requester_id], known, labels.get(row.pk, []))
        | (readings[row.pk]._asdict() if readings is not None else {})
        for row in rows
    ]


def _labels(organization_id: Any, rows: Sequence[Conversation]) -> dict[uuid.UUID, list[str]]:
    names: dict[uuid.UUID, list[str]] = defaultdict(list)
    found = _labelled(organization_id, [row.pk for row in rows]) if rows else ()
    for conversation_id, name in found:
        names[conversation_id].append(name)
    return names


_labelled = Prepared[tuple[uuid.UUID, str]](
    lambda organization_id, ids: (
        ConversationLabel.objects.within(organization_id)
        .filter(conversation_id__in=ids)
        .order_by("label__name")
        .values_list("conversation_id", "label__name")
    )
)


def _conversation(
    row: Conversation, person: Shape, channels: Mapping[str, Shape], labels: list[str]
) -> Shape:
    return {
        "id": str(row.pk),
        "number": row.number,
        "subject": row.subject,
        "status": row.status,
        "priority": row.priority,
        "assignee_id": id_of(row.assignee_id),
        "team_id": id_of(row.team_id),
        "queue_id": id_of(row.queue_id),
        "channels": [channels[channel] for channel in row.channel_ids if channel in channels],
        "last_seq": row.last_item_seq,
        "waiting_since": moment(row.waiting_since),
        "snoozed_until": moment(row.snoozed_until),
        "sla": row.sla,
        "labels": labels,
        "contact": person,
        "preview": row.preview,
        "last_direction": row.last_direction,
        "last_agent_id": id_of(row.last_agent_id),
        "last_activity_at": moment(row.last_activity_at),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "custom": row.custom,
        "version": row.version,
    }


def link(kind: str, other: Conversation, *, is_origin: bool) -> Shape:
    """Another conversation that has to do with one, named so that people can go there."""
    named = {
        "id": str(other.pk),
        "number": other.number,
        "subject": other.subject,
        "status": other.status,
    }
    return {"kind": kind, "is_origin": is_origin, "conversation": named}
