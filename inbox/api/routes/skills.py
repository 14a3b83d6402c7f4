"""Skills: what work may ask for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from inbox import actions, directory, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import routing, shapes

router = Router(tags=["Skills"])
manage = may("settings.manage")


@router.get("/skills", auth=may(), response=shapes.Listing[shapes.Skill])
def list_skills(request: HttpRequest) -> HttpResponse:
    """Every skill by name, with how many have it."""
    viewer = viewer_of(request)
    holders = directory.skill_holders(viewer)
    return listing([payloads.skill(row, holders.get(row.pk, 0)) for row in directory.skills(viewer)])


@router.post("/skills", auth=manage, response={201: shapes.Skill})
def create_skill(request: HttpRequest, body: Body[routing.SkillIn]) -> HttpResponse:
    """Make a skill; nobody has it yet."""
    return answer(payloads.skill(actions.create_skill(viewer_of(request), body.name), 0), status=201)


@router.patch("/skills/{skill_id}", auth=manage, response=shapes.Skill)
def rename_skill(request: HttpRequest, skill_id: UUID, body: Body[routing.SkillIn]) -> HttpResponse:
    """Give a skill another name."""
    viewer = viewer_of(request)
    row = actions.rename_skill(viewer, skill_id, body.name)
    return answer(payloads.skill(row, directory.skill_holders(viewer).get(row.pk, 0)))


@router.delete("/skills/{skill_id}", auth=manage, response={204: None})
def remove_skill(request: HttpRequest, skill_id: UUID) -> HttpResponse:
    """Delete a skill; 409 while a queue asks for it."""
    actions.remove_skill(viewer_of(request), skill_id)
    return HttpResponse(status=204)
