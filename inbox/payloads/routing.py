"""What decides who gets which work, as it leaves the hub: queues, skills, capacity, reasons."""

from collections.abc import Collection

from hub.models import AgentSkill, CapacityPolicy, Queue, QueueMember, Skill, StateReason
from inbox.payloads.moments import Shape, id_of, moment
from inbox.payloads.people import queue


def queue_settings(row: Queue, places: Collection[QueueMember], warnings: Collection[str]) -> Shape:
    """A queue with everything that can be set, its own members, and what is strange about it."""
    return queue(row) | {
        "position": row.position,
        "is_open_to_all": row.is_open_to_all,
        "member_ids": sorted(str(place.user_id) for place in places if place.user_id),
        "member_team_ids": sorted(str(place.team_id) for place in places if place.team_id),
        "handing": row.handing,
        "schedule_id": id_of(row.schedule_id),
        "requirements": row.requirements,
        "steps": row.steps,
        "sticky_seconds": row.sticky_seconds,
        "wrap_up_seconds": row.wrap_up_seconds,
        "service_level_percent": row.service_level_percent,
        "service_level_seconds": row.service_level_seconds,
        "archived_at": moment(row.archived_at),
        "warnings": list(warnings),
    }


def skill(row: Skill, agents: int) -> Shape:
    """A skill, how many agents have it, and what that means if nobody has."""
    warnings = [] if agents else ["Nobody has this skill yet, so work that asks for it would wait."]
    return {"id": str(row.pk), "name": row.name, "agents": agents, "warnings": warnings}


def agent_skill(row: AgentSkill) -> Shape:
    """How well an agent can do something, 1 to 10."""
    return {"skill_id": str(row.skill_id), "name": row.skill.name, "level": row.level}


def capacity_policy(row: CapacityPolicy, agents: int) -> Shape:
    """A capacity policy as it was written, how many agents have it as their own, and what is strange."""
    boundless = [kind for kind, weight in row.weights.items() if weight == 0]
    warnings = [f"An agent would get any number of kind “{kind}” at once." for kind in boundless]
    return {
        "id": str(row.pk),
        "name": row.name,
        "weights": row.weights,
        "is_default": row.is_default,
        "agents": agents,
        "warnings": warnings,
    }


def state_reason(row: StateReason) -> Shape:
    """A reason that agents can give for their state."""
    return {
        "id": str(row.pk),
        "state": row.state,
        "name": row.name,
        "takes": row.takes,
        "position": row.position,
    }
