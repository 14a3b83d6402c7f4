"""Who works here and how: states, classes, capacity, skills, and what each agent is on."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from hub.models import AgentCapacity, AgentSkill, AgentState, Membership, WorkItem
from hub.viewer import Viewer
from inbox import directory, payloads
from inbox.routing import availability, capacity
from realtime import presence

SUPERVISE = "agents.supervise"


def agents(viewer: Viewer) -> list[payloads.Shape]:
    """Everyone who works here, by name.

    How they work comes along for those who may supervise, and of the viewer; a fixed number of queries.
    """
    members = directory.members(viewer)
    states = directory.agent_states(viewer)
    seen = [row for row in members if viewer.may(SUPERVISE) or row.user_id == viewer.user.pk]
    work = _at_work(viewer, seen, states)
    return [
        payloads.agent(row.user, row.role, states.get(row.user_id)) | work.get(row.user_id, {})
        for row in members
    ]


def agent(viewer: Viewer, member: Membership) -> payloads.Shape:
    """One of them, as `agents` shows them to the viewer."""
    return next(shape for shape in agents(viewer) if shape["id"] == str(member.user_id))


def _at_work(
    viewer: Viewer, members: Sequence[Membership], states: Mapping[UUID, AgentState]
) -> dict[UUID, payloads.Shape]:
    organization_id = viewer.organization.pk
    ids = [row.user_id for row in members]
    reasons = availability.takes_by_reason(organization_id)
    here = presence.whereabouts(organization_id).here
    loads = capacity.loads(organization_id, ids, capacity.Weights(organization_id))
    policies = dict(AgentCapacity.objects.within(organization_id).values_list("user_id", "policy_id"))
    skills, on = _skills(organization_id), _on(organization_id)
    return {
        user_id: {
            "classes": _classes(states.get(user_id), reasons, here),
            "capacity": {"used": loads[user_id].used, "total": capacity.FULL},
            "capacity_policy_id": payloads.id_of(policies.get(user_id)),
            "skills": skills.get(user_id, []),
            "on": on.get(user_id, []),
        }
        for user_id in ids
    }


def _classes(
    state: AgentState | None, reasons: Mapping[tuple[str, str], frozenset[str]], here: Collection[str]
) -> list[str]:
    if state is None or str(state.user_id) not in here:
        return []
    said = availability.said_classes(state, reasons)
    return [one for one in availability.CLASSES if one in said]


def _skills(organization_id: UUID) -> Mapping[UUID, list[payloads.Shape]]:
    found: defaultdict[UUID, list[payloads.Shape]] = defaultdict(list)
    rows = AgentSkill.objects.within(organization_id).select_related("skill")
    for row in rows.order_by("skill__name", "pk"):
        found[row.user_id].append(payloads.agent_skill(row))
    return found


def _on(organization_id: UUID) -> Mapping[Any, list[str]]:
    """The conversations that each agent works on, the oldest first."""
    found: defaultdict[Any, list[str]] = defaultdict(list)
    rows = WorkItem.objects.within(organization_id).filter(
        is_over=False, state__in=capacity.HELD, assignee__isnull=False
    )
    for user_id, conversation_id in rows.order_by("accepted_at", "pk").values_list(
        "assignee_id", "conversation_id"
    ):
        if str(conversation_id) not in found[user_id]:
            found[user_id].append(str(conversation_id))
    return found
