"""People here, their teams and queues, as they leave the hub."""

from hub.models import AgentState, Queue, Team, User
from inbox.payloads.moments import Shape, id_of, moment


def agent(user: User, role: str, state: AgentState | None) -> Shape:
    """A colleague and what they say of their state."""
    return {
        "id": str(user.pk),
        "name": str(user),
        "email": user.email,
        "role": role,
        "state": state.state if state else AgentState.State.OFFLINE,
        "reason": state.reason if state else "",
        "unavailable": state.unavailable if state else {},
        "since": moment(state.since) if state else None,
    }


def presence(state: AgentState) -> Shape:
    """One agent's state as presence frames carry it."""
    return {
        "agent_id": str(state.user_id),
        "state": state.state,
        "reason": state.reason,
        "unavailable": state.unavailable,
        "since": moment(state.since),
    }


def queue(row: Queue) -> Shape:
    """A queue as the side bar lists it."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "key": row.key,
        "icon": row.icon,
        "team_id": id_of(row.team_id),
    }


def team(row: Team) -> Shape:
    """A team, without its members."""
    return {"id": str(row.pk), "name": row.name}
