"""What a rule would have done to recent conversations, without doing any of it."""

import copy
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from hub.clock import now
from hub.models import Conversation, ConversationLabel, Organization, Priority, Status, TimelineItem
from inbox.conditions import Case, Surroundings, evaluate, fields_in, latest_messages
from inbox.rules import deeds
from inbox.rules.checking import Draft
from inbox.rules.means import Means
from inbox.rules.triggers import Timer, duration, names_of, timer_of
from inbox.rules.verbs import Standing

MOST: Final = 200
"""Conversations that are looked at."""

SHOWN: Final = 50
"""Of those that match, and of the others, so many are told."""

Direction = TimelineItem.Direction


class Looked(NamedTuple):
    """One conversation: whether the rule would have acted, why (not), and what it would have done."""

    conversation: Conversation
    matches: bool
    why: list[dict[str, Any]]
    would: list[dict[str, Any]]


class DryRun(NamedTuple):
    """At how many conversations it looked, how many of them match, and some of them, matches first."""

    looked_at: int
    matched: int
    shown: list[Looked]


def dry_run(draft: Draft, organization: Organization, limit: int = MOST) -> DryRun:
    """Ask a rule that may be saved of the latest conversations, as they stand now.

    A rule on beginnings sees them as they began. Reads only: nothing is written, locked or rationed.
    """
    timer = timer_of(draft.trigger)
    rows = list(_recent(organization, timer)[: min(limit, MOST)])
    cases = _cases(organization, draft, rows)
    surroundings = Surroundings(organization, cases, fields_in([draft.conditions]))
    found = [_ask(case, draft, surroundings, timer) for case in cases]
    if any(names_of(draft.trigger)) and len(cases) < len(rows):
        without = {row.pk for row in rows} - {case.conversation.pk for case in cases}
        found += [_silent(row) for row in rows if row.pk in without]
    matching = [one for one in found if one.matches]
    others = sorted((one for one in found if not one.matches), key=_nearness)
    told = _foretold(organization, draft, matching[:SHOWN], {case.conversation.pk: case for case in cases})
    return DryRun(len(rows), len(matching), [*told, *others[:SHOWN]])


def _recent(organization: Organization, timer: Timer | None) -> QuerySet[Conversation]:
    rows = Conversation.objects.within(organization).select_related("requester")
    if timer is not None and timer.since == "status":
        rows = rows.filter(status=timer.status)
    elif timer is not None and timer.since != "created_at":
        rows = rows.filter(is_active__in=[True])
    return rows.order_by("-last_activity_at", "-id")


def _cases(organization: Organization, draft: Draft, rows: Sequence[Conversation]) -> list[Case]:
    """The occasions: of what was said the latest, of beginnings the first message."""
    named = names_of(draft.trigger)
    if named and all(name == "conversation.created" for name in named):
        return _beginnings(organization, rows)
    of_messages = [name for name in named if name.startswith("message.")]
    only: dict[str, Any] = {}
    if of_messages and of_messages == named and len(set(of_messages)) == 1:
        only = _MESSAGES[of_messages[0]]
    items = latest_messages(organization, rows, **only)
    cases = [Case(row, items.get(row.pk), row.last_item_seq <= 1) for row in rows]
    return [case for case in cases if case.item] if of_messages == named and named else cases


_MESSAGES: Final[dict[str, dict[str, Any]]] = {
    "message.received": {"direction": Direction.INBOUND},
    "message.sent": {"direction": Direction.OUTBOUND, "message__is_automatic": False},
    "message.created": {},
}


def _beginnings(organization: Organization, rows: Sequence[Conversation]) -> list[Case]:
    firsts = TimelineItem.objects.within(organization).filter(
        conversation_id__in=[row.pk for row in rows], kind=TimelineItem.Kind.MESSAGE
    )
    firsts = firsts.select_related("message__channel", "author_user", "author_identity__contact")
    by_conversation: dict[UUID, TimelineItem] = {}
    for item in firsts.defer("message__html").order_by("conversation_id", "seq"):
        by_conversation.setdefault(item.conversation_id, item)
    return [
        Case(_as_begun(row, by_conversation.get(row.pk)), by_conversation.get(row.pk), True) for row in rows
    ]


def _as_begun(row: Conversation, item: TimelineItem | None) -> Conversation:
    """A copy that stands as conversations begin; it is never saved."""
    begun = copy.copy(row)
    begun.status, begun.priority, begun.is_active = Status.NEW, Priority.NORMAL, True
    begun.assignee_id = begun.team_id = None
    begun.custom = {}
    begun.created_at = begun.waiting_since = now()
    if item is not None:
        begun.queue_id = item.message.channel.queue_id
        begun.channel_ids = [str(item.message.channel_id)]
    return begun


def _ask(case: Case, draft: Draft, surroundings: Surroundings, timer: Timer | None) -> Looked:
    verdict = evaluate(draft.conditions, surroundings.subject(case))
    if timer is None:
        return Looked(case.conversation, verdict.holds, verdict.why, [])
    began = timer.began(case.conversation)
    is_due = began is not None and now() - began >= timer.after
    for_how_long = f"for {duration(now() - began)}" if began is not None else "not at all"
    line = {
        "text": f"The time counts {for_how_long}, of {duration(timer.after)}",
        "holds": is_due,
        "depth": 0,
    }
    return Looked(case.conversation, is_due and verdict.holds, [line, *verdict.why], [])


def _silent(row: Conversation) -> Looked:
    return Looked(row, False, [{"text": "No such message has been written", "holds": False, "depth": 0}], [])


def _nearness(looked: Looked) -> int:
    """The fewer conditions failed, the nearer it was."""
    return sum(1 for line in looked.why if not line["holds"])


def _foretold(
    organization: Organization, draft: Draft, matching: Sequence[Looked], cases: dict[UUID, Case]
) -> list[Looked]:
    means, labels = Means(organization), _labels(organization, [one.conversation for one in matching])
    told = []
    for one in matching:
        case = cases[one.conversation.pk]
        standing = Standing(case.conversation, labels.get(case.conversation.pk, ()), case.item)
        told.append(one._replace(would=deeds.foresee(standing, draft.actions, means)))
    return told


def _labels(organization: Organization, rows: Sequence[Conversation]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    labelled = ConversationLabel.objects.within(organization).filter(
        conversation_id__in=[row.pk for row in rows]
    )
    for conversation_id, name in labelled.values_list("conversation_id", "label__name"):
        found.setdefault(conversation_id, set()).add(name)
    return found
