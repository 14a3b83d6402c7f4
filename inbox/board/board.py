"""One organization's board in this process: begun from log and tables, then carried on by the log alone.

Every process that is asked has a board of its own, and all show the same: each reads the log to its end
before it answers. What a restart takes away is read again in one go, so nothing has to be kept.
"""

import threading
import time
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from hub.clock import now
from hub.models import Event, Offer, Organization, WorkItem
from inbox.board import day, staff
from inbox.board.promises import Promises
from inbox.board.work import HELD, OVER, Ledger
from realtime import events
from realtime.events import Position

log = structlog.get_logger("inbox.board")

FAR_BEHIND: Final = 20_000
"""A board that lacks more events than this begins afresh: most of them say nothing about work."""

STAFF_SECONDS: Final = 60.0
"""How long queues' members are taken at their word where no event tells of a change."""

_HISTORY = timedelta(hours=1)
_PAGE = 500
_WORK_EVENTS: Final = ("work.updated",)
_OFFER_EVENTS: Final = ("offer.created", "offer.updated")


class Board:
    """What `look` has made of the log so far. Its fields belong to whoever holds `lock`."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        self.lock = threading.RLock()
        self.used_at = time.monotonic()
        self.position = Position("", 0, 0)
        self.begins = now()
        self.staff = staff.Staff()
        self.ledger = Ledger(self.begins.timestamp())
        self.promises = Promises()
        self._ends = self.begins
        self._staff_read_at = 0.0

    def catch_up(self) -> None:
        """Read the log to its end. Call it, and look at the fields after it, with `lock` held."""
        self.used_at = time.monotonic()
        position = events.position(self.organization_id)
        if self._must_begin_afresh(position):
            self._begin(position)
        else:
            self._follow(position)
        if time.monotonic() - self._staff_read_at > STAFF_SECONDS:
            self._read_staff()
        self._know_names()

    def next_change(self) -> float:
        """When the board changes although nothing happens: with a promise, and with each minute."""
        moment = now().timestamp()
        minute = (moment // 60 + 1) * 60
        return min(self.promises.next_change(moment) or minute, minute)

    def _must_begin_afresh(self, position: Position) -> bool:
        return (
            position.epoch != self.position.epoch
            or position.seq < self.position.seq
            or position.trimmed > self.position.seq
            or position.seq - self.position.seq > FAR_BEHIND
            or now() >= self._ends
        )

    def _begin(self, position: Position) -> None:
        """Fold the day's work, and take from the tables what began before it.

        The tables are read after `position` and may be ahead of it; the events in between come again
        in their turn and change nothing.
        """
        moment = now()
        organization = Organization.objects.get(pk=self.organization_id)
        self.begins = day.begins(organization, moment)
        self._ends = day.begins(organization, self.begins + timedelta(hours=30))
        self.ledger, self.promises = Ledger(self.begins.timestamp()), Promises()
        since = min(self.begins, moment - _HISTORY)
        begun_at = day.place_before(self.organization_id, since, position)
        rows = Event.objects.within(self.organization_id).filter(
            seq__gt=begun_at, seq__lte=position.seq, name__in=_WORK_EVENTS, at__gte=since
        )
        for at, data in rows.order_by("seq").values_list("at", "data").iterator(_PAGE):
            self.ledger.take(data["work"], at)
        living = WorkItem.objects.within(self.organization_id).filter(is_over=False)
        ringing = Offer.objects.within(self.organization_id).filter(status=Offer.Status.PENDING)
        self.ledger.begin_with(living.exclude(state__in=OVER), ringing.select_related("work"))
        self.promises.read(self.organization_id)
        self._read_staff()
        self.position = position

    def _follow(self, position: Position) -> None:
        rows = Event.objects.within(self.organization_id)
        while self.position.seq < position.seq:
            page = rows.filter(seq__gt=self.position.seq, seq__lte=position.seq).order_by("seq")[:_PAGE]
            found = list(page.values_list("seq", "name", "at", "data"))
            if not found:
                break
            for seq, name, at, data in found:
                try:
                    self._take(name, at, data)
                except (KeyError, TypeError, ValueError, AttributeError):
                    # An event of another version, perhaps: it must not keep all others from being shown.
                    log.exception("event_not_understood", organization=str(self.organization_id), seq=seq)
            self.position = position._replace(seq=found[-1][0])
        self.position = position

    def _take(self, name: str, at: Any, data: dict[str, Any]) -> None:
        if conversation := data.get("conversation"):
            self.promises.take(conversation)
        if name in _WORK_EVENTS:
            self.ledger.take(data["work"], at)
        elif name in _OFFER_EVENTS:
            self.ledger.take_offer(data["offer"])
        elif name == "sla.warning":
            self.promises.warn(data["conversation_id"], data["clock"], data.get("reason", ""))
        elif name == "agent.state_changed":
            if not self.staff.take(data["agent"]):
                self._staff_read_at = 0.0
        elif name == "settings.updated":
            self._staff_read_at = 0.0

    def _read_staff(self) -> None:
        self.staff = staff.read(self.organization_id)
        self._staff_read_at = time.monotonic()

    def _know_names(self) -> None:
        """Have the names of the conversations that the board shows: what agents are on, and what is stuck."""
        shown = {
            work.conversation_id
            for work in self.ledger.live.values()
            if work.state in HELD or work.stuck_reason
        }
        self.promises.know(self.organization_id, shown)
