"""What may be read: every list and every look-up begins at the viewer's organization."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from hub.models import (
    ACTIVE,
    Attachment,
    Channel,
    Contact,
    Conversation,
    ConversationLabel,
    ConversationLink,
    Counter,
    Message,
    ReadMark,
    Status,
    TimelineItem,
)
from hub.viewer import Viewer
from inbox import payloads, search
from inbox.errors import Invalid, NotFound
from inbox.paging import LIMIT, Order, page

ME, NOBODY = "me", "none"

ORDERS = {
    "newest": Order("newest", "last_activity_at", is_descending=True),
    "oldest": Order("oldest", "last_activity_at"),
    "waiting": Order("waiting", "waiting_since"),
    "due": Order("due", "sla_due_at"),
}
"""How conversations can be ordered; `waiting` lists only those that wait, the longest first, and `due`
only those of which a promise runs, the first due first."""

_OF_ACTIVE = {"waiting": "waiting_since", "due": "sla_due_at"}
"""Orders that list active conversations alone, and the column that those must have."""

_BY_NAME = Order("name", "name")

_FEW = 500

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations: the filters of the list. Empty means no restriction.

    `statuses` are statuses or "active"; `assignee`, `team` and `queue` are an id or "none",
    `assignee` may be "me"; `channel` is an id or a kind; `label` is an id or a name.
    """

    statuses: Sequence[str] = ()
    assignee: str = ""
    team: str = ""
    queue: str = ""
    channel: str = ""
    label: str = ""
    contact: str = ""
    number: int | None = None
    q: str = ""
    order: str = "newest"


def conversations(
    viewer: Viewer, wanted: Wanted, limit: int = LIMIT, cursor: str = ""
) -> tuple[list[Conversation], str | None]:
    """A page of conversations and the cursor of the next one.

    The cost depends on the page, not on the table: each part of the list is a range of one
    index. Raises `Invalid` for a filter or a cursor that makes no sense.
    """
    rows = _filtered(viewer, wanted)
    order = ORDERS[wanted.order]
    if order.name in _OF_ACTIVE:
        rows = rows.filter(**{f"{_OF_ACTIVE[order.name]}__isnull": False})
    return page([rows.filter(arm) for arm in _arms(wanted)], order, limit, cursor)


def _arms(wanted: Wanted) -> list[Q]:
    """The wanted statuses as ranges that the indexes keep in order."""
    statuses = {status for word in wanted.statuses for status in (ACTIVE if word == "active" else [word])}
    if unknown := statuses - set(Status.values):
        raise Invalid({"status": [f"“{sorted(unknown)[0][:40]}” is no status."]})
    if wanted.order in _OF_ACTIVE:
        statuses = (statuses or set(ACTIVE)) & ACTIVE
        return [Q(is_active=True) if statuses == ACTIVE else Q(is_active=True, status__in=sorted(statuses))]
    if wanted.q:  # What search finds is little enough to be sorted.
        return [Q(status__in=sorted(statuses)) if statuses else Q()]
    if not statuses or statuses == set(Status.values):
        return [_ACTIVE, _INACTIVE]
    arms = [_INACTIVE & Q(status=status) for status in sorted(statuses - ACTIVE)]
    if statuses >= ACTIVE:
        return [*arms, _ACTIVE]
    return arms + [_ACTIVE & Q(status=status) for status in sorted(statuses & ACTIVE)]


# Django writes `is_active=True` as the bare column, which SQLite does not look up in an index.
_ACTIVE, _INACTIVE = Q(is_active__in=[True]), Q(is_active__in=[False])


def _filtered(viewer: Viewer, wanted: Wanted) -> QuerySet[Conversation]:
    rows = _own(viewer, is_search=bool(wanted.q)).select_related("requester")
    for field in ("assignee", "team", "queue"):
        rows = _placed(rows, viewer, field, getattr(wanted, field))
    if wanted.contact:
        rows = rows.filter(requester_id=_filter_id("contact", wanted.contact))
    if wanted.number is not None:
        rows = rows.filter(number=wanted.number)
    if wanted.channel:
        rows = _on_channel(rows, viewer, wanted.channel)
    if wanted.label:
        rows = _labelled(rows, viewer, wanted.label)
    return search.conversations(rows, viewer.organization.pk, wanted.q) if wanted.q else rows


def _own(viewer: Viewer, *, is_search: bool) -> QuerySet[Conversation]:
    """The organization's conversations; for a search, in a form that does not hide its ids.

    Without statistics SQLite takes every index that begins with the organization for better
    than a list of ids, and would walk a million rows to find eleven.
    """
    if not is_search:
        return Conversation.objects.within(viewer.organization)
    rows = Conversation.objects.unscoped("scoped by an expression that no index serves")
    owner = Coalesce("organization_id", "organization_id")
    return rows.alias(owner=owner).filter(owner=viewer.organization.pk)


def _placed(rows: QuerySet[Conversation], viewer: Viewer, field: str, value: str) -> QuerySet[Conversation]:
    if not value:
        return rows
    if value == NOBODY:
        return rows.filter(**{f"{field}__isnull": True})
    if value == ME and field == "assignee":
        return rows.filter(assignee_id=viewer.user.pk)
    return rows.filter(**{f"{field}_id": _filter_id(field, value)})


def _on_channel(rows: QuerySet[Conversation], viewer: Viewer, value: str) -> QuerySet[Conversation]:
    """Conversations with an item on this channel, or on any channel of this kind."""
    channels = Channel.objects.within(viewer.organization)
    try:
        channels = channels.filter(pk=uuid.UUID(value))
    except ValueError:
        channels = channels.filter(kind=value)
    ids = Q(pk__in=[])
    for channel_id in channels.values_list("pk", flat=True):
        ids |= Q(channels_text__contains=str(channel_id))
    return rows.alias(channels_text=Cast("channel_ids", TextField())).filter(ids)


def _labelled(rows: QuerySet[Conversation], viewer: Viewer, name: str) -> QuerySet[Conversation]:
    marked = ConversationLabel.objects.within(viewer.organization)
    try:
        marked = marked.filter(label_id=uuid.UUID(name))
    except ValueError:
        marked = marked.filter(label__name=name)
    ids: Any = marked.values_list("conversation_id", flat=True)
    few = list(ids[: _FEW + 1])
    return rows.filter(pk__in=ids if len(few) > _FEW else few)


def _filter_id(field: str, value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise Invalid({field: ["This is no id."]}) from None


def reading(viewer: Viewer, rows: Sequence[Conversation]) -> Mapping[uuid.UUID, payloads.Reading]:
    """How far the viewer has read each conversation, and how many messages of customers came since."""
    marks = dict(
        ReadMark.objects.within(viewer.organization)
        .filter(user=viewer.user, conversation_id__in=[row.pk for row in rows])
        .values_list("conversation_id", "seq")
    )
    behind = [row for row in rows if row.last_inbound_seq > marks.get(row.pk, 0)]
    counts = _unread(viewer, behind) if behind else {}
    return {row.pk: payloads.Reading(marks.get(row.pk, 0), counts.get(row.pk, 0)) for row in rows}


def _unread(viewer: Viewer, rows: Sequence[Conversation]) -> Mapping[uuid.UUID, int]:
    mark = ReadMark.objects.within(viewer.organization).filter(
        user=viewer.user, conversation=OuterRef("conversation")
    )
    said = (
        TimelineItem.objects.within(viewer.organization)
        .filter(
            conversation_id__in=[row.pk for row in rows],
            kind=TimelineItem.Kind.MESSAGE,
            direction=TimelineItem.Direction.INBOUND,
        )
        .filter(seq__gt=Coalesce(Subquery(mark.values("seq")[:1]), 0))
    )
    return dict(said.values_list("conversation_id").annotate(Count("pk")))


def conversation_shapes(viewer: Viewer, rows: Sequence[Conversation]) -> list[payloads.Shape]:
    """Conversations as the API answers them to this viewer, in a fixed number of queries."""
    return payloads.conversations(rows, reading(viewer, rows))


def one(rows: QuerySet[Row], row_id: Any, what: str) -> Row:
    """The row with this id; raises `NotFound`, also for what is no id at all."""
    try:
        found = rows.filter(pk=row_id if isinstance(row_id, uuid.UUID) else uuid.UUID(str(row_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found


def conversation(viewer: Viewer, conversation_id: Any) -> Conversation:
    """One conversation; raises `NotFound`."""
    rows = Conversation.objects.within(viewer.organization).select_related("requester")
    return one(rows, conversation_id, "conversation")


def _items(viewer: Viewer) -> QuerySet[TimelineItem]:
    return TimelineItem.objects.within(viewer.organization).select_related(*payloads.ITEM_RELATIONS)


def links(viewer: Viewer, conversation_id: Any) -> list[payloads.Shape]:
    """What a conversation came out of and what came out of it, as shapes, oldest first; raises `NotFound`."""
    here = conversation(viewer, conversation_id)
    rows = ConversationLink.objects.within(viewer.organization).filter(Q(conversation=here) | Q(other=here))
    found = [
        payloads.link(row.kind, other, is_origin=row.conversation_id == here.pk)
        for row in rows.select_related("conversation", "other").order_by("created_at", "id")
        for other in ((row.other if row.conversation_id == here.pk else row.conversation),)
    ]
    if here.merged_into is not None:
        found.append(payloads.link("merged", here.merged_into, is_origin=False))
    sources = Conversation.objects.within(viewer.organization).filter(merged_into=here).order_by("number")
    return found + [payloads.link("merged", source, is_origin=True) for source in sources]


def timeline(
    viewer: Viewer,
    conversation_id: Any,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = LIMIT,
) -> tuple[list[TimelineItem], bool]:
    """Items oldest first, and whether there are more in the direction of reading.

    With `after` the items that follow this seq, otherwise the last ones, or the last ones
    `before` that seq. Raises `NotFound`.
    """
    rows = _items(viewer).filter(conversation=conversation(viewer, conversation_id))
    if before is not None:
        rows = rows.filter(seq__lt=before)
    if after is not None:
        found = list(rows.filter(seq__gt=after).order_by("seq")[: limit + 1])
        return found[:limit], len(found) > limit
    found = list(rows.order_by("-seq")[: limit + 1])
    return found[:limit][::-1], len(found) > limit


def decisions(viewer: Viewer, conversation_id: Any, limit: int = 500) -> list[Message]:
    """The newest messages of a conversation that something was decided about, oldest first."""
    rows = (
        Message.objects.within(viewer.organization)
        .filter(item__conversation=conversation(viewer, conversation_id))
        .exclude(decisions=[])
        .select_related("item")
        .order_by("-item__seq")
    )
    return list(rows[:limit])[::-1]


def counters(viewer: Viewer) -> payloads.Shape:
    """The numbers beside the inbox's views, read from the rows that every write keeps right."""
    mine = f"mine:{viewer.user.pk}"
    rows = Counter.objects.within(viewer.organization).filter(
        Q(key__in=["open", "unassigned", "snoozed", mine])
        | Q(key__startswith="queue:")
        | Q(key__startswith="team:")
    )
    values = dict(rows.values_list("key", "value"))
    return {
        "open": values.get("open", 0),
        "unassigned": values.get("unassigned", 0),
        "mine": values.get(mine, 0),
        "snoozed": values.get("snoozed", 0),
        "queues": _keyed(values, "queue:"),
        "teams": _keyed(values, "team:"),
    }


def _keyed(values: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def contacts(
    viewer: Viewer, q: str = "", limit: int = LIMIT, cursor: str = ""
) -> tuple[list[Contact], str | None]:
    """A page of contacts by name and the cursor of the next one. Raises `Invalid`."""
    rows: QuerySet[Contact] = Contact.objects.within(viewer.organization).prefetch_related("identities")
    if q:
        rows = search.contacts(rows, viewer.organization.pk, q)
    return page([rows], _BY_NAME, limit, cursor)


def contact(viewer: Viewer, contact_id: Any) -> Contact:
    """One contact with the addresses; raises `NotFound`."""
    rows = Contact.objects.within(viewer.organization).prefetch_related("identities")
    return one(rows, contact_id, "contact")


def attachment(viewer: Viewer, attachment_id: Any) -> Attachment:
    """A file of a message, or one that the viewer uploaded and has not sent yet; raises `NotFound`."""
    rows = Attachment.objects.within(viewer.organization).filter(
        Q(item__isnull=False) | Q(uploaded_by=viewer.user)
    )
    return one(rows, attachment_id, "attachment")
