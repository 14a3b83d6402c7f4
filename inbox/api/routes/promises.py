"""Promises: SLA policies, what they would mean, and the clocks that run by them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from hub.clock import now
from hub.models import Queue, SlaPolicy, Team
from inbox import directory, payloads
from inbox.actions import promises as actions
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import promises as schemas
from inbox.api.schemas import shapes
from inbox.api.schemas.shapes import promises as promised
from inbox.payloads.promises import sla_clock
from inbox.queries import one
from inbox.sla import clock_list, previewing, recomputing

router = Router(tags=["Promises"])
manage = may("settings.manage")


@router.get("/sla-policies", auth=may(), response=promised.SlaPolicyList)
def list_sla_policies(request: HttpRequest) -> HttpResponse:
    """Every policy from the top: the first one whose conditions hold applies."""
    viewer = viewer_of(request)
    rows = SlaPolicy.objects.within(viewer.organization).order_by("position", "name")
    progress = recomputing.progress(viewer.organization.pk)
    return listing(
        actions.sla_policy_shapes(viewer, list(rows)), recomputing=progress._asdict() if progress else None
    )


@router.post("/sla-policies", auth=manage, response={201: promised.SlaPolicy})
def create_sla_policy(request: HttpRequest, body: Body[schemas.SlaPolicyIn]) -> HttpResponse:
    """Make a policy, below all others. Open conversations are reckoned anew in the background."""
    viewer = viewer_of(request)
    row = actions.create_sla_policy(viewer, _fields(body))
    return answer(actions.sla_policy_shapes(viewer, [row])[0], status=201)


@router.put("/sla-policies/order", auth=manage, response=promised.SlaPolicyList)
def order_sla_policies(request: HttpRequest, body: Body[schemas.SlaOrderIn]) -> HttpResponse:
    """Put the policies into this order."""
    actions.order_sla_policies(viewer_of(request), body.ids)
    return list_sla_policies(request)


@router.post("/sla-policies/preview", auth=may(), response=promised.SlaPreview)
def preview_sla_policy(request: HttpRequest, body: Body[schemas.SlaPreviewIn]) -> HttpResponse:
    """Which policy would apply to such a conversation, and when what would be due; nothing is changed."""
    viewer = viewer_of(request)
    given = body.conversation
    channel = directory.channel(viewer, given.channel_id) if given.channel_id else None
    if given.queue_id:
        one(Queue.objects.within(viewer.organization), given.queue_id, "queue")
    if given.team_id:
        one(Team.objects.within(viewer.organization), given.team_id, "team")
    if given.assignee_id:
        directory.member(viewer, given.assignee_id)
    draft = actions.draft_terms(viewer, _fields(body.draft)) if body.draft else None
    values = previewing.values_of(given.model_dump(), channel)
    found = previewing.foresee(viewer.organization, values, body.at or now(), draft)
    terms = found.terms
    return answer(
        {
            "policy": {"id": str(terms.policy_id), "name": terms.name, "version": terms.version}
            if terms
            else None,
            "why": found.why,
            "dues": [due._asdict() | {"due_at": payloads.moment(due.due_at)} for due in found.dues],
        }
    )


@router.post("/sla-policies/recompute", auth=manage, response={202: promised.Recomputing})
def recompute_sla(request: HttpRequest, body: Body[schemas.RecomputeIn]) -> HttpResponse:
    """Reckon every clock anew, those too that have ended, under the policies as they are now."""
    viewer = viewer_of(request)
    actions.recompute_history(viewer)
    progress = recomputing.progress(viewer.organization.pk) or recomputing.Progress(0, 0)
    return answer(progress._asdict(), status=202)


@router.get("/sla-policies/{policy_id}", auth=may(), response=promised.SlaPolicy)
def get_sla_policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """One policy."""
    viewer = viewer_of(request)
    row = one(SlaPolicy.objects.within(viewer.organization), policy_id, "policy")
    return answer(actions.sla_policy_shapes(viewer, [row])[0])


@router.patch("/sla-policies/{policy_id}", auth=manage, response=promised.SlaPolicy)
def change_sla_policy(
    request: HttpRequest, policy_id: UUID, body: Body[schemas.SlaPolicyPatch]
) -> HttpResponse:
    """Change a policy; what runs by it is reckoned anew with its pauses, what has ended stays as it was."""
    viewer = viewer_of(request)
    row = actions.change_sla_policy(viewer, policy_id, _fields(body))
    return answer(actions.sla_policy_shapes(viewer, [row])[0])


@router.delete("/sla-policies/{policy_id}", auth=manage, response={204: None})
def remove_sla_policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Delete a policy; what has ended under it stays."""
    actions.remove_sla_policy(viewer_of(request), policy_id)
    return HttpResponse(status=204)


@router.get("/sla/clocks", auth=may("agents.supervise"), response=shapes.Listing[promised.RunningClock])
def list_sla_clocks(request: HttpRequest, wanted: Query[schemas.ClockFilter]) -> HttpResponse:
    """Clocks with their conversations: those that run, the first due first, else those in a state."""
    viewer = viewer_of(request)
    rows, cursor = clock_list.clocks(viewer, clock_list.Wanted(**wanted.model_dump()))
    return listing(
        [sla_clock(row) | {"conversation": clock_list.conversation(row.conversation)} for row in rows], cursor
    )


def _fields(body: Any) -> dict[str, Any]:
    """What was sent, without nulls where null means nothing."""
    given = body.model_dump(mode="json", include=body.model_fields_set)
    return {name: value for name, value in given.items() if value is not None or name == "schedule_id"}
