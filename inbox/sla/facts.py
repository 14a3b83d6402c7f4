"""What happened in a conversation that a promise can depend on, read from its timeline alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from hub.models import Conversation, Status, StatusEvent, TimelineItem
from hub.tenancy import TenantModel

CLOSED: Final = frozenset({Status.RESOLVED.value, Status.CLOSED.value})
"""The statuses in which nothing more is owed."""

REORDERING: Final = frozenset({"merged", "unmerged", "split"})
"""Lines after which a timeline is not what it was with something appended."""

_NONE: Final[Mapping[UUID, Iterable[TenantModel]]] = {}

_Kind, _Direction = TimelineItem.Kind, TimelineItem.Direction


class Fact(NamedTuple):
    """One thing that happened, at the moment at which the hub took note of it.

    `name` is "customer" (they said something that wants an answer), "person" or "bot" (we said something in
    public), "status", "priority", "queue" or "team" (`value` is the new one, `was` the one before), or
    "noted" (anything else: it only shows that the conversation was there).
    """

    seq: int
    at: datetime
    name: str
    value: str = ""
    was: str = ""
    by: str = ""


class Start(NamedTuple):
    """How a conversation stood before the first of its facts."""

    status: str
    priority: str
    queue: str
    team: str


class _Row(NamedTuple):
    """An item with what its details say, from memory or from the database."""

    seq: int
    at: datetime
    kind: str
    direction: str
    has_author: bool
    is_automatic: bool
    facts: Mapping[str, Any]
    line: str
    data: Mapping[str, Any]


def of_rows(rows: Iterable[TenantModel]) -> list[Fact]:
    """The facts of the items among rows that are about to be written, in their order."""
    return [fact for item in _items(rows) for fact in _facts(_in_memory(item))]


def is_reordered(rows: Iterable[TenantModel]) -> bool:
    """Whether the rows that are about to be written say that items were moved."""
    return any(isinstance(row, StatusEvent) and row.name in REORDERING for row in rows)


def of_logs(
    organization_id: UUID, conversation_ids: Sequence[UUID], new: Mapping[UUID, Iterable[TenantModel]] = _NONE
) -> dict[UUID, list[Fact]]:
    """The facts of whole timelines by conversation, in the order of time; one query.

    `new` are rows that are about to be written. At one instant the order is that of the timeline.
    """
    rows = (
        TimelineItem.objects.within(organization_id)
        .filter(conversation_id__in=conversation_ids)
        .order_by("seq")
        .values_list(
            "conversation_id",
            "seq",
            "recorded_at",
            "kind",
            "direction",
            "author_user_id",
            "message__is_automatic",
            "message__is_quarantined",
            "message__facts",
            "event__name",
            "event__data",
        )
    )
    found: defaultdict[UUID, list[_Row]] = defaultdict(list)
    for key, seq, at, kind, direction, author, automatic, quarantined, facts, line, data in rows:
        is_silent = bool(automatic or quarantined)
        found[key].append(
            _Row(seq, at, kind, direction, author is not None, is_silent, facts or {}, line or "", data or {})
        )
    for key, models in new.items():
        found[key] += [_in_memory(item) for item in _items(models)]
    return {
        key: sorted(
            (fact for row in _own(known) for fact in _facts(row)), key=lambda fact: (fact.at, fact.seq)
        )
        for key, known in found.items()
    }


def _items(rows: Iterable[TenantModel]) -> list[TimelineItem]:
    return sorted((row for row in rows if isinstance(row, TimelineItem)), key=lambda item: item.seq)


def start_of(facts: Sequence[Fact], conversation: Conversation) -> Start:
    """How the conversation stood at first: what the first change of each says it was before, else as now."""
    was: dict[str, str] = {}
    for fact in facts:
        was.setdefault(fact.name, fact.was)
    return Start(
        was.get("status", conversation.status),
        was.get("priority", conversation.priority),
        was.get("queue", _id(conversation.queue_id)),
        was.get("team", _id(conversation.team_id)),
    )


def _own(rows: Sequence[_Row]) -> Iterator[_Row]:
    """A timeline without the lines that came with a merge: they are about the other conversation.

    A `merged` line says from which place on the other's items stand before it; one that itself came with a
    merge speaks of places elsewhere.
    """
    foreign: set[int] = set()
    for row in reversed(rows):
        if (
            row.line == "merged"
            and row.seq not in foreign
            and isinstance(first := row.data.get("first_seq"), int)
        ):
            foreign.update(range(first, row.seq))
    for row in rows:
        yield row._replace(line="", data={}) if row.line and row.seq in foreign else row


def _in_memory(item: TimelineItem) -> _Row:
    message = item.message if item.kind == _Kind.MESSAGE else None
    event = item.event if item.kind == _Kind.EVENT else None
    return _Row(
        item.seq,
        item.recorded_at.astimezone(UTC),
        item.kind,
        item.direction,
        item.author_user_id is not None,
        bool(message and (message.is_automatic or message.is_quarantined)),
        message.facts if message else {},
        event.name if event else "",
        event.data if event else {},
    )


def _facts(row: _Row) -> Iterator[Fact]:
    if row.kind == _Kind.EVENT:
        yield from _of_line(row)
    elif row.kind != _Kind.MESSAGE:
        yield Fact(row.seq, row.at, "noted")
    elif "source" not in row.facts:  # What was brought from elsewhere was said before there was a promise.
        yield Fact(row.seq, row.at, _said_by(row))


def _said_by(row: _Row) -> str:
    """Automatic mail starts nothing and stops nothing, nor does what somebody says aside.

    What we said elsewhere (an echo) was said by a person; without a sender here it was a bot.
    """
    if row.is_automatic or row.facts.get("aside"):
        return "noted"
    if row.direction == _Direction.INBOUND:
        return "customer"
    if row.facts.get("bot"):
        return "bot"
    return "person" if row.has_author or row.facts.get("echo") else "bot"


def _of_line(row: _Row) -> Iterator[Fact]:
    data = row.data
    if row.line == "assigned":
        for name in ("queue", "team"):
            if isinstance(moved := data.get(name), Mapping):
                yield Fact(row.seq, row.at, name, _named(moved.get("to")), _named(moved.get("from")))
    elif row.line == "priority_changed":
        yield Fact(row.seq, row.at, "priority", str(data.get("to", "")), str(data.get("from", "")))
    elif isinstance(status := data.get("status"), Mapping):
        yield Fact(row.seq, row.at, "status", str(status.get("to")), str(status.get("from")), "agent")
    elif row.line == "status_changed":
        by = str(data.get("by", ""))
        yield Fact(row.seq, row.at, "status", str(data.get("to", "")), str(data.get("from", "")), by)
    else:
        yield Fact(row.seq, row.at, "noted")


def _named(value: Any) -> str:
    return str(value.get("id", "")) if isinstance(value, Mapping) else ""


def _id(value: UUID | None) -> str:
    return str(value) if value else ""
