"""How patient routing is: an organization's own numbers over the house's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.models import Organization, Queue, WorkKind
from inbox.routing.availability import ASYNC, LIVE, REALTIME, class_of

_OFFER = {REALTIME: 20, LIVE: 30}
_MISSED = {REALTIME: 1, LIVE: 2}
_WRAP_UP = {WorkKind.VOICE.value: 30, WorkKind.VIDEO.value: 30}
_PARK_AFTER = {LIVE: 120}


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """`Organization.settings["routing"]`, all times in seconds.

    - `offer_seconds`, by class: how long an offer stands. Classes without one are assigned at once.
    - `missed_limit`, by class: so many unanswered offers in a row, and the agent gets no more of the class.
    - `return_after_seconds`: assigned work that its agent did not open in so much time here goes back.
    - `skip_seconds`: who declined, missed or gave away an item is passed over for it as long.
    - `wrap_up_seconds`, by kind: for queues that do not say themselves.
    - `park_after_seconds`, by class: how long after an answer an agent keeps room for the customer's next
      word. A chat would otherwise lose its agent between two sentences.
    - `absent_seconds`: what can wait stays with an agent who is away as long; then it is others' again.
    - `returning_burst`: of what waited for an agent, so many come back at once.
    """

    offer_seconds: Mapping[str, int]
    missed_limit: Mapping[str, int]
    wrap_up_seconds: Mapping[str, int]
    park_after_seconds: Mapping[str, int]
    return_after_seconds: int = 900
    skip_seconds: int = 60
    absent_seconds: int = 3600
    returning_burst: int = 3

    def offer_time(self, kind: str) -> int | None:
        """How long an offer of this kind of work stands; None: it is assigned at once."""
        work_class = class_of(kind)
        return None if work_class == ASYNC else self.offer_seconds[work_class]

    def wrap_up(self, queue: Queue | None, kind: str) -> int:
        """How long an agent has for what is to be done after this work."""
        if queue is not None and queue.wrap_up_seconds is not None:
            return queue.wrap_up_seconds
        return self.wrap_up_seconds.get(kind, 0)

    def park_after(self, kind: str) -> int:
        """How long after an answer the work still takes room."""
        return self.park_after_seconds.get(class_of(kind), 0)


def of(organization: Organization) -> RoutingSettings:
    """The settings that hold in an organization; what is missing or makes no sense is the house's."""
    stored = organization.settings.get("routing")
    own: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
    single = {
        name: own[name]
        for name in ("return_after_seconds", "skip_seconds", "absent_seconds", "returning_burst")
        if _is_number(own.get(name))
    }
    return RoutingSettings(
        offer_seconds=_by_name(_OFFER, own.get("offer_seconds")),
        missed_limit=_by_name(_MISSED, own.get("missed_limit")),
        wrap_up_seconds=_by_name(_WRAP_UP, own.get("wrap_up_seconds")),
        park_after_seconds=_by_name(_PARK_AFTER, own.get("park_after_seconds")),
        **single,
    )


def _by_name(usual: Mapping[str, int], own: Any) -> dict[str, int]:
    given = own if isinstance(own, Mapping) else {}
    return {**usual, **{name: value for name, value in given.items() if _is_number(value)}}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
