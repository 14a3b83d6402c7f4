"""The shapes that leave the hub: what the API answers and what events carry, made here alone.

Lists are made in batches: the number of queries does not grow with the number of rows.
"""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects

from hub import registry
from hub.models import (
    AgentState,
    Attachment,
    Channel,
    Contact,
    Conversation,
    ConversationLabel,
    Delivery,
    Identity,
    Message,
    Queue,
    Signature,
    Team,
    Template,
    TimelineItem,
    User,
)
from hub.prepared import Prepared
from inbox import html, pacing
from inbox.image_policy import policy
from media import attachments

Shape = dict[str, Any]
Kind = TimelineItem.Kind


def moment(value: datetime | None) -> str | None:
    """An instant in UTC, ISO 8601 with milliseconds and Z."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _id(value: uuid.UUID | None) -> str | None:
    return str(value) if value else None


def channel_ref(channel: Channel) -> Shape:
    """A channel as conversations and items name it."""
    return {"id": str(channel.pk), "kind": channel.kind, "name": channel.name, "address": channel.address}


def channel(row: Channel) -> Shape:
    """A channel as settings and the composer need it; secrets never leave."""
    connector = registry.connectors().get(row.kind)
    return channel_ref(row) | {
        "state": row.state,
        "health": row.health,
        "queue_id": _id(row.queue_id),
        "capabilities": dataclasses.asdict(connector.capabilities(row.config)) if connector else {},
        "archived_at": moment(row.archived_at),
    }


def channel_refs(organization_id: Any, ids: Iterable[Any]) -> dict[str, Shape]:
    """References of these channels by id, in one query."""
    wanted = [uuid.UUID(str(key)) for key in set(ids)]
    found = _channels(organization_id, wanted) if wanted else ()
    return {str(channel.pk): channel_ref(channel) for channel in found}


_channels = Prepared[Channel](
    lambda organization_id, ids: (
        Channel.objects.within(organization_id).filter(pk__in=ids).only("kind", "name", "address")
    )
)


def contacts(rows: Iterable[Contact]) -> dict[uuid.UUID, Shape]:
    """References of these contacts by id; their addresses in one query."""
    people = list({contact.pk: contact for contact in rows}.values())
    prefetch_related_objects(people, "identities")
    return {person.pk: contact_ref(person, list(person.identities.all())) for person in people}


def contact_ref(contact: Contact, identities: Sequence[Identity]) -> Shape:
    """A contact as conversations name them: the oldest address of each kind stands for them."""
    oldest = sorted(identities, key=lambda identity: (identity.created_at, identity.pk))
    address = next((identity.value for identity in oldest if identity.kind == "email"), None)
    phone = next((identity.value for identity in oldest if identity.kind == "phone"), None)
    return {
        "id": str(contact.pk),
        "name": contact.name or address or phone or next(map(str, oldest), "Visitor"),
        "email": address,
        "phone": phone,
        "locale": contact.locale,
    }


def contact(person: Contact) -> Shape:
    """A contact with every address."""
    identities = list(person.identities.all())
    return contact_ref(person, identities) | {
        "time_zone": person.time_zone,
        "custom": person.custom,
        "identities": [
            {
                "id": str(identity.pk),
                "kind": identity.kind,
                "value": identity.value,
                "display": identity.display or identity.value,
                "verified_at": moment(identity.verified_at),
                "unreachable_since": moment(identity.unreachable_since),
                "unreachable_reason": identity.unreachable_reason,
            }
            for identity in identities
        ],
        "created_at": moment(person.created_at),
        "updated_at": moment(person.updated_at),
    }


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
        "assignee_id": _id(row.assignee_id),
        "team_id": _id(row.team_id),
        "queue_id": _id(row.queue_id),
        "channels": [channels[channel] for channel in row.channel_ids if channel in channels],
        "last_seq": row.last_item_seq,
        "waiting_since": moment(row.waiting_since),
        "snoozed_until": moment(row.snoozed_until),
        "labels": labels,
        "contact": person,
        "preview": row.preview,
        "last_direction": row.last_direction,
        "last_agent_id": _id(row.last_agent_id),
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


ITEM_RELATIONS = (
    "message__channel",
    "note",
    "event",
    "author_user",
    "author_identity__contact",
)
"""What `items` reads beside the item itself; querysets of items select it along."""


def item(row: TimelineItem) -> Shape:
    """One item of a timeline."""
    return items([row])[0]


def items(rows: Sequence[TimelineItem]) -> list[Shape]:
    """Items of a timeline, oldest first as given; files and deliveries in one query each."""
    messages = [row.message for row in rows if row.kind == Kind.MESSAGE]
    prefetch_related_objects(messages, "deliveries__recipient")
    prefetch_related_objects(list(rows), "attachments")
    return [_item(row) for row in rows]


def _item(row: TimelineItem) -> Shape:
    shape: Shape = {
        "id": str(row.pk),
        "conversation_id": str(row.conversation_id),
        "seq": row.seq,
        "kind": row.kind,
        "direction": row.direction,
        "author": _author(row),
        "channel": None,
        "subject": "",
        "text": "",
        "html": None,
        "attachments": [attachment(file) for file in sorted(row.attachments.all(), key=_position)],
        "deliveries": [],
        "occurred_at": moment(row.occurred_at),
        "recorded_at": moment(row.recorded_at),
        "client_id": None,
        "from": None,
        "to": [],
        "cc": [],
        "bcc": [],
        "folds": [],
        "authentication": None,
        "invitation": None,
        "reply_to": None,
        "forwarded_from": None,
        "forward_of_id": None,
        "signature": None,
        "remote_images": None,
        "reply_to_id": None,
        "event": None,
        "automatic": False,
        "quarantined": False,
        "mentions": [],
    }
    if row.kind == Kind.MESSAGE:
        shape.update(_message(row.message))
        if shape["html"]:
            urls = {file["content_id"]: file["url"] for file in shape["attachments"] if file["content_id"]}
            shape["html"] = html.with_files(html.without_trackers(shape["html"]), urls)
    elif row.kind == Kind.NOTE:
        shape.update({"text": row.note.text, "mentions": row.note.mentions})
    elif row.kind == Kind.EVENT:
        shape["event"] = {"name": row.event.name, "data": row.event.data}
    return shape


def _position(file: Attachment) -> tuple[int, uuid.UUID]:
    return file.position, file.pk


def _author(row: TimelineItem) -> Shape:
    if row.author_user is not None:
        return {"type": "agent", "id": str(row.author_user_id), "name": str(row.author_user)}
    if row.author_identity is not None:
        person = row.author_identity.contact
        name = person.name or str(row.author_identity)
        return {"type": "contact", "id": str(person.pk), "name": name}
    return {"type": "system", "id": None, "name": "Omnihub"}


def _message(message: Message) -> Shape:
    deliveries = sorted(message.deliveries.all(), key=lambda row: (row.created_at, row.pk))
    return {
        "channel": channel_ref(message.channel),
        "subject": message.subject,
        "text": message.text,
        "html": message.html or None,
        "deliveries": [delivery(row) for row in deliveries],
        "client_id": message.client_id,
        "from": message.sender,
        "to": message.to,
        "cc": message.cc,
        "bcc": message.bcc,
        "folds": message.folds,
        "authentication": message.facts.get("authentication"),
        "invitation": message.facts.get("invitation"),
        "reply_to": message.facts.get("reply_to"),
        "forwarded_from": message.facts.get("forwarded_from"),
        "forward_of_id": message.facts.get("forward_of"),
        "signature": message.facts.get("signature"),
        "remote_images": _remote_images(message),
        "reply_to_id": _id(message.reply_to_id),
        "automatic": message.is_automatic,
        "quarantined": message.is_quarantined,
    }


def _remote_images(message: Message) -> Shape | None:
    """How many pictures wait to be asked for; None where there are none."""
    found = html.remote_images(message.html)
    if not found.addresses and not found.trackers:
        return None
    return {
        "policy": policy(message.channel),
        "count": len(found.addresses),
        "trackers": found.trackers,
    }


def delivery(row: Delivery) -> Shape:
    """Where a message to one recipient stands, in the provider's code and in plain words."""
    return {
        "id": str(row.pk),
        "recipient": str(row.recipient),
        "status": row.status,
        "code": row.code,
        "detail": row.detail,
        "via": row.via,
        "next_attempt_at": moment(row.next_attempt_at),
        "delayed": pacing.is_delayed(row),
        "updated_at": moment(row.updated_at),
    }


def attachment(row: Attachment) -> Shape:
    """A file, with an address that works without signing in for a while."""
    return {
        "id": str(row.pk),
        "filename": row.filename,
        "content_type": row.content_type,
        "size": row.size,
        "content_id": row.content_id,
        "inline": row.is_inline,
        "url": attachments.signed_url(row),
    }


def agent(user: User, role: str, state: AgentState | None) -> Shape:
    """A colleague and what they say of their state."""
    return {
        "id": str(user.pk),
        "name": str(user),
        "email": user.email,
        "role": role,
        "state": state.state if state else AgentState.State.OFFLINE,
        "reason": state.reason if state else "",
        "since": moment(state.since) if state else None,
    }


def presence(state: AgentState) -> Shape:
    """One agent's state as presence frames carry it."""
    return {"agent_id": str(state.user_id), "state": state.state, "since": moment(state.since)}


def queue(row: Queue) -> Shape:
    """A queue as the side bar lists it."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "key": row.key,
        "icon": row.icon,
        "team_id": _id(row.team_id),
    }


def team(row: Team) -> Shape:
    """A team, without its members."""
    return {"id": str(row.pk), "name": row.name}


def signature(row: Signature) -> Shape:
    """A signature as it was written, and whose it is."""
    owners = {"me": row.user_id, "team": row.team_id, "channel": row.channel_id}
    return {
        "id": str(row.pk),
        "of": next((of for of, owner in owners.items() if owner), "organization"),
        "team_id": _id(row.team_id),
        "channel_id": _id(row.channel_id),
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
        "team_id": _id(row.team_id),
        "updated_at": moment(row.updated_at),
    }
