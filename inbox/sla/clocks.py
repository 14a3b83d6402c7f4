"""The clocks of a conversation as a fold of what happened in it: pure, and the same in whatever portions.

- `first_reply`: from the first customer item until a person answers (or a bot, if the policy counts them);
  again when a conversation that only a bot answered is opened again.
- `next_reply`: from the first unanswered customer item after that until the same.
- `update`: from our last public item until our next one; stands still while we wait for the customer.
- `agent_work`: while it is open; stands still while we wait for the customer, and snoozed if the policy says
  so. `requester_wait`: the same, but for waiting on the customer alone. Both add up.
- `resolution`: from the beginning until it is closed; stands still in the policy's statuses; opening resumes.
- `ownership`: from when a queue or a team gets it until it leaves or is closed; the policy's statuses.
- `answer`: from when a call or a chat queues until it is accepted; never stands still.

Closing a conversation ends what waits for an answer without one ("cancelled"); when we open it again before
anybody has said anything, it goes on from where it was. Closed hours are the calendar's matter, not a pause.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from hub.models import ClockKind, SlaClock, Status
from inbox.sla.facts import CLOSED, Fact, Start

State = SlaClock.State

OWED: Final = frozenset({ClockKind.FIRST_REPLY, ClockKind.NEXT_REPLY, ClockKind.UPDATE})
"""What is owed until we say something: closing ends it without having been kept."""

WHOLE: Final = (ClockKind.RESOLUTION, ClockKind.AGENT_WORK, ClockKind.REQUESTER_WAIT)
"""What runs over the whole life of a conversation: one of each, resumed whenever it opens."""

_WAITING: Final = "waiting on the customer"
_HELD: Final[Mapping[str, str]] = {Status.PENDING: _WAITING, Status.SNOOZED: "snoozed"}
_OPENED: Final = "opened again"
_WAS_CLOSED: Final = "closed"


class Rules(NamedTuple):
    """What of a policy the fold depends on; targets and calendars come afterwards."""

    pauses: frozenset[str] = frozenset()
    do_bots_count: bool = False


@dataclass(slots=True)
class Segment:
    """A stretch in which a clock ran or stood still, and why; `end` None goes on."""

    start: datetime
    end: datetime | None
    is_running: bool
    reason: str


@dataclass(slots=True)
class Clock:
    """One occurrence. `priority` is the one that holds, or held when it ended; `outcome` says how it ended.

    `kept` is for whoever stores clocks: the fold carries it along and never looks at it.
    """

    kind: str
    about: str
    occurrence: int
    started_at: datetime
    priority: str
    state: str = State.ACTIVE
    segments: list[Segment] = field(default_factory=list)
    ended_at: datetime | None = None
    ended_seq: int = 0
    outcome: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    is_touched: bool = True

    @property
    def key(self) -> tuple[str, str, int]:
        """Which one it is among all of its conversation."""
        return self.kind, self.about, self.occurrence

    @property
    def is_live(self) -> bool:
        """Whether it still may run out."""
        return self.ended_at is None

    def hold(self, at: datetime, reason: str) -> None:
        """Have it stand still from now on."""
        if self.state == State.ACTIVE:
            self.state = State.PAUSED
            self._turn(at, False, reason)

    def run(self, at: datetime, reason: str) -> None:
        """Have it run on."""
        if self.state == State.PAUSED:
            self.state = State.ACTIVE
            self._turn(at, True, reason)

    def end(self, at: datetime, seq: int, state: str, outcome: str) -> None:
        """Stop it for good, or until `resume`."""
        self.state, self.ended_at, self.ended_seq, self.outcome = state, at, seq, outcome
        self.segments[-1].end = at
        self.is_touched = True

    def resume(self, at: datetime, held: str) -> None:
        """Go on after an end, as if it had stood still meanwhile."""
        assert self.ended_at is not None
        self.segments.append(Segment(self.ended_at, at, False, _WAS_CLOSED))
        self.ended_at, self.ended_seq, self.outcome = None, 0, ""
        self.state = State.PAUSED if held else State.ACTIVE
        self.segments.append(Segment(at, None, not held, held or _OPENED))
        self.is_touched = True

    def _turn(self, at: datetime, is_running: bool, reason: str) -> None:
        last = self.segments[-1]
        if last.start == at:
            last.is_running, last.reason = is_running, reason
        else:
            last.end = at
            self.segments.append(Segment(at, None, is_running, reason))
        self.is_touched = True


class Fold:
    """Follows one conversation fact by fact; `state` and `of_state` let it go on another time."""

    def __init__(self, rules: Rules, start: Start) -> None:
        self.rules = rules
        self.status, self.priority, self.queue, self.team = start
        self.at: datetime | None = None
        self.is_first = True
        self.has_person_answered = False
        self.occurrences: dict[str, int] = {}
        self.clocks: dict[tuple[str, str], Clock] = {}
        """The latest of each kind, with what it is about: live, or able to resume."""
        self.ended: list[Clock] = []
        """Ended for good since the fold began, or since it was taken up from its state."""

    def feed(self, facts: Iterable[Fact]) -> None:
        """Take in what happened next; facts are in the order of time."""
        for fact in facts:
            if self.at is None:
                self._begin(fact)
            self.at = fact.at
            act = _ACTS.get(fact.name)
            if act is not None:
                act(self, fact)

    @property
    def all(self) -> list[Clock]:
        """Every clock that this fold has seen, the ended ones first."""
        return [*self.ended, *self.clocks.values()]

    def _begin(self, fact: Fact) -> None:
        if self.status in CLOSED:  # It was brought from elsewhere, done; it begins when it is opened.
            return
        for kind in WHOLE:
            self._start(kind, fact, "the conversation began")
        self._own(fact)

    def _own(self, fact: Fact) -> None:
        for noun, owner in (("queue", self.queue), ("team", self.team)):
            if owner:
                self._start(ClockKind.OWNERSHIP, fact, f"it came to the {noun}", f"{noun}:{owner}")

    def _start(self, kind: str, fact: Fact, reason: str, about: str = "") -> Clock:
        place = f"{kind} {about}"
        number = self.occurrences[place] = self.occurrences.get(place, 0) + 1
        if (before := self.clocks.get((kind, about))) is not None:
            self.ended.append(before)
        clock = Clock(kind, about, number, fact.at, self.priority)
        held = self._held(kind)
        clock.state = State.PAUSED if held else State.ACTIVE
        clock.segments.append(Segment(fact.at, None, not held, held or reason))
        self.clocks[kind, about] = clock
        return clock

    def _held(self, kind: str) -> str:
        """Why this kind stands still in the status of now; empty when it runs."""
        is_in_policy = self.status in self.rules.pauses
        if kind in (ClockKind.RESOLUTION, ClockKind.OWNERSHIP):
            holds = is_in_policy
        elif kind == ClockKind.AGENT_WORK:
            holds = self.status == Status.PENDING or (self.status == Status.SNOOZED and is_in_policy)
        else:
            holds = kind in (ClockKind.REQUESTER_WAIT, ClockKind.UPDATE) and self.status == Status.PENDING
        return _HELD.get(self.status, "") if holds else ""

    def _live(self, *kinds: str) -> list[Clock]:
        return [clock for (kind, _), clock in self.clocks.items() if kind in kinds and clock.is_live]

    def _forget(self, *kinds: str) -> None:
        """Let ended ones of these kinds never resume."""
        for key in [key for key, clock in self.clocks.items() if key[0] in kinds and not clock.is_live]:
            self.ended.append(self.clocks.pop(key))

    def _customer(self, fact: Fact) -> None:
        self._forget(*OWED)
        if self._live(ClockKind.FIRST_REPLY, ClockKind.NEXT_REPLY):
            return
        if self.status in CLOSED and not self.has_person_answered:
            self.is_first = True
        kind = ClockKind.FIRST_REPLY if self.is_first else ClockKind.NEXT_REPLY
        self._start(kind, fact, "the customer wrote")

    def _person(self, fact: Fact) -> None:
        self.has_person_answered = True
        self._answered(fact, "a person answered")

    def _bot(self, fact: Fact) -> None:
        if self.rules.do_bots_count:
            self._answered(fact, "a bot answered, which the policy counts")

    def _answered(self, fact: Fact, outcome: str) -> None:
        self.is_first = False
        for clock in self._live(*OWED):
            clock.end(fact.at, fact.seq, State.FULFILLED, outcome)
        self._forget(*OWED)
        self._start(ClockKind.UPDATE, fact, "we wrote")

    def _set_status(self, fact: Fact) -> None:
        before, self.status = self.status, fact.value
        if before in CLOSED and fact.value not in CLOSED:
            self._open(fact)
        elif before not in CLOSED and fact.value in CLOSED:
            self._close(fact)
        else:
            for clock in self._live(*ClockKind.values):
                self._hold_or_run(clock, fact)

    def _hold_or_run(self, clock: Clock, fact: Fact) -> None:
        if clock.kind == ClockKind.ANSWER:
            return
        if held := self._held(clock.kind):
            clock.hold(fact.at, held)
        else:
            clock.run(fact.at, "the customer wrote" if fact.by == "customer" else f"it is {fact.value}")

    def _close(self, fact: Fact) -> None:
        for clock in self._live(*OWED):
            clock.end(fact.at, fact.seq, State.CANCELLED, "it was closed, so nothing more was owed")
        for clock in self._live(*WHOLE, ClockKind.OWNERSHIP):
            clock.end(fact.at, fact.seq, State.FULFILLED, "it was closed")

    def _open(self, fact: Fact) -> None:
        if fact.by == "customer":
            self._forget(*OWED)
        for kind in WHOLE:
            if (clock := self.clocks.get((kind, ""))) is None:
                self._start(kind, fact, _OPENED)
            elif not clock.is_live:
                clock.resume(fact.at, self._held(kind))
        for clock in list(self.clocks.values()):
            if clock.kind in OWED and not clock.is_live:
                clock.resume(fact.at, self._held(clock.kind))
            elif clock.kind in OWED:
                self._hold_or_run(clock, fact)
        self._forget(ClockKind.OWNERSHIP)
        self._own(fact)

    def _set_priority(self, fact: Fact) -> None:
        self.priority = fact.value
        for clock in self.clocks.values():
            if clock.is_live:
                clock.priority, clock.is_touched = fact.value, True

    def _move(self, fact: Fact) -> None:
        old = self.queue if fact.name == "queue" else self.team
        if fact.name == "queue":
            self.queue = fact.value
        else:
            self.team = fact.value
        if fact.value == old:
            return
        clock = self.clocks.get((ClockKind.OWNERSHIP, f"{fact.name}:{old}"))
        if clock is not None and clock.is_live:
            clock.end(fact.at, fact.seq, State.FULFILLED, "it went on")
        self._forget(ClockKind.OWNERSHIP)
        if fact.value and self.status not in CLOSED:
            self._start(ClockKind.OWNERSHIP, fact, f"it came to the {fact.name}", f"{fact.name}:{fact.value}")

    def state(self) -> dict[str, Any]:
        """All that further facts depend on, as JSON."""
        return {
            "at": _text(self.at),
            "status": self.status,
            "priority": self.priority,
            "queue": self.queue,
            "team": self.team,
            "is_first": self.is_first,
            "has_person_answered": self.has_person_answered,
            "occurrences": self.occurrences,
            "clocks": [_clock_state(clock) for clock in self.clocks.values()],
        }

    @classmethod
    def of_state(cls, rules: Rules, state: Mapping[str, Any]) -> "Fold":
        """The fold where `state` left it, with no ended clocks but those that may resume."""
        start = Start(*(str(state[name]) for name in Start._fields))
        fold = cls(rules, start)
        fold.at = _moment(state["at"])
        fold.is_first, fold.has_person_answered = state["is_first"], state["has_person_answered"]
        fold.occurrences = dict(state["occurrences"])
        for found in state["clocks"]:
            clock = _clock_of(found)
            fold.clocks[clock.kind, clock.about] = clock
        return fold


_ACTS: Final = {
    "customer": Fold._customer,
    "person": Fold._person,
    "bot": Fold._bot,
    "status": Fold._set_status,
    "priority": Fold._set_priority,
    "queue": Fold._move,
    "team": Fold._move,
}


def fold(facts: Iterable[Fact], rules: Rules, start: Start) -> Fold:
    """A whole history at once; `facts` are in the order of time."""
    found = Fold(rules, start)
    found.feed(facts)
    return found


def _clock_state(clock: Clock) -> list[Any]:
    segments = [[_text(s.start), _text(s.end), s.is_running, s.reason] for s in clock.segments]
    moments = [_text(clock.started_at), _text(clock.ended_at)]
    ending = [clock.ended_seq, clock.outcome]
    return [
        clock.kind,
        clock.about,
        clock.occurrence,
        clock.priority,
        clock.state,
        *moments,
        *ending,
        segments,
        clock.kept,
    ]


def _clock_of(found: list[Any]) -> Clock:
    kind, about, occurrence, priority, state, started, ended, ended_seq, outcome, segments, kept = found
    started_at = _moment(started)
    assert started_at is not None
    clock = Clock(kind, about, occurrence, started_at, priority, state)
    clock.ended_at, clock.ended_seq, clock.outcome, clock.kept = _moment(ended), ended_seq, outcome, kept
    clock.segments = [Segment(datetime.fromisoformat(s), _moment(e), r, why) for s, e, r, why in segments]
    clock.is_touched = False
    return clock


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
