"""Who can be given work now: what agents say of their state, their connection, and each class of work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from hub.models import AgentState, Membership, Offer, StateReason, WorkKind
from hub.prepared import Prepared
from hub.transaction import unit
from inbox.routing import state_history
from realtime import presence

State = AgentState.State

REALTIME: Final = "realtime"
"""Calls: somebody listens while an agent is looked for."""

LIVE: Final = "live"
"""Chats: somebody looks on."""

ASYNC: Final = "async"
"""Everything that can be answered later."""

CLASSES: Final = (REALTIME, LIVE, ASYNC)

NOT_RESPONDING: Final = "not responding"
"""Why the hub stops to give an agent work of a class: offers were not answered."""

_CLASS_OF: Mapping[str, str] = {WorkKind.VOICE: REALTIME, WorkKind.VIDEO: REALTIME, WorkKind.CHAT: LIVE}
_TAKES: Mapping[str, frozenset[str]] = {
    State.ONLINE: frozenset(CLASSES),
    State.AWAY: frozenset({ASYNC}),
    State.BUSY: frozenset(),
    State.OFFLINE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Available:
    """What an agent can be given.

    `state` is "offline" for everyone who certainly has no connection, whatever they say; `reason` is then
    why. `classes` are those of `CLASSES` of which they get new work, `kept` those of which they keep what
    they have been given: the same, but for the moments after a restart or a loss of Redis when nobody
    knows who is here. `unavailable` says why not, by class, where the hub has decided so. `online_since`
    is None unless they are online, `idle_since` is when they came into this state or their last work
    ended, whichever was later.
    """

    state: str
    reason: str = ""
    classes: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    unavailable: Mapping[str, str] = field(default_factory=dict)
    online_since: datetime | None = None
    idle_since: datetime | None = None

    def takes(self, kind: str) -> bool:
        """Whether they get new work of this kind ("chat", "email", …)."""
        return class_of(kind) in self.classes

    def keeps(self, kind: str) -> bool:
        """Whether what they were offered of this kind stays theirs."""
        return class_of(kind) in self.kept


ABSENT: Final = Available(State.OFFLINE)
"""Somebody who has not said anything, or is offline."""

_NO_CONNECTION: Final = Available(State.OFFLINE, "no connection")
_UNKNOWN: Final = "connection not known yet"


def class_of(kind: str) -> str:
    """The availability class of a kind of work."""
    return _CLASS_OF.get(kind, ASYNC)


def classes_in(state: str) -> frozenset[str]:
    """The classes of which an agent in this state gets new work, unless the reason says otherwise."""
    return _TAKES.get(state, frozenset())


def available(organization_id: UUID) -> dict[UUID, Available]:
    """What each agent of an organization can be given now; whoever is missing is offline.

    Two queries, however many agents there are.
    """
    whereabouts = presence.whereabouts(organization_id)
    rows = _states(organization_id)
    reasons = takes_by_reason(organization_id) if any(row.reason for row in rows) else {}
    return {row.user_id: _available(row, reasons, whereabouts) for row in rows}


def takes_by_reason(organization_id: UUID) -> dict[tuple[str, str], frozenset[str]]:
    """The classes that each of an organization's own reasons leaves open, by state and name."""
    return {(row.state, row.name): frozenset(row.takes) for row in _reasons(organization_id)}


def said_classes(state: AgentState, reasons: Mapping[tuple[str, str], frozenset[str]]) -> frozenset[str]:
    """The classes of which somebody takes work by what they say, and by what they did not answer."""
    said = reasons.get((state.state, state.reason), classes_in(state.state))
    return said - frozenset(state.unavailable)


def miss(organization_id: UUID, user_id: UUID, work_class: str) -> None:
    """Note that an agent let offers of a class pass: they get no more of it until they say online again.

    Nothing is noted twice, nor of somebody who is offline. Joins the caller's unit of work.
    """
    with unit():
        said = state_history.current(organization_id, user_id, is_locked=True)
        if said is None or said.state == State.OFFLINE or work_class in said.unavailable:
            return
        member = _membership(organization_id, user_id)
        if member is not None:
            unavailable = {**said.unavailable, work_class: NOT_RESPONDING}
            state_history.turn(member, said, said.state, said.reason, unavailable)


def _available(
    row: AgentState,
    reasons: Mapping[tuple[str, str], frozenset[str]],
    whereabouts: presence.Whereabouts,
) -> Available:
    is_here = str(row.user_id) in whereabouts.here
    if not is_here and whereabouts.is_complete:
        return _NO_CONNECTION
    said = said_classes(row, reasons)
    released_at: datetime | None = getattr(row, "released_at", None)
    return Available(
        state=row.state,
        reason=row.reason if is_here else _UNKNOWN,
        classes=said if is_here else frozenset(),
        kept=said,
        unavailable=row.unavailable,
        online_since=row.since if row.state == State.ONLINE else None,
        idle_since=max(row.since, released_at) if released_at else row.since,
    )


def _membership(organization_id: UUID, user_id: UUID) -> Membership | None:
    rows = Membership.objects.within(organization_id).select_related("user", "organization")
    return rows.filter(user_id=user_id).first()


# Each agent's last release is one look into an index, not a walk through all that they ever did.
_states = Prepared[AgentState](
    lambda organization_id: (
        AgentState.objects.within(organization_id)
        .filter(~Q(state=State.OFFLINE), until__isnull=True, user__is_active=True)
        .filter(user__memberships__organization=organization_id, user__memberships__is_active=True)
        .annotate(
            released_at=Subquery(
                Offer.objects.within(organization_id)
                .filter(agent=OuterRef("user_id"), released_at__isnull=False)
                .order_by("-released_at")
                .values("released_at")[:1]
            )
        )
    )
)
_reasons = Prepared[StateReason](lambda organization_id: StateReason.objects.within(organization_id))
