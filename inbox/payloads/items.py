"""Items of timelines as they leave the hub, in a fixed number of queries."""

import uuid
from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from hub.models import Attachment, Delivery, Message, TimelineItem
from inbox import html, pacing
from inbox.image_policy import policy
from inbox.payloads.channels import channel_ref
from inbox.payloads.moments import Shape, id_of, moment
from media import attachments

Kind = TimelineItem.Kind


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
        "edited_at": None,
        "edits": [],
        "deleted_at": None,
        "pending": None,
        "reactions": [],
        "rich": None,
        "public": False,
        "missing_files": [],
    }
    if row.kind == Kind.MESSAGE:
        shape.update(_message(row.message))
        if shape["deleted_at"]:
            shape |= _WITHDRAWN
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
        "reply_to_id": id_of(message.reply_to_id),
        "automatic": message.is_automatic,
        "quarantined": message.is_quarantined,
        "edited_at": message.facts.get("edited_at"),
        "edits": message.facts.get("edits", []),
        "deleted_at": message.facts.get("deleted_at"),
        "pending": message.facts.get("pending"),
        "reactions": _reactions(message),
        "rich": message.facts.get("rich"),
        "public": bool(message.facts.get("public")),
        "missing_files": message.facts.get("missing_files", []),
    }


_WITHDRAWN: Shape = {"text": "", "html": None, "attachments": [], "edits": [], "rich": None, "folds": []}
"""What is shown of a message that was taken back: that there was one."""


def _reactions(message: Message) -> list[Shape]:
    """Those that stand; what was taken back is kept only to be told from what comes late."""
    kept = message.facts.get("reactions", [])
    return [{"emoji": row["emoji"], "by": row["by"]} for row in kept if not row["removed"]]


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
