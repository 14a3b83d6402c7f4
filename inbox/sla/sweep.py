"""What the clock strikes: warnings, breaches and escalation steps, each once, whoever sweeps, however often.

Timers are rows. A conversation is locked before its clocks are looked at, and what was told is written in the
same transaction as the telling; so two sweepers tell nothing twice, and one that dies has told nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hub.clock import now
from hub.models import Conversation, Organization, SlaClock, SlaStanding
from hub.transaction import unit
from inbox import payloads
from inbox.change import Change, lock_all
from inbox.sla import escalation, following, keeping, refolding, timers
from inbox.sla.clocks import Fold, Rules
from inbox.sla.keeping import Held
from inbox.sla.refolding import Wanted
from inbox.sla.terms import Book, Promise, book
from inbox.sla.timers import Timer

_log = logging.getLogger(__name__)

_AGAIN: Final = timedelta(minutes=1)

_AT_ONCE: Final = 500
"""Clocks looked at in one sweep; what is left comes with the next one."""

_TOGETHER: Final = 25
"""Conversations locked at a time."""


def sweep() -> int:
    """Do what is due in every organization; how many clocks were due."""
    rows = SlaClock.objects.unscoped("the clock strikes for every organization")
    due = list(
        rows.filter(timer_at__lte=now())
        .order_by("timer_at")
        .values_list("organization_id", "conversation_id")[:_AT_ONCE]
    )
    by_organization: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for organization_id, conversation_id in due:
        by_organization[organization_id].add(conversation_id)
    for organization in Organization.objects.filter(pk__in=list(by_organization)):
        ids = sorted(by_organization[organization.pk])
        for first in range(0, len(ids), _TOGETHER):
            _strike_all(organization, ids[first : first + _TOGETHER])
    return len(due)


def _strike_all(organization: Organization, ids: Sequence[UUID]) -> None:
    """Do what is due of these; where it fails, of each by itself, so that one bad apple spoils no other."""
    try:
        with unit():
            _strike(organization, lock_all(organization, ids), now())
    except Exception:  # noqa: BLE001 - whatever is wrong with one must not stop the promises of all
        if len(ids) > 1:
            for one in ids:
                _strike_all(organization, [one])
            return
        _log.exception("the promises of conversation %s cannot be looked at; again in a minute", ids[0])
        rows = SlaClock.objects.within(organization).filter(conversation_id__in=ids)
        rows.filter(timer_at__lte=now()).update(timer_at=now() + _AGAIN)


def _strike(organization: Organization, conversations: Sequence[Conversation], at: datetime) -> None:
    """Do what is due of these conversations, which are locked. Called in a unit of work."""
    changes = {conversation.pk: Change(conversation, None) for conversation in conversations}
    rings = {conversation.pk: conversation.sla for conversation in conversations}
    hands = take_up(organization, conversations)
    struck = [(hand, promise, timer) for hand in hands for promise, timer in _due(hand, at)]
    for _, promise, timer in struck:
        mark(promise, timer)
    keeping.write(organization.pk, hands, at)
    for hand, promise, timer in struck:
        _tell(changes[hand.conversation.pk], promise, timer)
    following.settle(organization, changes, hands, rings)
    _forget(organization, changes.keys() - {hand.conversation.pk for hand in hands}, at)


def _forget(organization: Organization, ids: Collection[UUID], at: datetime) -> None:
    """Clocks of which nobody knows any more what they follow strike no more."""
    if ids:
        rows = SlaClock.objects.within(organization).filter(conversation_id__in=ids, timer_at__lte=at)
        rows.update(timer_at=None)


def take_up(organization: Organization, conversations: Sequence[Conversation]) -> list[Held]:
    """The promises of locked conversations as they stand, under the policies as they are now."""
    found = book(organization.pk)
    rows = keeping.standings(organization.pk, [row.pk for row in conversations]) if conversations else []
    by_id = {row.conversation_id: row for row in rows}
    hands: list[Held] = []
    stale: list[Wanted] = []
    for conversation in conversations:
        if (standing := by_id.get(conversation.pk)) is None:
            continue
        hand = _hold(found, standing, conversation)
        if isinstance(hand, Held):
            hands.append(hand)
        else:
            stale.append(hand)
    return hands + (refolding.refold(organization.pk, stale) if stale else [])


def _hold(found: Book, standing: SlaStanding, conversation: Conversation) -> Held | Wanted:
    periods = keeping.periods_of(standing)
    terms = found.of(periods[-1].policy_id) if periods else None
    seq = conversation.last_item_seq
    if not periods or not periods[-1].is_of(terms) or standing.seq != seq:
        if terms is not None and not periods[-1].is_of(terms):
            why = periods[-1].why
            periods = [*periods, keeping.Period(seq + 1, str(terms.policy_id), terms.version, why)]
        elif terms is None and periods and periods[-1].policy_id is not None:
            periods = [*periods, keeping.Period(seq + 1, None, 0, [])]
        return Wanted(conversation, periods, terms, seq)
    fold = Fold.of_state(terms.rules if terms else Rules(), standing.state)
    return Held(conversation, fold, terms, periods, seq, seq + 1)


def _due(hand: Held, at: datetime) -> Iterator[tuple[Promise, Timer]]:
    """What is due of it. Who is late needs no warning any more."""
    for promise in hand.promises():
        found = [timer for timer in timers.timers(promise, promise.due_at) if timer.is_due(at)]
        is_late = any(timer.name == "breach" for timer in found)
        yield from ((promise, timer) for timer in found if timer.name != "warning" or not is_late)
    for clock in hand.fold.clocks.values():
        if clock.is_live:
            clock.is_touched = True  # Its timer was due: it needs the next one, or none.


def mark(promise: Promise, timer: Timer) -> None:
    """Have the clock remember that this was told."""
    kept = promise.clock.kept
    promise.clock.is_touched = True
    if timer.name == "breach":
        kept["breached"] = timer.at.isoformat()
    elif timer.name == "warning":
        kept["warned"] = timer.at.isoformat()
    elif timer.step is not None:
        kept["fired"] = [*kept.get("fired", ()), str(timer.step.id)]


def _tell(change: Change, promise: Promise, timer: Timer) -> None:
    if timer.step is not None:
        escalation.fire(change, promise, timer.step)
        return
    if timer.name == "breach":
        due = payloads.moment(timer.at)
        of = {"clock": str(promise.clock.kind), "about": promise.clock.about}
        line = change.record("sla_breached", of | {"due_at": due})
        change.announce("sla.breached", item=payloads.item(line), **told(promise))
    else:
        change.announce("sla.warning", **told(promise))


def told(promise: Promise, **more: Any) -> dict[str, Any]:
    """A promise as events carry it."""
    return following.told(promise.clock) | more
