"""Clocks out of the log alone: made again, policy by policy, or compared with what is kept."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from hub.clock import now
from hub.models import ClockKind, Conversation, Organization, SlaClock, SlaSegment
from hub.transaction import unit
from inbox.change import lock_all
from inbox.sla import keeping, refolding, sweep, timers
from inbox.sla.clocks import Clock
from inbox.sla.keeping import Held
from inbox.sla.refolding import History, Key, Wanted
from inbox.sla.terms import Terms, terms_of_ids

_TOGETHER = 100


class Difference(NamedTuple):
    """A clock that is kept otherwise than its log says, each as text; "" where there is none."""

    conversation_id: UUID
    clock: str
    kept: str
    rebuilt: str


def rebuild(
    organization: Organization, conversation_ids: Iterable[UUID] | None = None, *, only_compare: bool = False
) -> Iterator[tuple[int, list[Difference]]]:
    """Make the clocks of these conversations, else of all, again out of their timelines and work.

    Answers after each portion how many conversations it had, and what was different before. With
    `only_compare` everything stays as it is kept. What ended under a policy that has changed since, or is
    gone, stays: how long it was allowed to take is known from the clock alone.
    """
    rows = Conversation.objects.within(organization)
    ids = (
        list(conversation_ids)
        if conversation_ids is not None
        else list(rows.order_by("pk").values_list("pk", flat=True))
    )
    for first in range(0, len(ids), _TOGETHER):
        portion = ids[first : first + _TOGETHER]
        found: list[Difference] = []
        with suppress(_Undo), unit(), transaction.atomic():
            found = _rebuild(organization, lock_all(organization, portion))
            if only_compare:
                raise _Undo
        yield len(portion), found


class _Undo(Exception):
    """Ends a comparison, so that nothing of it stays."""


def _rebuild(organization: Organization, conversations: Sequence[Conversation]) -> list[Difference]:
    ids = [row.pk for row in conversations]
    before = snapshot(organization.pk, ids)
    known = refolding.history(organization.pk, ids)
    rows = keeping.standings(organization.pk, ids) if ids else []
    standings = {row.conversation_id: row for row in rows}
    terms = _terms(organization.pk, [keeping.periods_of(row) for row in rows])
    for conversation in conversations:
        if (standing := standings.get(conversation.pk)) is not None:
            _one(organization.pk, conversation, keeping.periods_of(standing), known, terms)
    for conversation in conversations:
        Conversation.objects.within(organization).filter(pk=conversation.pk).update(
            sla=conversation.sla, sla_due_at=conversation.sla_due_at
        )
    after = snapshot(organization.pk, ids)
    keys = sorted(before.keys() | after.keys(), key=str)
    return [
        Difference(key[0], " ".join(map(str, key[1:])), before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _one(
    organization_id: UUID,
    conversation: Conversation,
    periods: list[keeping.Period],
    known: History,
    terms: dict[str, Terms],
) -> None:
    """One conversation: each policy in its turn, with what ended while it applied, and what runs at last."""
    stored = {(row.clock, row.about, row.occurrence): row for row in known.clocks.get(conversation.pk, ())}
    made: dict[Key, Clock] = {}
    hands: list[Held] = []
    for number, period in enumerate(periods):
        is_last = number == len(periods) - 1
        found = terms.get(period.policy_id or "")
        if found is not None and found.version != period.version and not is_last:
            continue
        until = None if is_last else periods[number + 1].first_seq
        want = Wanted(conversation, periods[: number + 1], found, conversation.last_item_seq)
        hands.append(refolding.hold(known, want, until=until))
        _choose(hands[-1], made, is_last=is_last)
    for hand in hands:
        hand.gone.clear()
        for clock in hand.fold.all:
            clock.is_touched = made.get(clock.key) is clock
            if clock.is_touched and clock.key not in stored:
                _pass_over(hand, clock)
        keeping.write(organization_id, [hand], now())
    kept = {UUID(clock.kept["id"]) for clock in made.values()}
    versions = {(str(found.policy_id), found.version) for found in terms.values()}
    lost = [row.pk for row in stored.values() if row.pk not in kept and _can_be_made(row, versions)]
    SlaClock.objects.within(organization_id).filter(pk__in=lost).delete()


def _choose(hand: Held, made: dict[Key, Clock], *, is_last: bool) -> None:
    """Note the clocks that are as this policy has them; those that it does not promise are none."""
    for clock in hand.fold.all:
        if clock.ended_at is not None and clock.ended_seq < hand.first_seq and clock.kind != ClockKind.ANSWER:
            continue
        if hand.terms is None or hand.terms.promise(clock) is None:
            made.pop(clock.key, None)
        elif is_last or not clock.is_live:
            made[clock.key] = clock


def _pass_over(hand: Held, clock: Clock) -> None:
    """What would have been told by now of a clock that was not kept is not told any more."""
    promise = hand.terms.promise(clock) if hand.terms else None
    if promise is not None:
        for timer in timers.timers(promise, promise.due_at):
            if timer.is_due(now()):
                sweep.mark(promise, timer)


def _can_be_made(row: SlaClock, versions: set[tuple[str, int]]) -> bool:
    policy = row.data.get("policy", {})
    return row.is_live or (policy.get("id"), policy.get("version")) in versions


def _terms(organization_id: UUID, histories: Iterable[Sequence[keeping.Period]]) -> dict[str, Terms]:
    ids = {period.policy_id for periods in histories for period in periods if period.policy_id}
    found = terms_of_ids(organization_id, [UUID(policy_id) for policy_id in ids])
    return {str(policy_id): terms for policy_id, terms in found.items()}


def snapshot(organization_id: UUID, conversation_ids: Sequence[UUID]) -> dict[tuple[Any, ...], str]:
    """Clocks with their segments as text, by conversation, kind, about and occurrence, to be compared."""
    rows = SlaClock.objects.within(organization_id).filter(conversation_id__in=conversation_ids)
    segments: dict[UUID, list[str]] = {}
    found = SlaSegment.objects.within(organization_id).filter(clock__conversation_id__in=conversation_ids)
    for segment in found.order_by("clock_id", "position"):
        verb = "ran" if segment.is_running else "stood"
        text = f"{verb} {segment.started_at}–{segment.ended_at} ({segment.reason})"
        segments.setdefault(segment.clock_id, []).append(text)
    return {
        (row.conversation_id, row.clock, row.about, row.occurrence): "; ".join(
            [
                f"{row.state} from {row.started_at} to {row.data.get('ended_at')}",
                f"{row.target_seconds} s of {'working' if row.is_working_time else 'all'} time",
                f"due {row.due_at}, broken {row.breached_at}",
                str(row.data.get("outcome")),
                *segments.get(row.pk, []),
            ]
        )
        for row in rows
    }
