"""An organization's queues and agents as a simulation sees them: read once, with whatever is being tried."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hub.models import AgentSkill, Membership, Organization, Priority, Queue, Skill, TeamMember
from inbox.routing import capacity, membership, policy, settings
from inbox.routing.capacity import Load
from inbox.routing.policy import Requirement

if TYPE_CHECKING:
    from inbox.trial.simulation import Present, Waiting

_RANKS = {name: rank for rank, name in enumerate(reversed(Priority.values))}


@dataclass(frozen=True, slots=True)
class Agent:
    """What an agent can do and how much at once, whoever is there."""

    name: str
    teams: frozenset[str]
    skills: Mapping[str, int]
    weights: Mapping[str, int]


class Setup:
    """Queues, members, skills, capacity and patience, as they stand when this is read."""

    def __init__(self, organization: Organization, extra_agents: int = 0) -> None:
        pk = organization.pk
        self.queues: dict[UUID | None, Queue] = {row.pk: row for row in Queue.objects.within(pk)}
        members = membership.members(pk, list(self.queues.values()))
        self._members: dict[UUID | None, frozenset[UUID]] = dict(members.items())
        self._settings = settings.of(organization)
        self._skills = {str(row.pk): row.name for row in Skill.objects.within(pk)}
        self.agents = _agents(pk)
        self.extra = [UUID(int=number + 1) for number in range(extra_agents)]
        for number, agent_id in enumerate(self.extra, 1):
            self.agents[agent_id] = _versatile(f"Further agent {number}", self._skills)

    def hands_out(self, queue_id: UUID | None) -> bool:
        """Whether work here is given to agents; what waits to be pulled is taken as soon as one is free."""
        return queue_id in self.queues

    def steps(self, queue_id: UUID | None) -> Sequence[Mapping[str, Any]]:
        """What happens while work waits in a queue."""
        queue = self.queues.get(queue_id)
        return queue.steps if queue else ()

    def wrap_up(self, queue_id: UUID | None, kind: str) -> timedelta:
        """How long an agent is busy after the work."""
        return timedelta(seconds=self._settings.wrap_up(self.queues.get(queue_id), kind))

    def service_levels(self) -> dict[UUID | None, float]:
        """The seconds within which work should be taken, by queue."""
        return {pk: float(row.service_level_seconds) for pk, row in self.queues.items()}

    def priority_rank(self, name: str) -> int:
        """Where a priority sorts; 0 is the most urgent."""
        return _RANKS.get(name, _RANKS[Priority.NORMAL])

    def alike(self, item: "Waiting") -> tuple[Any, ...]:
        """Equal for items that the same agents can take."""
        wanted = tuple(sorted((str(one["skill"]), int(one["level"])) for one in item.requirements))
        return item.arrived.kind, wanted, frozenset(item.also_teams)

    def choose(self, item: "Waiting", present: Iterable["Present"], at: datetime) -> UUID | None:
        """Who gets it by the routing policy; None when nobody can take it."""
        demand = policy.Demand(
            kind=item.arrived.kind,
            requirements=tuple(
                Requirement(str(one["skill"]), int(one["level"]), self._skills.get(str(one["skill"]), ""))
                for one in item.requirements
            ),
            teams=frozenset(map(str, item.also_teams)),
        )
        able = [
            agent
            for one in present
            if one.agent_id in self.agents
            and not policy.obstacle(demand, agent := self._agent(one, item.queue_id))
        ]
        if not able:
            return None
        return UUID(min(able, key=lambda agent: policy.preference(demand, agent)).id)

    def _agent(self, one: "Present", queue_id: UUID | None) -> policy.Agent:
        known = self.agents[one.agent_id]
        load = Load()
        for kind in one.held.values():
            load = load.plus(kind, known.weights)
        is_member = one.agent_id in self.extra or one.agent_id in self._members.get(queue_id, ())
        return policy.Agent(
            id=str(one.agent_id),
            name=known.name,
            classes=frozenset(one.classes),
            is_member=is_member,
            teams=known.teams,
            skills=known.skills,
            weights=known.weights,
            load=load,
            idle_since=one.idle_since,
        )


def _agents(organization_id: UUID) -> dict[UUID, Agent]:
    weights = capacity.Weights(organization_id)
    teams: defaultdict[UUID, set[str]] = defaultdict(set)
    for user_id, team_id in TeamMember.objects.within(organization_id).values_list("user_id", "team_id"):
        teams[user_id].add(str(team_id))
    skills: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in AgentSkill.objects.within(organization_id):
        skills[row.user_id][str(row.skill_id)] = row.level
    people = Membership.objects.within(organization_id).filter(is_active=True).select_related("user")
    return {
        row.user_id: Agent(
            str(row.user), frozenset(teams[row.user_id]), skills[row.user_id], weights.of(row.user_id)
        )
        for row in people
    }


def _versatile(name: str, skills: Iterable[str]) -> Agent:
    """Somebody who can do everything, in every queue: to see what more hands would change."""
    return Agent(name, frozenset(), dict.fromkeys(skills, 10), capacity.WEIGHTS)
