"""Reckons clocks anew after a policy or a schedule has changed, some conversations at a time."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from hub.clock import now
from hub.jobs import enqueue
from hub.models import Conversation, Job, Organization
from inbox import conditions
from inbox.change import Change, lock_all
from inbox.sla import keeping, refolding
from inbox.sla.choosing import Choice, choose
from inbox.sla.facts import CLOSED
from inbox.sla.following import period_of, settle
from inbox.sla.keeping import Held
from inbox.sla.refolding import Wanted
from inbox.sla.terms import book

RECOMPUTE: Final = "inbox.sla_recompute"

_TOGETHER: Final = 100


class Progress(NamedTuple):
    """How many conversations have been reckoned anew, of how many."""

    done: int
    total: int


def request(organization: Organization, *, with_history: bool = False) -> None:
    """Have it done soon; called in the unit that changed something. What is asked for twice is done once.

    `with_history`: closed conversations too, and what had ended under other policies.
    """
    total = _rows(organization.pk, with_history=with_history).count()
    payload = {"organization_id": str(organization.pk), "with_history": with_history, "total": total}
    enqueue(RECOMPUTE, payload, unique_key=f"{RECOMPUTE}:{organization.pk}:{with_history}")


def progress(organization_id: UUID) -> Progress | None:
    """How far it is; None when nothing is being reckoned anew."""
    jobs = Job.objects.filter(name=RECOMPUTE, state__in=["ready", "running"])
    payloads = [job.payload for job in jobs if job.payload.get("organization_id") == str(organization_id)]
    if not payloads:
        return None
    furthest = min(payloads, key=lambda payload: payload.get("done", 0))
    return Progress(furthest.get("done", 0), max(furthest.get("total", 0), furthest.get("done", 0)))


def recompute(organization_id: str, total: int, with_history: bool, after: str = "", done: int = 0) -> None:
    """The job: the next conversations, and a job for those behind them. One unit of work."""
    organization = Organization.objects.get(pk=organization_id)
    rows = _rows(organization.pk, with_history=with_history)
    rows = rows.filter(pk__gt=UUID(after)) if after else rows
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:_TOGETHER])
    anew(organization, lock_all(organization, ids), with_history=with_history)
    if len(ids) == _TOGETHER:
        payload = {"organization_id": organization_id, "total": total, "with_history": with_history}
        enqueue(RECOMPUTE, payload | {"after": str(ids[-1]), "done": done + len(ids)})


def anew(
    organization: Organization, conversations: Sequence[Conversation], *, with_history: bool = False
) -> list[Held]:
    """Reckon these, which are locked, out of their timelines under the policies of now; tell whose ring
    is another one. Pauses stay what they were, and so does what has ended, unless `with_history`."""
    changes = {row.pk: Change(row, None) for row in conversations}
    rings = {row.pk: row.sla for row in conversations}
    choices = choose(organization, [conditions.Case(row) for row in conversations], book(organization.pk))
    rows = keeping.standings(organization.pk, [row.pk for row in conversations]) if conversations else []
    standings = {row.conversation_id: row for row in rows}
    wanted = [
        _wanted(row, keeping.periods_of(standings.get(row.pk)), choice, with_history=with_history)
        for row, choice in zip(conversations, choices, strict=True)
        if standings.get(row.pk) is not None or choice.terms is not None
    ]
    hands = refolding.refold(organization.pk, wanted)
    keeping.write(organization.pk, hands, now())
    settle(organization, changes, hands, rings)
    return hands


def _wanted(
    row: Conversation, periods: list[keeping.Period], choice: Choice, *, with_history: bool
) -> Wanted:
    if with_history:
        periods = [period_of(0, choice)]
    elif not periods or not periods[-1].is_of(choice.terms):
        periods = [*periods, period_of(row.last_item_seq + 1, choice)]
    return Wanted(row, periods, choice.terms, row.last_item_seq, is_reordered=with_history)


def _rows(organization_id: UUID, *, with_history: bool) -> Any:
    """The conversations that it concerns: those that are not done, or all."""
    rows = Conversation.objects.within(organization_id)
    return rows if with_history else rows.exclude(status__in=CLOSED)
