"""Conversations whose promise (SLA) is near its end or past it, and what is known of those on the board."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from hub.models import ACTIVE, Conversation, SlaClock
from inbox import payloads
from inbox.board.figures import AT_RISK
from inbox.board.work import seconds
from inbox.payloads import Shape, id_of

_HORIZON = AT_RISK.total_seconds()


class Named(NamedTuple):
    """What the board says of a conversation, wherever it shows one."""

    number: int
    subject: str
    contact: str


class Promise(NamedTuple):
    """A conversation's next promise; moments in seconds since 1970."""

    conversation_id: str
    named: Named
    queue_id: str | None
    assignee_id: str | None
    ring: Mapping[str, Any]
    due_at: float
    is_broken: bool


class Promises:
    """A fold of every event that shows a conversation: whose promise runs, and the names of those on show."""

    def __init__(self) -> None:
        self.running: dict[str, Promise] = {}
        self.named: dict[str, Named] = {}
        self._warnings: dict[str, tuple[str, str]] = {}

    def read(self, organization_id: UUID) -> None:
        """Begin with what the tables hold now."""
        rows = Conversation.objects.within(organization_id).filter(sla_due_at__isnull=False, is_active=True)
        found = list(rows.select_related("requester"))
        names = _names(found)
        for row in found:
            key = str(row.pk)
            self._put(key, names[key], id_of(row.queue_id), id_of(row.assignee_id), row.sla)
        warned = SlaClock.objects.within(organization_id).filter(is_live=True, warned_at__isnull=False)
        for clock in warned:
            self.warn(str(clock.conversation_id), clock.clock, (clock.warning or {}).get("reason", ""))

    def take(self, conversation: Mapping[str, Any]) -> None:
        """Take a conversation as an event shows it."""
        key = conversation["id"]
        named = Named(conversation["number"], conversation["subject"], conversation["contact"]["name"])
        if key in self.named:
            self.named[key] = named
        ring = conversation.get("sla") if conversation["status"] in ACTIVE else None
        self._put(key, named, conversation["queue_id"], conversation["assignee_id"], ring)

    def warn(self, conversation_id: str, clock: str, reason: str) -> None:
        """Take a prediction that a clock of this kind will not be kept; without a reason it is none."""
        if reason:
            self._warnings[conversation_id] = (clock, reason)

    def warning(self, promise: Promise) -> str:
        """Why this promise will probably be broken; empty while nothing says so."""
        clock, reason = self._warnings.get(promise.conversation_id, ("", ""))
        return reason if clock == promise.ring["clock"] else ""

    def at_risk(self, now: float) -> list[Promise]:
        """Promises that are broken, due soon or expected to break, the earliest due first."""
        found = [
            promise
            for promise in self.running.values()
            if promise.due_at <= now + _HORIZON or promise.is_broken or self.warning(promise)
        ]
        return sorted(found, key=lambda promise: (promise.due_at, promise.conversation_id))

    def next_change(self, now: float) -> float | None:
        """When the next promise comes to be at risk, or over, though nothing happens."""
        moments = [
            moment
            for promise in self.running.values()
            for moment in (promise.due_at - _HORIZON, promise.due_at)
            if moment > now
        ]
        return min(moments, default=None)

    def know(self, organization_id: UUID, conversation_ids: Collection[str]) -> None:
        """Have the names of these, and forget those of others."""
        self.named = {key: named for key, named in self.named.items() if key in conversation_ids}
        missing = [key for key in conversation_ids if key not in self.named]
        self.named |= read_named(organization_id, missing)

    def _put(
        self, key: str, named: Named, queue_id: str | None, assignee_id: str | None, ring: Shape | None
    ) -> None:
        due_at = seconds(ring["due_at"]) if ring and ring["state"] != "paused" else None
        if ring is None or due_at is None:
            self.running.pop(key, None)
            self._warnings.pop(key, None)
        else:
            is_broken = ring["state"] == "breached"
            self.running[key] = Promise(key, named, queue_id, assignee_id, ring, due_at, is_broken)


def read_named(organization_id: UUID, conversation_ids: Collection[str]) -> dict[str, Named]:
    """What the board says of these conversations, by their ids."""
    if not conversation_ids:
        return {}
    rows = Conversation.objects.within(organization_id).filter(pk__in=conversation_ids)
    return _names(list(rows.select_related("requester")))


def _names(rows: Sequence[Conversation]) -> dict[str, Named]:
    people = payloads.contacts(row.requester for row in rows)
    return {str(row.pk): Named(row.number, row.subject, people[row.requester_id]["name"]) for row in rows}
