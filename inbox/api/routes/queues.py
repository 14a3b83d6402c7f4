"""Queues: where work waits, who takes it, what happens meanwhile; and how patient routing is."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from hub.models import Queue
from hub.viewer import Viewer
from inbox import actions, directory
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import routing, shapes
from inbox.errors import Invalid
from inbox.routing import outlook, queue_checks, settings

router = Router(tags=["Queues"])
manage = may("settings.manage")

_NULLABLE = frozenset({"team_id", "schedule_id", "wrap_up_seconds"})


@router.get("/queues", auth=may(), response=shapes.Listing[shapes.Queue])
def list_queues(request: HttpRequest) -> HttpResponse:
    """Every queue that is not archived, in the order of the side bar."""
    viewer = viewer_of(request)
    return listing(directory.queue_shapes(viewer, directory.queues(viewer)))


@router.post("/queues", auth=manage, response={201: shapes.Queue})
def create_queue(request: HttpRequest, body: Body[routing.QueueIn]) -> HttpResponse:
    """Make a queue. `warnings` say what is strange about it although it was saved."""
    viewer = viewer_of(request)
    fields = _fields(body)
    if "is_open_to_all" not in fields:
        fields["is_open_to_all"] = not {"team_id", "member_ids", "member_team_ids"} & fields.keys()
    return _one(viewer, actions.create_queue(viewer, fields), status=201)


@router.get("/queues/{queue_id}", auth=may(), response=shapes.Queue)
def get_queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """One queue, also when it is archived."""
    viewer = viewer_of(request)
    return _one(viewer, directory.queue(viewer, queue_id))


@router.patch("/queues/{queue_id}", auth=manage, response=shapes.Queue)
def change_queue(request: HttpRequest, queue_id: UUID, body: Body[routing.QueuePatch]) -> HttpResponse:
    """Change a queue; what waits in it is looked at again at once."""
    viewer = viewer_of(request)
    return _one(viewer, actions.change_queue(viewer, queue_id, _fields(body)))


@router.delete("/queues/{queue_id}", auth=manage, response={204: None})
def remove_queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Delete a queue, or archive it with its history; 409 while something waits in it or leads into it."""
    actions.remove_queue(viewer_of(request), queue_id)
    return HttpResponse(status=204)


@router.post("/queues/{queue_id}/preview", auth=may(), response=shapes.Preview)
def preview_queue(request: HttpRequest, queue_id: UUID, body: Body[routing.PreviewIn]) -> HttpResponse:
    """Who would be offered such work if it arrived now, and why nobody else; nothing is changed."""
    viewer = viewer_of(request)
    row = directory.queue(viewer, queue_id)
    given = body.model_dump(mode="json")
    requirements = given["requirements"] or []
    if wrong := queue_checks.wrong_requirements(viewer.organization.pk, requirements):
        raise Invalid({"requirements": wrong})
    found = outlook.preview(viewer.organization, row.pk, given["kind"], requirements)
    return answer(found.shape())


@router.get("/routing-settings", auth=may(), response=shapes.RoutingSettings)
def get_routing_settings(request: HttpRequest) -> HttpResponse:
    """How long offers stand and the like: the organization's own numbers over the hub's."""
    return answer(asdict(settings.of(viewer_of(request).organization)))


@router.patch("/routing-settings", auth=manage, response=shapes.RoutingSettings)
def change_routing_settings(request: HttpRequest, body: Body[routing.RoutingSettingsPatch]) -> HttpResponse:
    """Change some of the numbers; null takes one's own out again, so that the hub's holds."""
    changes = body.model_dump(exclude_unset=True)
    return answer(asdict(actions.change_routing_settings(viewer_of(request), changes)))


def _one(viewer: Viewer, row: Queue, status: int = 200) -> HttpResponse:
    return answer(directory.queue_shapes(viewer, [row])[0], status)


def _fields(body: routing.QueueIn | routing.QueuePatch) -> dict[str, Any]:
    """What was sent, without nulls where null means nothing."""
    given = body.model_dump(mode="json", exclude_unset=True)
    fields = {name: value for name, value in given.items() if value is not None or name in _NULLABLE}
    if "steps" in fields:
        fields["steps"] = [
            {name: value for name, value in step.items() if value is not None} for step in fields["steps"]
        ]
    return fields
