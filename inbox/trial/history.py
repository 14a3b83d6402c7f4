"""What happened in a period, as a backtest replays it: what came in, how long it took, who was there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.models import AgentState, Message, Organization, TimelineItem, WorkItem

HANDLING = timedelta(minutes=10)
"""How long work is taken to last where a period has none that ended."""

_LEAST, _MOST = timedelta(seconds=20), timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Work that came in: `handling` is how long its agent was busy with it; `patience` how long its
    customer waited before leaving, None for who stayed; `answered_at` when somebody really took it."""

    conversation_id: UUID
    at: datetime
    kind: str
    queue_id: UUID | None
    priority_rank: int
    requirements: Sequence[dict[str, Any]]
    handling: timedelta
    patience: timedelta | None
    answered_at: datetime | None


class Shift(NamedTuple):
    """A stretch in which an agent was there for work of these availability classes."""

    agent_id: UUID
    begins_at: datetime
    ends_at: datetime
    classes: frozenset[str]


def arrived(organization: Organization, begins_at: datetime, ends_at: datetime) -> list[Arrived]:
    """The work that came in during a period, oldest first."""
    rows = list(
        WorkItem.objects.within(organization)
        .filter(created_at__gte=begins_at, created_at__lt=ends_at)
        .order_by("created_at", "id")
    )
    usual = _usual_handling(rows)
    return [
        Arrived(
            conversation_id=row.conversation_id,
            at=row.created_at,
            kind=row.kind,
            queue_id=row.queue_id,
            priority_rank=row.priority_rank,
            requirements=row.requirements,
            handling=_handling(row) or usual.get(row.kind, HANDLING),
            patience=_patience(row),
            answered_at=row.first_accepted_at,
        )
        for row in rows
    ]


def _handling(row: WorkItem) -> timedelta | None:
    """How long somebody was busy with it, within reason: mail that lay open over night was not worked on."""
    if row.accepted_at is None or row.ended_at is None or row.ended_at <= row.accepted_at:
        return None
    return min(max(row.ended_at - row.accepted_at, _LEAST), _MOST)


def _usual_handling(rows: Iterable[WorkItem]) -> dict[str, timedelta]:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if lasted := _handling(row):
            by_kind[row.kind].append(lasted.total_seconds())
    return {kind: timedelta(seconds=median(lasted)) for kind, lasted in by_kind.items()}


def _patience(row: WorkItem) -> timedelta | None:
    if row.state != WorkItem.State.ABANDONED or row.ended_at is None:
        return None
    return row.ended_at - row.created_at


_CLASSES = {
    AgentState.State.ONLINE: frozenset({"realtime", "live", "async"}),
    AgentState.State.AWAY: frozenset({"async"}),
}


def shifts(organization: Organization, begins_at: datetime, ends_at: datetime) -> list[Shift]:
    """When agents were there: what they said of their state; for days of which nothing is known, from
    the first to the last thing that they did on that day."""
    said = list(_said(organization, begins_at, ends_at))
    zone = ZoneInfo(organization.time_zone)
    known = {(shift.agent_id, shift.begins_at.astimezone(zone).date()) for shift in said}
    return said + [
        shift
        for shift in _worked(organization, begins_at, ends_at, zone)
        if (shift.agent_id, shift.begins_at.astimezone(zone).date()) not in known
    ]


def _said(organization: Organization, begins_at: datetime, ends_at: datetime) -> Iterator[Shift]:
    rows = AgentState.objects.within(organization).filter(since__lt=ends_at, state__in=list(_CLASSES))
    for row in rows.exclude(until__lte=begins_at).order_by("since"):
        first, last = max(row.since, begins_at), min(row.until or ends_at, ends_at)
        if first < last:
            yield Shift(row.user_id, first, last, _CLASSES[AgentState.State(row.state)])


def _worked(
    organization: Organization, begins_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> Iterator[Shift]:
    rows = TimelineItem.objects.within(organization).filter(
        author_user__isnull=False, occurred_at__gte=begins_at, occurred_at__lt=ends_at
    )
    days: dict[tuple[UUID, Any], list[datetime]] = defaultdict(list)
    for agent_id, at in rows.order_by("occurred_at").values_list("author_user_id", "occurred_at"):
        days[agent_id, at.astimezone(zone).date()].append(at)
    for (agent_id, _), moments in days.items():
        yield Shift(agent_id, moments[0], moments[-1] + HANDLING, _CLASSES[AgentState.State.ONLINE])


def first_messages(
    organization: Organization, begins_at: datetime, ends_at: datetime
) -> Iterator[tuple[UUID, Message]]:
    """What customers wrote first in each conversation that began in a period, oldest first."""
    rows = Message.objects.within(organization).filter(
        item__seq=1,
        item__direction=TimelineItem.Direction.INBOUND,
        item__conversation__created_at__gte=begins_at,
        item__conversation__created_at__lt=ends_at,
        channel__archived_at=None,
        is_automatic=False,
    )
    related = ("item__author_identity__contact", "channel__organization")
    for row in rows.select_related(*related).order_by("item__recorded_at", "item_id").iterator(200):
        yield row.item.conversation_id, row
