"""Clocks in the database: what a fold says, written as rows, in few statements for many conversations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hub.models import ClockKind, Conversation, SlaClock, SlaSegment, SlaStanding
from hub.prepared import Prepared
from hub.tenancy import new_id
from inbox import payloads
from inbox.sla import timers
from inbox.sla.clocks import Clock, Fold, State
from inbox.sla.terms import Promise, Terms

_CLOCK_FIELDS: Final = (
    "policy",
    "state",
    "is_live",
    "target_seconds",
    "is_working_time",
    "started_at",
    "due_at",
    "fulfilled_at",
    "breached_at",
    "warned_at",
    "timer_at",
    "data",
)


@dataclass(slots=True)
class Period:
    """From which place of the timeline on which policy applies, and why; None for none."""

    first_seq: int
    policy_id: str | None
    version: int
    why: list[dict[str, Any]]

    def is_of(self, terms: Terms | None) -> bool:
        """Whether these terms are the ones that applied."""
        if terms is None:
            return self.policy_id is None
        return (self.policy_id, self.version) == (str(terms.policy_id), terms.version)


@dataclass(slots=True)
class Held:
    """The promises of one conversation in hand: its fold, under which terms, and what is yet to be told."""

    conversation: Conversation
    fold: Fold
    terms: Terms | None
    periods: list[Period]
    seq: int
    new_seq: int
    """What ended from this place of the timeline on ends now, and is told."""
    told: list[tuple[str, Clock]] = field(default_factory=list)
    is_rewritten: bool = False
    """Whether the segments of its clocks may be other ones than were stored."""
    gone: list[str] = field(default_factory=list)
    """Ids of clocks that are promised no more."""
    promised: list[Clock] = field(default_factory=list)
    """The clocks of which rows were written."""

    @property
    def first_seq(self) -> int:
        """What ended before this place ended under earlier terms, and stays as it was."""
        return self.periods[-1].first_seq if self.periods else 0

    def promises(self) -> list[Promise]:
        """What is promised now and may still run out."""
        live = [clock for clock in self.fold.clocks.values() if clock.is_live]
        found = [self.terms.promise(clock) for clock in live] if self.terms else []
        return [promise for promise in found if promise is not None]


standings = Prepared[SlaStanding](
    lambda organization_id, ids: SlaStanding.objects.within(organization_id).filter(conversation_id__in=ids)
)


def periods_of(standing: SlaStanding | None) -> list[Period]:
    """The policies that applied, in order."""
    return [Period(*found) for found in standing.policies] if standing else []


def write(organization_id: UUID, hands: Iterable[Held], at: datetime) -> None:
    """Store what has changed of these; fills `told` with what happened to clocks, and sets the rings."""
    held = list(hands)
    clocks: list[SlaClock] = []
    segments: list[SlaSegment] = []
    for hand in held:
        for clock in hand.fold.all:
            if clock.is_touched and (row := _row(organization_id, hand, clock, at)) is not None:
                clocks.append(row)
                hand.promised.append(clock)
                segments += _segments(row, clock)
                clock.is_touched = False
        hand.fold.ended.clear()
        show(hand, at)
    gone = [UUID(key) for hand in held for key in hand.gone]
    if gone:
        SlaClock.objects.within(organization_id).filter(pk__in=gone).delete()
    rewritten = [
        row.pk
        for hand in held
        if hand.is_rewritten
        for row in clocks
        if row.conversation_id == hand.conversation.pk
    ]
    if rewritten:
        SlaSegment.objects.within(organization_id).filter(clock_id__in=rewritten).delete()
    _upsert(SlaClock, clocks, ["id"], _CLOCK_FIELDS)
    _upsert(SlaSegment, segments, ["clock", "position"], ("is_running", "started_at", "ended_at", "reason"))
    rows = [_standing(organization_id, hand) for hand in held]
    _upsert(SlaStanding, rows, ["conversation"], ("seq", "policies", "state"))


def show(hand: Held, at: datetime) -> None:
    """Have the conversation's row show the promise that is due first; one that stands still comes last."""
    found = [(promise.due_at, promise) for promise in hand.promises()]
    running = [(due, promise) for due, promise in found if due is not None]
    conversation = hand.conversation
    if running:
        due, promise = min(running, key=lambda pair: pair[0])
        conversation.sla, conversation.sla_due_at = ring(promise, due), due
    else:
        still = min((promise for _, promise in found), key=lambda p: p.clock.started_at, default=None)
        conversation.sla, conversation.sla_due_at = (ring(still, None) if still else None), None


def ring(promise: Promise, due_at: datetime | None) -> dict[str, Any]:
    """A promise as lists show it."""
    clock = promise.clock
    state = "breached" if clock.kept.get("breached") else "paused" if due_at is None else "active"
    return {
        "clock": str(clock.kind),
        "state": state,
        "started_at": payloads.moment(clock.started_at),
        "due_at": payloads.moment(due_at),
        "target_seconds": promise.target.seconds,
        "risk": clock.kept.get("risk") if state == "active" else None,
    }


def _row(organization_id: UUID, hand: Held, clock: Clock, at: datetime) -> SlaClock | None:
    """The clock as a row; None where nothing is promised, or what ended under earlier terms."""
    if clock.ended_at is not None and clock.ended_seq < hand.first_seq and clock.kind != ClockKind.ANSWER:
        return None
    promise = hand.terms.promise(clock) if hand.terms else None
    if promise is None:
        if clock.is_live and (stored := clock.kept.pop("id", None)):
            hand.gone.append(stored)
        return None
    due = promise.due_at
    _tell(hand, clock, due, at)
    kept, terms = clock.kept, promise.terms
    kept["id"] = kept.get("id") or str(new_id())
    return SlaClock(
        id=UUID(kept["id"]),
        organization_id=organization_id,
        conversation_id=hand.conversation.pk,
        policy_id=terms.policy_id,
        clock=clock.kind,
        occurrence=clock.occurrence,
        about=clock.about,
        state=clock.state,
        is_live=clock.is_live,
        target_seconds=promise.target.seconds,
        is_working_time=promise.target.is_working_time,
        started_at=clock.started_at,
        due_at=due,
        fulfilled_at=clock.ended_at if clock.state == State.FULFILLED else None,
        breached_at=_moment(kept.get("breached")),
        warned_at=_moment(kept.get("warned")),
        timer_at=timers.next_timer(promise, due),
        data={
            "policy": {"id": str(terms.policy_id), "name": terms.name, "version": terms.version},
            "priority": clock.priority,
            "outcome": clock.outcome,
            "ended_at": clock.ended_at.isoformat() if clock.ended_at else None,
            "met_at": kept.get("met"),
        },
    )


def _tell(hand: Held, clock: Clock, due: datetime | None, at: datetime) -> None:
    """Note that it was kept or broken, once; a due moment that has moved on is not broken any more."""
    kept = clock.kept
    is_late = due is not None and due < (clock.ended_at or at)
    if not is_late:
        kept.pop("breached", None)
    elif clock.ended_at is not None:
        if not kept.get("breached") and _has_just_ended(hand, clock):
            hand.told.append(("sla.breached", clock))
        kept["breached"] = due.isoformat() if due else None
    elif kept.get("breached"):
        kept["breached"] = due.isoformat() if due else None
    if clock.state == State.FULFILLED and not is_late and not kept.get("met"):
        kept["met"] = clock.ended_at.isoformat() if clock.ended_at else None
        if _has_just_ended(hand, clock):
            hand.told.append(("sla.met", clock))


def _has_just_ended(hand: Held, clock: Clock) -> bool:
    """Whether its end is news; what is reckoned anew has mostly ended before."""
    return clock.ended_seq >= hand.new_seq or (clock.kind == ClockKind.ANSWER and not hand.is_rewritten)


def _segments(row: SlaClock, clock: Clock) -> list[SlaSegment]:
    """Those of its segments that are new, or may be other than stored."""
    first = clock.kept.get("segments", 0)
    clock.kept["segments"] = max(0, len(clock.segments) - 1)
    return [
        SlaSegment(
            organization_id=row.organization_id,
            clock_id=row.pk,
            position=position,
            is_running=segment.is_running,
            started_at=segment.start,
            ended_at=segment.end,
            reason=segment.reason,
        )
        for position, segment in enumerate(clock.segments)
        if position >= first
    ]


def _standing(organization_id: UUID, hand: Held) -> SlaStanding:
    return SlaStanding(
        organization_id=organization_id,
        conversation_id=hand.conversation.pk,
        seq=hand.seq,
        policies=[[p.first_seq, p.policy_id, p.version, p.why] for p in hand.periods],
        state=hand.fold.state(),
    )


def _upsert(model: Any, rows: Sequence[Any], unique: Sequence[str], fields: Sequence[str]) -> None:
    if rows:
        model.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=list(unique), update_fields=list(fields)
        )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
