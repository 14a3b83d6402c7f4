"""Rules on time: finds the conversations whose time has come by an index, and looks at each once.

A rule remembers how far it has looked (`Rule.swept_to`), and what it did on which occasion (`RuleRun`), so a
sweep that died half-way goes on where it stopped. An occasion is the moment from which the time counts: who
waits anew is a new one. A rule looks when the time has come, and not again when its conditions hold later.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from hub.clock import now
from hub.jobs import enqueue
from hub.models import Conversation, Organization, Rule, RuleRun
from hub.transaction import unit
from inbox.change import Change, finish_all, lock_all
from inbox.conditions import Surroundings, cases_of, evaluate, fields_in
from inbox.rules import deeds
from inbox.rules.following import actor_of, run_of
from inbox.rules.means import Means
from inbox.rules.triggers import Timer, timer_of

SWEEP: Final = "inbox.sweep_rule"
"""The job that has one rule look."""

BATCH: Final = 50
"""Conversations that a rule looks at in one transaction."""

BATCHES: Final = 20
"""Of them in one sweep, so that no rule holds up the others for long."""

_STANDING: Final = frozenset({"waiting_since", "status"})
"""Where a new rule also looks at those whose time had come before: they are still waiting, or still so."""

_APART: Final = timedelta(hours=1)
"""More than lies between the making of an id and the moment that is kept as the beginning."""

_FIRST_ID: Final = UUID(int=0)


class _Place(NamedTuple):
    """How far a rule has looked."""

    at: datetime
    id: UUID


def enqueue_all() -> None:
    """Have every rule on time look at what is due, each in a job of its own, so that none spoils another."""
    rows = Rule.objects.unscoped("the clock strikes for every organization").filter(is_active=True)
    for rule_id in rows.filter(trigger__after__isnull=False).order_by("id").values_list("id", flat=True):
        enqueue(SWEEP, {"rule_id": str(rule_id)}, unique_key=f"{SWEEP}:{rule_id}")


def sweep_rule(rule_id: str) -> None:
    """Have the rule of this id look, if there still is one."""
    rows = Rule.objects.unscoped("the worker's own job names the row").select_related("organization")
    rule = rows.filter(pk=rule_id).first()
    if rule is not None:
        sweep(rule)


def sweep(rule: Rule) -> int:
    """Have one rule look at what is due by now, the longest due first; at how many it did."""
    timer = timer_of(rule.trigger)
    looked = 0
    for _ in range(BATCHES if timer else 0):
        assert timer is not None
        with unit():
            locked = Rule.objects.within(rule.organization).select_for_update().filter(pk=rule.pk).first()
            if locked is None or not locked.is_active or locked.trigger != rule.trigger:
                break
            found = _sweep(rule.organization, locked, timer)
        looked += found
        if found < BATCH:
            break
    return looked


def _sweep(organization: Organization, rule: Rule, timer: Timer) -> int:
    cutoff = now() - timer.after
    due = list(due_conversations(organization, timer, _place(rule, timer), cutoff)[:BATCH])
    if not due:
        return 0
    last = due[-1]
    began = timer.began(last)
    rule.swept_to = {"at": began.isoformat(), "id": str(last.pk)}
    rule.save(update_fields=["swept_to"])
    conversations = lock_all(organization, [row.pk for row in due])
    still = [row for row in conversations if (began := timer.began(row)) and began <= cutoff]
    _look(organization, rule, timer, _without_known(rule, timer, still))
    return len(due)


def due_conversations(
    organization: Organization, timer: Timer, after: _Place, until: datetime
) -> QuerySet[Conversation]:
    """Those whose moment lies after a place and not after `until`, in its order; a range of one index."""
    rows = Conversation.objects.within(organization)
    if timer.since == "created_at":
        # Ids grow with time, and there is no index of beginnings. What was imported began long before.
        low = max(after.id, _id_at(after.at))
        return rows.filter(pk__gt=low, pk__lt=_id_at(until), created_at__gte=after.at - _APART).order_by("pk")
    if timer.since == "status":
        rows, column = rows.filter(status=timer.status), "status_since"
    elif timer.since == "waiting_since":
        rows, column = rows.filter(is_active=True, waiting_since__isnull=False), "waiting_since"
    else:
        rows, column = rows.filter(is_active__in=[True]), "last_activity_at"
    rows = rows.filter(**{f"{column}__gte": after.at, f"{column}__lte": until})
    rows = rows.filter(Q(**{f"{column}__gt": after.at}) | Q(pk__gt=after.id))
    return rows.order_by(column, "pk")


def _place(rule: Rule, timer: Timer) -> _Place:
    known: dict[str, Any] = rule.swept_to
    if known:
        return _Place(datetime.fromisoformat(known["at"]), UUID(known["id"]))
    if timer.since in _STANDING:
        return _Place(datetime.fromtimestamp(0, UTC), _FIRST_ID)
    return _Place(rule.updated_at - timer.after, _FIRST_ID)


def _id_at(moment: datetime) -> UUID:
    """The smallest UUIDv7 (RFC 9562) of a moment."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return UUID(int=milliseconds << 80)


def _without_known(rule: Rule, timer: Timer, rows: Sequence[Conversation]) -> list[Conversation]:
    """Those on whose occasion the rule has not acted yet."""
    known = set(
        RuleRun.objects.within(rule.organization_id)
        .filter(rule=rule, conversation_id__in=[row.pk for row in rows])
        .values_list("conversation_id", "occasion")
    )
    return [row for row in rows if (row.pk, timer.occasion(row)) not in known]


def _look(organization: Organization, rule: Rule, timer: Timer, rows: Sequence[Conversation]) -> None:
    """Ask the conditions of conversations in hand, and act where they hold."""
    fields = fields_in([rule.conditions])
    cases = cases_of(organization, rows, fields)
    surroundings, means, changes = Surroundings(organization, cases, fields), Means(organization), []
    for case in cases:
        verdict = evaluate(rule.conditions, surroundings.subject(case))
        if not verdict.holds:
            continue
        change, occasion = Change(case.conversation, None), timer.occasion(case.conversation)
        done = deeds.apply(change, rule.actions, by=actor_of(rule), means=means)
        run = run_of(change, rule, occasion, verdict.why, done)
        if change.announced:
            change.rows.append(run)
            changes.append(change)
        else:
            run.save(force_insert=True)
    finish_all(organization, changes)
