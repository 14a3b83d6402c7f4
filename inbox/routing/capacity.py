"""How much work an agent holds, in weights of 100, and what they have room for.

Calls and chats share one 100: somebody listens or looks on. What can wait (mail, SMS, social) is counted
against the same 100 together with them, but it is interruptible: it never takes room from a call or a chat.
An agent with twenty mails still gets a call; an agent on a call gets no new mail.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db.models import Count

from hub.models import AgentCapacity, CapacityPolicy, Membership, Offer, WorkItem, WorkKind
from hub.prepared import Prepared
from inbox.routing.availability import ASYNC, class_of

FULL: Final = 100

WEIGHTS: Final[Mapping[str, int]] = {
    WorkKind.VOICE.value: 100,
    WorkKind.VIDEO.value: 100,
    WorkKind.CHAT.value: 30,
    WorkKind.SMS.value: 10,
    WorkKind.SOCIAL.value: 10,
    WorkKind.EMAIL.value: 5,
}
"""What each kind of work weighs where an organization says nothing else."""

HELD: Final = (WorkItem.State.ACTIVE, WorkItem.State.WRAPPING)
"""The states in which work takes room; what waits on its customer weighs nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What an agent holds: `pressing` are calls and chats, `patient` is what can be interrupted."""

    pressing: int = 0
    patient: int = 0

    @property
    def used(self) -> int:
        """All of it; more than 100 where people gave somebody more than fits."""
        return self.pressing + self.patient

    def spare(self, kind: str) -> int:
        """How much room there is for this kind of work, in percent."""
        used = self.used if class_of(kind) == ASYNC else self.pressing
        return max(0, FULL - used)

    def fits(self, kind: str, weights: Mapping[str, int]) -> bool:
        """Whether one more of this kind fits."""
        return weights[kind] <= self.spare(kind)

    def plus(self, kind: str, weights: Mapping[str, int], count: int = 1) -> "Load":
        """The load with so many more of this kind."""
        weight = weights[kind] * count
        if class_of(kind) == ASYNC:
            return replace(self, patient=self.patient + weight)
        return replace(self, pressing=self.pressing + weight)


class Weights:
    """The weights that hold for each agent of an organization. Two queries."""

    def __init__(self, organization_id: UUID) -> None:
        policies = {row.pk: row for row in _policies(organization_id)}
        own = _own_policies(organization_id) if policies else []
        usual = [row.weights for row in policies.values() if row.is_default]
        self._usual: Mapping[str, int] = _completed(usual[0] if usual else {})
        self._own = {row.user_id: _completed(policies[row.policy_id].weights) for row in own}

    def of(self, user_id: UUID) -> Mapping[str, int]:
        """What each kind of work weighs for this agent."""
        return self._own.get(user_id, self._usual)


def loads(
    organization_id: UUID, user_ids: Collection[UUID], weights: Weights, *, but: UUID | None = None
) -> dict[UUID, Load]:
    """What each of these agents holds, offers that stand included; `but` is work that does not count."""
    found = dict.fromkeys(user_ids, Load())
    for user_id, kind, count in _held(organization_id, user_ids, but):
        if user_id in found and kind in WEIGHTS:
            found[user_id] = found[user_id].plus(kind, weights.of(user_id), count)
    return found


def lock(organization_id: UUID, user_ids: Iterable[UUID]) -> None:
    """Let nobody else count these agents' room until the transaction ends; rows in the order of their ids."""
    rows = Membership.objects.within(organization_id).filter(user_id__in=sorted(set(user_ids)))
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def room(organization_id: UUID, user_id: UUID, *, but: UUID | None = None) -> tuple[Load, Mapping[str, int]]:
    """Lock an agent's room and count it: what they hold, and what work weighs for them."""
    lock(organization_id, [user_id])
    weights = Weights(organization_id)
    return loads(organization_id, [user_id], weights, but=but)[user_id], weights.of(user_id)


def _held(
    organization_id: UUID, user_ids: Collection[UUID], but: UUID | None
) -> Iterable[tuple[UUID, str, int]]:
    counts: defaultdict[tuple[UUID, str], int] = defaultdict(int)
    works = WorkItem.objects.within(organization_id).filter(
        assignee_id__in=user_ids, is_over=False, state__in=HELD
    )
    offers = Offer.objects.within(organization_id).filter(agent_id__in=user_ids, status=Offer.Status.PENDING)
    if but is not None:
        works, offers = works.exclude(pk=but), offers.exclude(work_id=but)
    for user_id, kind, count in works.values_list("assignee_id", "kind").annotate(Count("pk")).order_by():
        counts[user_id, kind] += count
    for user_id, kind in offers.values_list("agent_id", "work__kind").order_by():
        counts[user_id, kind] += 1
    return ((user_id, kind, count) for (user_id, kind), count in counts.items())


def _completed(weights: Mapping[str, int]) -> dict[str, int]:
    known = {kind: weight for kind, weight in weights.items() if kind in WEIGHTS and isinstance(weight, int)}
    return {**WEIGHTS, **known}


_policies = Prepared[CapacityPolicy](
    lambda organization_id: CapacityPolicy.objects.within(organization_id).order_by("pk")
)
_own_policies = Prepared[AgentCapacity](lambda organization_id: AgentCapacity.objects.within(organization_id))
