"""Keeps the clocks of conversations in the transaction of whatever happens to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from hub.clock import now
from hub.models import Conversation, Organization, SlaStanding, TimelineItem
from inbox import conditions, payloads
from inbox.change import Change, finish_all
from inbox.sla import facts, keeping, refolding
from inbox.sla.choosing import Choice, choose, may_have_changed
from inbox.sla.clocks import Clock, Fold, Rules, fold
from inbox.sla.facts import Fact
from inbox.sla.keeping import Held, Period
from inbox.sla.refolding import Wanted
from inbox.sla.terms import Book, Terms, book


def follow(organization: Organization, changes: Sequence[Change]) -> None:
    """Let the clocks follow what these changes did, and announce those that were kept or broken by it.

    Without a policy this is one small query; else some more, however many changes there are.
    """
    if not changes or not (found := book(organization.pk)).terms:
        return
    following = _Following(organization, changes, found)
    hands = following.hands()
    keeping.write(organization.pk, hands, now())
    by_id = {change.conversation.pk: change for change in changes}
    for hand in hands:
        announce(by_id[hand.conversation.pk], hand)


def announce(change: Change, hand: Held) -> None:
    """Tell what has become of clocks."""
    for name, clock in hand.told:
        change.announce(name, **told(clock))
    hand.told.clear()


def settle(
    organization: Organization,
    changes: Mapping[UUID, Change],
    hands: Iterable[Held],
    rings: Mapping[UUID, dict[str, Any] | None],
) -> None:
    """Write conversations in hand after their clocks were: tell what became of those, and of other rings."""
    for hand in hands:
        change = changes[hand.conversation.pk]
        announce(change, hand)
        if hand.conversation.sla != rings[hand.conversation.pk] and not change.announced:
            change.announce("conversation.updated")
    finish_all(organization, changes.values())


def told(clock: Clock) -> dict[str, Any]:
    """A clock as the events `sla.warning`, `sla.breached` and `sla.met` carry it."""
    return {
        "clock": str(clock.kind),
        "clock_id": clock.kept.get("id"),
        "about": clock.about,
        "started_at": payloads.moment(clock.started_at),
        "ended_at": payloads.moment(clock.ended_at),
    }


class _Following:
    """Changes of one organization that has policies."""

    def __init__(self, organization: Organization, changes: Sequence[Change], found: Book) -> None:
        self.organization = organization
        self.changes = changes
        self.book = found
        old = [change.conversation.pk for change in changes if not change.is_new]
        rows = keeping.standings(organization.pk, old) if old else []
        self.standings: dict[Any, SlaStanding] = {row.conversation_id: row for row in rows}

    def hands(self) -> list[Held]:
        """The conversations in hand, their folds as far as the changes have brought them."""
        found: list[Held] = []
        afresh: list[Wanted] = []
        for change, choice in self._chosen():
            standing = self.standings.get(change.conversation.pk)
            said = facts.of_rows(change.rows)
            if standing is None and not said and change.is_new:
                continue  # Brought from elsewhere, or filled in a moment.
            periods, is_same = _periods(standing, choice, said, change.conversation)
            if is_same or standing is None:
                hand = _go_on(change, standing, choice.terms, periods, said)
                if hand is not None:
                    found.append(hand)
                    continue
            is_reordered = facts.is_reordered(change.rows) or _is_moved(change)
            seq = change.conversation.last_item_seq
            afresh.append(Wanted(change.conversation, periods, choice.terms, seq, change.rows, is_reordered))
        return found + (refolding.refold(self.organization.pk, afresh) if afresh else [])

    def _chosen(self) -> list[tuple[Change, Choice]]:
        """Each change with the policy that applies now; asked anew only where it may be another one."""
        asked = [change for change in self.changes if self._current(change) is None]
        cases = [conditions.Case(change.conversation, None, change.is_new) for change in asked]
        answers = dict(zip(map(id, asked), choose(self.organization, cases, self.book), strict=True))
        return [
            (
                change,
                answers[id(change)] if id(change) in answers else self._current(change) or Choice(None, []),
            )
            for change in self.changes
        ]

    def _current(self, change: Change) -> Choice | None:
        """The policy that applied before, if it still does as it was."""
        standing = self.standings.get(change.conversation.pk)
        if standing is None or not standing.policies or may_have_changed(change):
            return None
        period = Period(*standing.policies[-1])
        terms = self.book.of(period.policy_id)
        is_same = terms is not None and terms.version == period.version
        return Choice(terms, period.why) if is_same else None


def _periods(
    standing: SlaStanding | None, choice: Choice, said: Sequence[Fact], conversation: Conversation
) -> tuple[list[Period], bool]:
    """The policies of a conversation with the one of now, and whether that is still the one before."""
    periods = keeping.periods_of(standing)
    if periods and periods[-1].is_of(choice.terms):
        return periods, True
    first = said[0].seq if said else conversation.last_item_seq + 1
    return [*periods, period_of(first, choice)], False


def period_of(first_seq: int, choice: Choice) -> Period:
    """That this policy applies from this place on."""
    if choice.terms is None:
        return Period(first_seq, None, 0, choice.why)
    return Period(first_seq, str(choice.terms.policy_id), choice.terms.version, choice.why)


def _go_on(
    change: Change,
    standing: SlaStanding | None,
    terms: Terms | None,
    periods: list[Period],
    said: Sequence[Fact],
) -> Held | None:
    """The fold from where it stood; None when its timeline is not simply that and something appended."""
    conversation = change.conversation
    count = sum(isinstance(row, TimelineItem) for row in change.rows)
    followed = conversation.last_item_seq - count
    if facts.is_reordered(change.rows) or conversation.merged_into_id or _is_moved(change):
        return None
    rules = terms.rules if terms else Rules()
    if standing is None:
        if followed:
            return None
        found = fold(said, rules, facts.start_of(said, conversation))
    else:
        found = Fold.of_state(rules, standing.state)
        if standing.seq != followed or (said and found.at and said[0].at < found.at):
            return None
        found.feed(said)
    return Held(conversation, found, terms, periods, conversation.last_item_seq, followed + 1)


def _is_moved(change: Change) -> bool:
    """Whether items were put into it, or taken out of it."""
    return any(name in ("conversation.merged", "conversation.split") for name, *_ in change.announced)
