"""What waits in a queue, best first, read only as far as somebody free can take it.

Items that the same agents can take share a key, and each key's items lie in order in one index. So the
best item of every key is one look into the index, however many wait.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from hub.models import Offer, Queue, WorkItem
from inbox.routing import policy, steps
from inbox.routing.policy import Demand
from inbox.routing.staff import Staff

_PAGE = 25
_PAGES_AT_MOST = 8
"""So many pages of one key are looked at where its first items are for nobody who is free just now."""

_KEYS_AT_MOST = 500

ORDER: Final = ("priority_rank", "rank_due_at", "virtual_start_at", "id")
"""The order of items, as the index has it; `rank` says the same of rows in hand."""


class Heads:
    """The waiting items of one queue."""

    def __init__(self, queue: Queue, staff: Staff, at: datetime, skip_seconds: int) -> None:
        self.queue = queue
        self.staff = staff
        self.at = at
        self._skip = timedelta(seconds=skip_seconds)
        self._groups = {key: _Group(self, key) for key in self.keys()}

    def best(self) -> tuple[WorkItem, Demand] | None:
        """The first item by rank that somebody who is free can take; the same one until it is dropped."""
        found: list[tuple[WorkItem, Demand, str]] = []
        for key, group in list(self._groups.items()):
            head = group.head()
            if head is None or not self.staff.may_take(group.demand_of_all(head)):
                del self._groups[key]
            else:
                found.append((head, group.demand(head), key))
        if not found:
            return None
        item, demand, self._key = min(found, key=lambda one: rank(one[0]))
        return item, demand

    def drop(self) -> None:
        """Be done with the best item: it has somebody, or nobody can take it now."""
        self._groups[self._key].drop()

    def keys(self) -> Iterator[str]:
        """The keys of what waits, those of items kept for one agent only where that agent is here."""
        last = ""
        for _ in range(_KEYS_AT_MOST):
            found = self._waiting().filter(requirement_key__gt=last, requirement_key__lt=steps.STICKY)
            key = found.order_by("requirement_key").values_list("requirement_key", flat=True).first()
            if key is None:
                break
            yield key
            last = key
        kept = [
            f"{steps.STICKY}{UUID(agent.id).hex}" for agent in self.staff.agents.values() if agent.classes
        ]
        if kept and self.queue.sticky_seconds:
            found = self._waiting().filter(requirement_key__in=kept).order_by("requirement_key")
            yield from found.values_list("requirement_key", flat=True).distinct()

    def page(self, key: str, after: WorkItem | None) -> list[WorkItem]:
        """The next items of a key."""
        rows = self._waiting().filter(requirement_key=key)
        if after is not None:
            rows = rows.filter(behind(after))
        return list(rows.order_by(*ORDER)[:_PAGE])

    def skipped(self, items: list[WorkItem]) -> Mapping[UUID, Mapping[str, str]]:
        """Who was asked for each item a moment ago, and what came of it."""
        return skipped(self.queue.organization_id, [item.pk for item in items], self.at - self._skip)

    def _waiting(self) -> QuerySet[WorkItem]:
        return WorkItem.objects.within(self.queue.organization_id).filter(queue=self.queue, state="queued")


def skipped(
    organization_id: UUID, work_ids: Sequence[UUID], since: datetime
) -> Mapping[UUID, Mapping[str, str]]:
    """Who declined, missed or gave back each of these works since a moment, with the words for it."""
    ended = Q(status__in=(Offer.Status.DECLINED, Offer.Status.TIMEOUT), decided_at__gt=since)
    rows = Offer.objects.within(organization_id).filter(
        ended | Q(released_at__gt=since), work_id__in=work_ids
    )
    found: dict[UUID, dict[str, str]] = {}
    for work_id, agent_id, status in rows.values_list("work_id", "agent_id", "status"):
        words = _ENDS.get(status, "gave it away")
        found.setdefault(work_id, {})[str(agent_id)] = f"{words} a moment ago"
    return found


def rank(item: WorkItem) -> tuple[object, ...]:
    """Sorts items, the one that comes first smallest."""
    return policy.order_of_items(item.priority_rank, item.rank_due_at, item.virtual_start_at, item.pk.hex)


def demand(item: WorkItem, staff: Staff, skips: Mapping[str, str] | None = None) -> Demand:
    """What an item asks for."""
    return Demand(
        item.kind,
        staff.requirements(item.requirements),
        frozenset(item.teams),
        str(item.sticky_agent_id) if item.sticky_agent_id else "",
        item.requirement_key.startswith(steps.STICKY),
        skips or {},
    )


_ENDS = {Offer.Status.DECLINED.value: "declined it", Offer.Status.TIMEOUT.value: "did not answer"}


def behind(item: WorkItem) -> Q:
    """What comes after an item in the order of the index."""
    same_rank = Q(priority_rank=item.priority_rank)
    same_due = same_rank & Q(rank_due_at=item.rank_due_at)
    same_start = same_due & Q(virtual_start_at=item.virtual_start_at)
    return (
        Q(priority_rank__gt=item.priority_rank)
        | (same_rank & Q(rank_due_at__gt=item.rank_due_at))
        | (same_due & Q(virtual_start_at__gt=item.virtual_start_at))
        | (same_start & Q(pk__gt=item.pk))
    )


class _Group:
    """The items of one key, read page by page."""

    def __init__(self, heads: Heads, key: str) -> None:
        self._heads = heads
        self._key = key
        self._items: list[WorkItem] = []
        self._skips: Mapping[UUID, Mapping[str, str]] = {}
        self._last: WorkItem | None = None
        self._pages = 0

    def head(self) -> WorkItem | None:
        """The first item that was not dropped."""
        if not self._items and self._pages < _PAGES_AT_MOST:
            self._pages += 1
            self._items = self._heads.page(self._key, self._last)
            self._skips = self._heads.skipped(self._items) if self._items else {}
            if self._items:
                self._last = self._items[-1]
            self._items.reverse()
        return self._items[-1] if self._items else None

    def drop(self) -> None:
        """Go on to the next item."""
        self._items.pop()

    def demand(self, item: WorkItem) -> Demand:
        """What one of them asks for."""
        return demand(item, self._heads.staff, self._skips.get(item.pk))

    def demand_of_all(self, item: WorkItem) -> Demand:
        """What all of them ask for, whoever was asked before."""
        return demand(item, self._heads.staff)
