"""Who could work in a queue at this moment, as the policy reads them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from hub.models import AgentSkill, Membership, Queue, Skill, TeamMember
from hub.prepared import Prepared
from inbox.routing import capacity
from inbox.routing.availability import ABSENT, Available, available
from inbox.routing.capacity import Load, Weights
from inbox.routing.membership import members
from inbox.routing.policy import Agent, Demand, Requirement, absence, obstacle, unfit


class Staff:
    """The people of an organization beside one of its queues, read once; what they are given is added."""

    def __init__(self, queue: Queue, present: Mapping[UUID, Available] | None = None) -> None:
        organization_id = queue.organization_id
        self.weights = Weights(organization_id)
        self._names = _skill_names(organization_id)
        here = available(organization_id) if present is None else present
        self.is_anybody_member = False
        self.agents = self._read(queue, here)

    def requirements(self, asked: Sequence[Mapping[str, Any]]) -> tuple[Requirement, ...]:
        """Requirements with the names of their skills."""
        return tuple(
            Requirement(str(one["skill"]), int(one["level"]), self._names.get(str(one["skill"]), ""))
            for one in asked
        )

    def may_take(self, demand: Demand) -> bool:
        """Whether anybody can take it now."""
        return any(not obstacle(demand, agent) for agent in self.agents.values())

    def is_nobody_there(self, demand: Demand) -> bool:
        """Whether nobody who is here could take it even with all the room in the world."""
        return all(unfit(demand, agent) or absence(demand, agent) for agent in self.agents.values())

    def why_never(self, demand: Demand) -> str:
        """Why nobody at all can take it, in words; empty when somebody could if they were here and free."""
        if any(not unfit(demand, agent) for agent in self.agents.values()):
            return ""
        if not self.is_anybody_member and not demand.teams:
            return "The queue has no members"
        wanted = " and ".join(map(str, demand.requirements))
        return f"Nobody here has {wanted}"[:200] if wanted else "Nobody here is a member of the queue"

    def holds(self, agent_id: str, load: Load) -> None:
        """Remember what an agent holds now."""
        self.agents[agent_id] = replace(self.agents[agent_id], load=load)

    def gone(self, agent_id: str) -> None:
        """Remember that an agent is not available any more."""
        self.agents[agent_id] = replace(self.agents[agent_id], state="offline", classes=frozenset())

    def _read(self, queue: Queue, here: Mapping[UUID, Available]) -> dict[str, Agent]:
        organization_id = queue.organization_id
        own = members(organization_id, [queue])[queue.pk]
        self.is_anybody_member = bool(own)
        teams = _teams(organization_id) if any("team" in step for step in queue.steps) else {}
        skills = _levels(organization_id) if self._names else {}
        held = capacity.loads(organization_id, list(here), self.weights)
        return {
            str(user_id): _agent(
                user_id,
                name or email,
                here.get(user_id, ABSENT),
                is_member=user_id in own,
                weights=self.weights.of(user_id),
                teams=teams.get(user_id, frozenset()),
                skills=skills.get(user_id, {}),
                load=held.get(user_id, Load()),
            )
            for user_id, name, email in _people(organization_id)
        }


def _agent(user_id: UUID, name: str, found: Available, **more: Any) -> Agent:
    return Agent(
        id=str(user_id),
        name=name,
        state=found.state,
        state_reason=found.reason,
        classes=found.classes,
        unavailable=found.unavailable,
        idle_since=found.idle_since,
        **more,
    )


def _teams(organization_id: UUID) -> Mapping[UUID, frozenset[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for user_id, team_id in TeamMember.objects.within(organization_id).values_list("user_id", "team_id"):
        found[user_id].add(str(team_id))
    return {user_id: frozenset(ids) for user_id, ids in found.items()}


def _levels(organization_id: UUID) -> Mapping[UUID, dict[str, int]]:
    found: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    rows = AgentSkill.objects.within(organization_id).values_list("user_id", "skill_id", "level")
    for user_id, skill_id, level in rows:
        found[user_id][str(skill_id)] = level
    return found


def _skill_names(organization_id: UUID) -> dict[str, str]:
    return {str(pk): name for pk, name in Skill.objects.within(organization_id).values_list("pk", "name")}


_people: Prepared[tuple[UUID, str, str]] = Prepared(
    lambda organization_id: (
        Membership.objects.within(organization_id)
        .filter(is_active=True, user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", "user__name", "user__email")
    )
)
