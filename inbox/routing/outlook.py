"""What would happen, without doing it: who would get work now, and how long what waits will wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.clock import now
from hub.models import Organization, Queue, WorkItem
from inbox.routing import policy, settings, steps
from inbox.routing.heads import behind
from inbox.routing.moves import MOST_CANDIDATES
from inbox.routing.policy import Candidate, Demand
from inbox.routing.staff import Staff

_LOOK_BACK = timedelta(hours=1)
_ENOUGH = 3
"""From fewer accepted items nothing is foretold."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would get such work now, in words, and everybody who was looked at."""

    agent_id: str | None
    text: str
    candidates: Sequence[Candidate]

    @property
    def agent(self) -> str | None:
        """The id of the agent."""
        return self.agent_id

    def shape(self) -> dict[str, Any]:
        """As the API answers it."""
        shapes = [one.shape() for one in self.candidates[:MOST_CANDIDATES]]
        return {"agent_id": self.agent_id, "text": self.text, "candidates": shapes}


def preview(
    organization: Organization,
    queue_id: UUID,
    kind: str,
    requirements: Sequence[Mapping[str, Any]] | None = None,
) -> Preview:
    """Who would be offered work of this kind that arrived in the queue now; `requirements` come on top."""
    queue = Queue.objects.within(organization).select_related("schedule").get(pk=queue_id)
    staff, at = Staff(queue), now()
    asked = [{**one, "skill": str(one["skill"])} for one in requirements or ()]
    found = steps.in_force(
        queue,
        at,
        at,
        steps.opening(queue.schedule, at),
        lambda now_asked, teams: staff.is_nobody_there(Demand(kind, staff.requirements(now_asked), teams)),
        asked,
    )
    demand = Demand(kind, staff.requirements(found.requirements), found.teams)
    candidates = policy.rank(demand, staff.agents.values())
    chosen = candidates[0] if candidates and candidates[0].verdict == policy.CHOSEN else None
    waits = queue.handing == Queue.Handing.TAKE or queue.archived_at is not None or found.queue
    agent_id = chosen.agent.id if chosen is not None and not waits else None
    return Preview(agent_id, _in_words(queue, kind, found, staff, demand, chosen), candidates)


def position(work: WorkItem) -> tuple[int, int | None]:
    """The place of a waiting item in its queue, from 1, and the seconds it may still wait; None: unknown.

    The wait is foretold from how fast the queue's items found somebody within the last hour.
    """
    if work.queue_id is None:
        return 1, None
    rows = WorkItem.objects.within(work.organization_id).filter(queue_id=work.queue_id, is_over=False)
    waiting = rows.filter(state__in=("queued", "offered"))
    place = waiting.exclude(pk=work.pk).exclude(behind(work)).count() + 1
    since = now() - _LOOK_BACK
    lately = WorkItem.objects.within(work.organization_id).filter(
        queue_id=work.queue_id, created_at__gte=since - _LOOK_BACK, first_accepted_at__gte=since
    )
    accepted = lately.count()
    if accepted < _ENOUGH:
        return place, None
    return place, round(place * _LOOK_BACK.total_seconds() / accepted)


def _in_words(
    queue: Queue, kind: str, found: steps.InForce, staff: Staff, demand: Demand, chosen: Candidate | None
) -> str:
    if queue.archived_at is not None:
        return "This queue is archived: nothing is offered from it."
    if queue.handing == Queue.Handing.TAKE:
        return "It would wait until somebody takes it: this queue offers nothing."
    if found.queue:
        target = Queue.objects.within(queue.organization_id).filter(pk=found.queue).first()
        return f"It would go on in {target or 'a queue that is gone'} at once: {'; '.join(found.reasons)}."
    if chosen is not None:
        rules = settings.of(queue.organization)
        does = "be assigned" if rules.offer_time(kind) is None else "be offered"
        return f"It would {does} to {chosen.agent.name}: {chosen.reason}."
    if reason := staff.why_never(demand):
        return f"It would wait: {reason[0].lower()}{reason[1:]}."
    if staff.is_nobody_there(demand):
        return "It would wait: nobody who could take it is here."
    return "It would wait: everybody who could take it has no room."
