"""Which policy applies to a conversation, and why: the first one from the top whose conditions hold."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from hub.models import Organization
from inbox import conditions
from inbox.change import Change, standing
from inbox.sla.terms import Book, Terms

ASKABLE: frozenset[str] = frozenset(
    field.name
    for field in conditions.FIELDS
    if field.name.partition(".")[0] in ("conversation", "contact", "channel")
) - {
    "conversation.status",
    "conversation.age_minutes",
    "conversation.waiting_minutes",
    "conversation.is_new",
}
"""What a policy may ask about: what a conversation is, not what just happened to it. Otherwise promises
would come and go with each message, or with the time of day."""


class Choice(NamedTuple):
    """The policy that applies, None when none does, and the reasons in words."""

    terms: Terms | None
    why: list[dict[str, Any]]


def choose(organization: Organization, cases: Sequence[conditions.Case], book: Book) -> list[Choice]:
    """The policy of each of these; few queries for all of them, none when no policy has conditions."""
    documents = [terms.conditions for terms in book.terms]
    fields = conditions.fields_in(documents)
    if not fields:
        return [_first(book, conditions.Subject({})) for _ in cases]
    surroundings = conditions.Surroundings(organization, cases, fields)
    return [_first(book, surroundings.subject(case)) for case in cases]


def may_have_changed(change: Change) -> bool:
    """Whether another policy may apply after this change: its fields or its place are other ones.

    Messages alone change nothing that a policy may ask about.
    """
    if change.before is None or change.is_labelled:
        return True
    if any(name == "conversation.updated" for name, *_ in change.announced):
        return True
    before, after = change.before, standing(change.conversation)
    return before[1:5] != after[1:5]  # priority, assignee, team, queue


def _first(book: Book, subject: conditions.Subject) -> Choice:
    for terms in book.terms:
        verdict = conditions.evaluate(terms.conditions, subject)
        if verdict.holds:
            return Choice(terms, verdict.why)
    return Choice(None, [])
