"""The event log: append inside a unit of work, numbered densely in commit order; read back by position."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection

from hub.clock import now
from hub.models.conversations import Conversation
from hub.models.events import Event, EventCounter
from hub.models.organization import Organization
from hub.transaction import after_commit, before_commit, unit
from hub.viewer import Viewer
from realtime import bus, visibility
from realtime.entries import Entry
from realtime.protocol import event_text, instant

RETENTION = timedelta(days=7)
"""How far the log reaches back at least; a client that was away longer fetches afresh."""

_TRIM_BATCH = 2_000


class Position(NamedTuple):
    """Where an organization's log stands; entries up to `trimmed` are gone."""

    epoch: str
    seq: int
    trimmed: int


def append(
    organization: Organization,
    name: str,
    data: Mapping[str, Any],
    *,
    conversation: Conversation | None = None,
    actor: Mapping[str, Any] | None = None,
    audience: str = "",
) -> None:
    """Append an event to the organization's log when the open unit of work commits.

    Numbers are taken from the counter row by the last statements before the commit, so they are dense and
    follow the order of commits. `data` holds ids and shapes as the API gives them; `audience` is empty for
    every member, else made by `visibility.to_user` or `visibility.to_role`. Raises `NotInUnit` outside of
    `hub.transaction.unit()`.
    """
    draft = cast(_Draft, before_commit(("realtime.events", organization.pk), _Draft(organization.pk)))
    draft.events.append(
        Event(
            organization_id=organization.pk,
            name=name,
            conversation_id=conversation.pk if conversation else None,
            actor=dict(actor) if actor else None,
            audience=audience,
            data=dict(data),
        )
    )


class _Draft:
    """What one unit of work appends to one organization's log; called once, just before its commit."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        self.events: list[Event] = []

    def __call__(self) -> None:
        last, epoch = _take_numbers(self.organization_id, len(self.events))
        at = now()
        for seq, event in enumerate(self.events, start=last - len(self.events) + 1):
            event.seq, event.at = seq, at
        Event.objects.bulk_create(self.events)
        after_commit(partial(_hint, self.organization_id, epoch, self.events))


def _take_numbers(organization_id: UUID, count: int) -> tuple[int, str]:
    """Raise the counter by `count`, locking its row until the commit; return its value and the epoch."""
    field = EventCounter._meta.get_field("organization")
    table = connection.ops.quote_name(EventCounter._meta.db_table)
    statement = f"UPDATE {table} SET seq = seq + %s WHERE organization_id = %s RETURNING seq, epoch"  # noqa: S608
    parameters = [count, field.get_db_prep_value(organization_id, connection)]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
        if row is None:
            _open_log(organization_id)
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
    return row[0], row[1]


def _open_log(organization_id: UUID) -> None:
    """Make the organization's counter unless somebody else does at the same moment."""
    EventCounter.objects.bulk_create([EventCounter(organization_id=organization_id)], ignore_conflicts=True)


def _hint(organization_id: UUID, epoch: str, events: Iterable[Event]) -> None:
    if bus.reaches_anyone():
        bus.publish_entries(organization_id, epoch, [_entry(epoch, event) for event in events])


def _entry(epoch: str, event: Event) -> Entry:
    text, credited = event_text(epoch, event.seq, event.name, event.at, event.data)
    topics = visibility.topics_of(event.conversation_id, event.data)
    return Entry(event.seq, text, credited, event.audience, tuple(topics))


def since(organization: Organization, seq: int, limit: int, viewer: Viewer) -> list[dict[str, Any]]:
    """Return up to `limit` events after `seq` that the viewer may see, oldest first, as event frames."""
    rows = (
        Event.objects.within(organization)
        .filter(seq__gt=seq, audience__in=visibility.audiences(viewer.user.pk, viewer.role))
        .order_by("seq")[:limit]
    )
    return [
        {"type": "event", "seq": row.seq, "event": row.name, "at": instant(row.at), "data": row.data}
        for row in rows
    ]


def position(organization_id: UUID) -> Position:
    """Return where the organization's log stands, opening the log if it has none yet."""
    found = positions([organization_id])
    if organization_id not in found:
        with unit():
            _open_log(organization_id)
        found = positions([organization_id])
    return found[organization_id]


def positions(organization_ids: Iterable[UUID]) -> dict[UUID, Position]:
    """Return where these organizations' logs stand, in one query."""
    counters = EventCounter.objects.unscoped("one process shows the logs of many organizations")
    rows = counters.filter(organization_id__in=list(organization_ids))
    return {row.organization_id: Position(row.epoch, row.seq, row.trimmed) for row in rows}


def read(organization_id: UUID, epoch: str, after: int, limit: int) -> list[Entry]:
    """Return up to `limit` entries of the log after a position, oldest first, for everyone's eyes."""
    rows = Event.objects.within(organization_id).filter(seq__gt=after).order_by("seq")[:limit]
    return [_entry(epoch, row) for row in rows]


def trim(organization_id: UUID, before: datetime) -> int:
    """Drop the entries that are older than `before`, in short transactions; return how many."""
    dropped = 0
    while batch := _oldest(organization_id, before):
        with unit():
            Event.objects.within(organization_id).filter(seq__lte=batch[-1]).delete()
            EventCounter.objects.within(organization_id).update(trimmed=batch[-1])
        dropped += len(batch)
    return dropped


def _oldest(organization_id: UUID, before: datetime) -> list[int]:
    rows = Event.objects.within(organization_id).order_by("seq").values_list("seq", "at")[:_TRIM_BATCH]
    return [seq for seq, at in rows if at < before]
