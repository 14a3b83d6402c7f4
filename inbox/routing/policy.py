"""Who gets work, as a pure function: the same people and the same work give the same answer.

Hard filters first (state, class, membership, skills, room, who was just asked), then whoever knows the
customer, then the most room in percent, then whoever is idle longest, then the id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from inbox.routing.availability import ASYNC, LIVE, REALTIME, class_of
from inbox.routing.capacity import Load

CHOSEN: Final = "chosen"
POSSIBLE: Final = "possible"
PASSED_OVER: Final = "passed_over"

_OFFLINE: Final = "offline"
_NEVER_IDLE: Final = datetime.max.replace(tzinfo=UTC)
_CLASS_WORDS: Final = {REALTIME: "calls", LIVE: "chats", ASYNC: "mail and messages"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill that work asks for, from 1 to 10; `name` is for people."""

    skill: str
    level: int
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name or 'a skill that is gone'} ≥ {self.level}"


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who may be given work: what they say, can and hold. Ids are texts."""

    id: str
    name: str
    state: str = "online"
    state_reason: str = ""
    classes: frozenset[str] = frozenset()
    unavailable: Mapping[str, str] = field(default_factory=dict)
    is_member: bool = True
    teams: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    load: Load = field(default_factory=Load)
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What an item asks for.

    `teams` are those whose members may take it although they are no members of the queue; `sticky` is the
    agent who knows the customer, `waits_for_sticky` that it is kept for them; `skipped` are {agent's id:
    why} who were asked a moment ago.
    """

    kind: str
    requirements: tuple[Requirement, ...] = ()
    teams: frozenset[str] = frozenset()
    sticky: str = ""
    waits_for_sticky: bool = False
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who was looked at; `reason` says in words why they were chosen or passed over."""

    agent: Agent
    verdict: str
    reason: str

    def shape(self) -> dict[str, Any]:
        """As decisions keep it."""
        return {
            "agent_id": self.agent.id,
            "name": self.agent.name,
            "verdict": self.verdict,
            "reason": self.reason,
        }


def rank(demand: Demand, agents: Iterable[Agent]) -> list[Candidate]:
    """Everybody in the order of preference, the first one chosen if anybody can take it."""
    able, passed = [], []
    for agent in agents:
        reason = obstacle(demand, agent)
        if reason:
            passed.append(Candidate(agent, PASSED_OVER, reason))
        else:
            able.append(agent)
    kept, skipped = _skipping(demand, able, [one.agent for one in passed])
    ordered = sorted(kept, key=lambda agent: preference(demand, agent))
    found = [
        Candidate(agent, POSSIBLE if place else CHOSEN, _merit(demand, agent, ordered))
        for place, agent in enumerate(ordered)
    ]
    rest = sorted(
        [*passed, *skipped], key=lambda one: (one.agent.state == _OFFLINE, one.agent.name, one.agent.id)
    )
    return [*found, *rest]


def obstacle(demand: Demand, agent: Agent) -> str:
    """Why this agent cannot take it now, in words; empty when they can."""
    return unfit(demand, agent) or absence(demand, agent) or _no_room(demand, agent)


def unfit(demand: Demand, agent: Agent) -> str:
    """What would keep them from it even if they were here and free: membership, skills."""
    if not agent.is_member and not (demand.teams & agent.teams):
        return "is not a member of the queue"
    for wanted in demand.requirements:
        level = agent.skills.get(wanted.skill, 0)
        if level < wanted.level:
            has = f"has {wanted.name} {level}" if level else f"does not have {wanted.name or 'the skill'}"
            return f"{has}, {wanted} is asked for"
    return ""


def absence(demand: Demand, agent: Agent) -> str:
    """What their state keeps them from: who is not here, and who takes no work of this class."""
    work_class = class_of(demand.kind)
    if agent.state == _OFFLINE:
        return f"is offline: {agent.state_reason}" if agent.state_reason else "is offline"
    if demand.waits_for_sticky and agent.id != demand.sticky:
        return "is passed over for a moment: the customer's last agent may become free"
    if work_class not in agent.classes:
        why = agent.unavailable.get(work_class) or agent.state_reason
        return f"is {agent.state}{f' ({why})' if why else ''} and gets no {_CLASS_WORDS[work_class]}"
    return ""


def preference(demand: Demand, agent: Agent) -> tuple[bool, int, datetime, str]:
    """Sorts those who can take it; the smallest is preferred."""
    return (
        agent.id != demand.sticky,
        -agent.load.spare(demand.kind),
        agent.idle_since or _NEVER_IDLE,
        agent.id,
    )


def order_of_items(
    priority_rank: int, rank_due_at: datetime, virtual_start_at: datetime, work_id: str
) -> tuple[int, datetime, datetime, str]:
    """Sorts what waits: priority, then the earliest promise, then the wait, then the id."""
    return priority_rank, rank_due_at, virtual_start_at, work_id


def _no_room(demand: Demand, agent: Agent) -> str:
    weight, spare = agent.weights[demand.kind], agent.load.spare(demand.kind)
    if weight <= spare:
        return ""
    return f"has no room: {spare} % left, {weight} % needed"


def _skipping(
    demand: Demand, able: Sequence[Agent], others: Sequence[Agent]
) -> tuple[list[Agent], list[Candidate]]:
    """Pass over who was asked a moment ago, unless nobody else is there, free or not."""
    if not any(agent.id in demand.skipped for agent in able):
        return list(able), []
    rest = [agent for agent in able if agent.id not in demand.skipped]
    is_anybody_there = rest or any(
        agent.id not in demand.skipped and not unfit(demand, agent) and not absence(demand, agent)
        for agent in others
    )
    if not is_anybody_there:
        return list(able), []
    skipped = [
        Candidate(agent, PASSED_OVER, demand.skipped[agent.id])
        for agent in able
        if agent.id in demand.skipped
    ]
    return rest, skipped


def _merit(demand: Demand, agent: Agent, ordered: Sequence[Agent]) -> str:
    """What put them where they are."""
    words = [f"{agent.load.spare(demand.kind)} % free"]
    if agent.id == demand.sticky:
        words.insert(0, "knows the customer")
    if agent.idle_since is not None:
        words.append(f"idle since {agent.idle_since.astimezone(UTC):%H:%M:%S} UTC")
    if len(ordered) == 1:
        words.append("nobody else can take it")
    return ", ".join(words)
