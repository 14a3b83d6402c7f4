"""Agents as routing sees them: what they are on, their skills and capacity, and reasons for their states."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from hub.models import CapacityPolicy
from hub.viewer import Viewer
from inbox import actions, directory, payloads, roster
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import routing, shapes
from inbox.api.schemas.kinds import Sent

router = Router(tags=["Agents"])
manage = may("settings.manage")


@router.get("/agents", auth=may(), response=shapes.Listing[shapes.AgentAtWork])
def list_agents(request: HttpRequest) -> HttpResponse:
    """Everyone who works here, with their state; how they work is for supervisors, and of oneself."""
    return listing(roster.agents(viewer_of(request)))


@router.patch("/agents/{user_id}", auth=manage, response=shapes.AgentAtWork)
def change_agent(request: HttpRequest, user_id: UUID, body: Body[routing.AgentPatch]) -> HttpResponse:
    """Give an agent a capacity policy of their own, or take it away."""
    viewer = viewer_of(request)
    member = directory.member(viewer, user_id)
    if "capacity_policy_id" in body.model_fields_set:
        actions.set_agent_capacity(viewer, user_id, body.capacity_policy_id)
    return answer(roster.agent(viewer, member))


@router.get("/agents/{user_id}/skills", auth=may(), response=shapes.Listing[shapes.AgentSkill])
def list_agent_skills(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What an agent can do, and how well."""
    viewer = viewer_of(request)
    directory.member(viewer, user_id)
    return listing([payloads.agent_skill(row) for row in directory.agent_skills(viewer, user_id)])


@router.put("/agents/{user_id}/skills", auth=manage, response=shapes.Listing[shapes.AgentSkill])
def set_agent_skills(request: HttpRequest, user_id: UUID, body: Body[routing.AgentSkillsIn]) -> HttpResponse:
    """Say everything that an agent can do; what is not named they cannot."""
    rows = actions.set_agent_skills(viewer_of(request), user_id, body.model_dump()["skills"])
    return listing([payloads.agent_skill(row) for row in rows])


@router.get("/capacity-policies", auth=may(), response=shapes.Listing[shapes.CapacityPolicy])
def list_capacity_policies(request: HttpRequest) -> HttpResponse:
    """Every capacity policy by name, with the weights that the hub has where none of its own says so."""
    viewer = viewer_of(request)
    holders = directory.policy_holders(viewer)
    rows = directory.capacity_policies(viewer)
    return listing([payloads.capacity_policy(row, holders.get(row.pk, 0)) for row in rows])


@router.post("/capacity-policies", auth=manage, response={201: shapes.CapacityPolicy})
def create_capacity_policy(request: HttpRequest, body: Body[routing.CapacityPolicyIn]) -> HttpResponse:
    """Make a capacity policy; the default one holds for everybody without another."""
    row = actions.create_capacity_policy(viewer_of(request), body.model_dump())
    return answer(payloads.capacity_policy(row, 0), status=201)


@router.patch("/capacity-policies/{capacity_policy_id}", auth=manage, response=shapes.CapacityPolicy)
def change_capacity_policy(
    request: HttpRequest, capacity_policy_id: UUID, body: Body[routing.CapacityPolicyPatch]
) -> HttpResponse:
    """Change a capacity policy."""
    viewer = viewer_of(request)
    return _policy(viewer, actions.change_capacity_policy(viewer, capacity_policy_id, _given(body)))


@router.delete("/capacity-policies/{capacity_policy_id}", auth=manage, response={204: None})
def remove_capacity_policy(request: HttpRequest, capacity_policy_id: UUID) -> HttpResponse:
    """Delete a capacity policy; for its agents the default holds again."""
    actions.remove_capacity_policy(viewer_of(request), capacity_policy_id)
    return HttpResponse(status=204)


@router.get("/state-reasons", auth=may(), response=shapes.Listing[shapes.StateReason])
def list_state_reasons(request: HttpRequest) -> HttpResponse:
    """The reasons that agents can give for their state, by state."""
    return listing([payloads.state_reason(row) for row in directory.state_reasons(viewer_of(request))])


@router.post("/state-reasons", auth=manage, response={201: shapes.StateReason})
def create_state_reason(request: HttpRequest, body: Body[routing.StateReasonIn]) -> HttpResponse:
    """Make a reason; without `takes` its agents get no new work at all."""
    row = actions.create_state_reason(viewer_of(request), body.model_dump())
    return answer(payloads.state_reason(row), status=201)


@router.patch("/state-reasons/{reason_id}", auth=manage, response=shapes.StateReason)
def change_state_reason(
    request: HttpRequest, reason_id: UUID, body: Body[routing.StateReasonPatch]
) -> HttpResponse:
    """Change a reason."""
    row = actions.change_state_reason(viewer_of(request), reason_id, _given(body))
    return answer(payloads.state_reason(row))


@router.delete("/state-reasons/{reason_id}", auth=manage, response={204: None})
def remove_state_reason(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    """Delete a reason; who gave it stays in the state."""
    actions.remove_state_reason(viewer_of(request), reason_id)
    return HttpResponse(status=204)


def _policy(viewer: Viewer, row: CapacityPolicy) -> HttpResponse:
    return answer(payloads.capacity_policy(row, directory.policy_holders(viewer).get(row.pk, 0)))


def _given(body: Sent) -> dict[str, Any]:
    return {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
