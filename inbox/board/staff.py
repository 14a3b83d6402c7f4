"""Who works here and in which queues, with what each agent says of their state."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hub.models import AgentState, Membership, Queue, Team, TeamMember
from inbox.payloads import Shape, moment
from inbox.routing import capacity, membership

_OFFLINE: Shape = {"state": AgentState.State.OFFLINE.value, "reason": "", "since": None, "unavailable": {}}


@dataclass
class Staff:
    """The organization's queues, teams and agents, by their ids as text."""

    queues: dict[str, Queue] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    teams_of: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    states: dict[str, Shape] = field(default_factory=dict)
    weights: capacity.Weights | None = None

    def take(self, agent: Mapping[str, Any]) -> bool:
        """Take an agent's state out of an event; False for somebody who was not known yet."""
        self.states[agent["id"]] = {key: agent.get(key, _OFFLINE[key]) for key in _OFFLINE}
        return agent["id"] in self.names

    def state(self, user_id: str) -> Shape:
        """What an agent says of their state; offline for one who never said anything."""
        return self.states.get(user_id, _OFFLINE)

    def load(self, user_id: str, kinds: Iterable[str]) -> int:
        """What work of these kinds takes of an agent's 100."""
        weighs = self.weights.of(UUID(user_id)) if self.weights else capacity.WEIGHTS
        return sum(weighs.get(kind, 0) for kind in kinds)

    def counted(self, queue_id: str) -> dict[str, int]:
        """How many of a queue's members are online, away and busy."""
        found = Counter(self.state(user_id)["state"] for user_id in self.members.get(queue_id, ()))
        return {state: found[state] for state in ("online", "away", "busy")}


def read(organization_id: UUID) -> Staff:
    """The staff as the tables have it now."""
    staff = Staff(weights=capacity.Weights(organization_id))
    queues = Queue.objects.within(organization_id).filter(archived_at__isnull=True)
    staff.queues = {str(row.pk): row for row in queues.order_by("position", "name", "id")}
    staff.teams = {
        str(row.pk): row.name for row in Team.objects.within(organization_id).order_by("name", "id")
    }
    people = Membership.objects.within(organization_id).filter(is_active=True, user__is_active=True)
    for place in people.select_related("user").order_by("user__name", "user_id"):
        staff.names[str(place.user_id)] = str(place.user)
    for user_id, team_id in TeamMember.objects.within(organization_id).values_list("user_id", "team_id"):
        staff.teams_of[str(user_id)].append(str(team_id))
    members = membership.members(organization_id, staff.queues.values())
    staff.members = {key: frozenset(map(str, members[row.pk])) for key, row in staff.queues.items()}
    for row in AgentState.objects.within(organization_id).filter(until__isnull=True):
        staff.states[str(row.user_id)] = {
            "state": row.state,
            "reason": row.reason,
            "since": moment(row.since),
            "unavailable": row.unavailable,
        }
    return staff
