"""Makes the clocks of conversations anew out of their whole timelines, and keeps what was told of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from hub.models import Conversation, EscalationFired, SlaClock, WorkItem
from hub.tenancy import TenantModel
from inbox.sla import answers, facts
from inbox.sla.clocks import Clock, Rules, fold
from inbox.sla.facts import Fact
from inbox.sla.keeping import Held, Period
from inbox.sla.terms import Terms

Key = tuple[str, str, int]


class Wanted(NamedTuple):
    """A conversation to be folded anew: with rows that are not written yet, and its policies so far."""

    conversation: Conversation
    periods: list[Period]
    terms: Terms | None
    seq: int
    new: Sequence[TenantModel] = ()
    is_reordered: bool = False


class History(NamedTuple):
    """All that is known of conversations, by their ids: what happened, work, and the clocks as stored."""

    facts: Mapping[UUID, Sequence[Fact]]
    works: Mapping[UUID, Sequence[WorkItem]]
    clocks: dict[UUID, list[SlaClock]]
    fired: Mapping[UUID, Sequence[str]]


def history(
    organization_id: UUID, ids: Sequence[UUID], new: Mapping[UUID, Sequence[TenantModel]] | None = None
) -> History:
    """Read it, in four queries."""
    works: defaultdict[UUID, list[WorkItem]] = defaultdict(list)
    kinds = WorkItem.objects.within(organization_id).filter(kind__in=answers.KINDS)
    for work in kinds.filter(conversation_id__in=ids).order_by("created_at", "id"):
        works[work.conversation_id].append(work)
    clocks: defaultdict[UUID, list[SlaClock]] = defaultdict(list)
    for row in SlaClock.objects.within(organization_id).filter(conversation_id__in=ids):
        clocks[row.conversation_id].append(row)
    fired: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = EscalationFired.objects.within(organization_id).filter(clock__conversation_id__in=ids)
    for clock_id, step_id in rows.values_list("clock_id", "step_id"):
        fired[clock_id].append(str(step_id))
    return History(facts.of_logs(organization_id, ids, new or {}), works, clocks, fired)


def refold(organization_id: UUID, wanted: Iterable[Wanted]) -> list[Held]:
    """The promises of these as their timelines have them, in hand to be written.

    What ended under earlier policies stays as it was stored, unless items were moved: then that is no
    history any more.
    """
    asked = list(wanted)
    new = {want.conversation.pk: want.new for want in asked if want.new}
    known = history(organization_id, [want.conversation.pk for want in asked], new)
    return [hold(known, want) for want in asked]


def hold(known: History, want: Wanted, *, until: int | None = None) -> Held:
    """One of them; with `until` as it stood before that place of its timeline."""
    conversation = want.conversation
    said = [] if conversation.merged_into_id else list(known.facts.get(conversation.pk, ()))
    start = facts.start_of(said, conversation)
    said = said if until is None else [fact for fact in said if fact.seq < until]
    rules = want.terms.rules if want.terms else Rules()
    found = fold(said, rules, start)
    for work in known.works.get(conversation.pk, ()):
        answers.take_in(found, work)
    places = [fact.seq for fact in facts.of_rows(want.new)]
    new_seq = min(places, default=want.seq + 1)
    hand = Held(conversation, found, want.terms, want.periods, want.seq, new_seq, is_rewritten=True)
    stored = {(row.clock, row.about, row.occurrence): row for row in known.clocks.get(conversation.pk, ())}
    for clock in found.all:
        if (row := stored.get(clock.key)) is not None:
            clock.kept = kept_of(row, known.fired.get(row.pk, ()))
    hand.gone += [str(row.pk) for key, row in stored.items() if _is_gone(hand, key, row, want.is_reordered)]
    return hand


def kept_of(row: SlaClock, fired: Iterable[str]) -> dict[str, Any]:
    """What a stored clock remembers beside what the fold says."""
    marks = {
        "id": str(row.pk),
        "breached": row.breached_at.isoformat() if row.breached_at else None,
        "warned": row.warned_at.isoformat() if row.warned_at else None,
        "met": row.data.get("met_at"),
        "fired": list(fired),
    }
    return {name: value for name, value in marks.items() if value}


def _is_gone(hand: Held, key: Key, row: SlaClock, is_reordered: bool) -> bool:
    """Whether a stored clock is none any more: it is live and the fold knows no such live one."""
    clock: Clock | None = next((clock for clock in hand.fold.all if clock.key == key), None)
    if clock is None:
        return row.is_live or is_reordered
    ended_before = clock.ended_at is not None and clock.ended_seq < hand.first_seq
    return row.is_live and ended_before
