"""What agents write with: signatures and templates."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from inbox import actions, directory, payloads, queries, templates
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import settings as schemas
from inbox.api.schemas import shapes
from inbox.errors import Invalid

router = Router(tags=["Writing"])
answering, manage = may("conversations.answer"), may("writing.manage")


@router.get("/signatures", auth=answering, response=shapes.Listing[schemas.Signature])
def list_signatures(request: HttpRequest) -> HttpResponse:
    """The caller's own signature, and those of teams, channels and the organization."""
    return listing([payloads.signature(row) for row in directory.signatures(viewer_of(request))])


@router.put("/signatures", auth=answering, response=schemas.Signature)
def put_signature(request: HttpRequest, body: Body[schemas.SignatureIn]) -> HttpResponse:
    """Set a signature. The closest applies: the agent's, the team's, the channel's, the organization's."""
    owners = {"team": body.team_id, "channel": body.channel_id}
    owner_id = owners.pop(body.of, None)
    if strange := [f"{of}_id" for of, found in owners.items() if found is not None]:
        raise Invalid({name: [f"This does not go with “{body.of}”."] for name in strange})
    row = actions.put_signature(viewer_of(request), body.of, body.text, body.html, owner_id=owner_id)
    return answer(payloads.signature(row))


@router.delete("/signatures/{signature_id}", auth=answering, response={204: None})
def remove_signature(request: HttpRequest, signature_id: UUID) -> HttpResponse:
    """Take a signature away; the next one that applies takes its place."""
    actions.remove_signature(viewer_of(request), signature_id)
    return HttpResponse(status=204)


@router.get("/templates", auth=answering, response=schemas.TemplateList)
def list_templates(request: HttpRequest, wanted: Query[schemas.TemplateFilter]) -> HttpResponse:
    """Templates by name, and what their texts may hold in double braces."""
    rows = directory.templates(viewer_of(request), wanted.q)
    return listing([payloads.template(row) for row in rows], variables=list(templates.VARIABLES))


@router.post("/templates", auth=manage, response={201: schemas.Template})
def create_template(request: HttpRequest, body: Body[schemas.TemplateIn]) -> HttpResponse:
    """Keep a text for everybody, or for one team."""
    return answer(
        payloads.template(actions.create_template(viewer_of(request), body.model_dump())), status=201
    )


@router.get("/templates/{template_id}", auth=answering, response=schemas.Template)
def get_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """One template, as it was written."""
    return answer(payloads.template(directory.template(viewer_of(request), template_id)))


@router.patch("/templates/{template_id}", auth=manage, response=schemas.Template)
def change_template(
    request: HttpRequest, template_id: UUID, body: Body[schemas.TemplatePatch]
) -> HttpResponse:
    """Change a template."""
    changes = body.model_dump(exclude_unset=True)
    return answer(payloads.template(actions.change_template(viewer_of(request), template_id, changes)))


@router.delete("/templates/{template_id}", auth=manage, response={204: None})
def remove_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Delete a template."""
    actions.remove_template(viewer_of(request), template_id)
    return HttpResponse(status=204)


@router.get(
    "/conversations/{conversation_id}/templates/{template_id}", auth=answering, response=schemas.Rendered
)
def render_template(request: HttpRequest, conversation_id: UUID, template_id: UUID) -> HttpResponse:
    """A template with its variables filled for this conversation, as the composer takes it."""
    viewer = viewer_of(request)
    conversation = queries.conversation(viewer, conversation_id)
    channel = next(iter(directory.channels_of(viewer, conversation)), None)
    found = templates.render(
        directory.template(viewer, template_id), viewer, conversation, conversation.requester, channel
    )
    return answer(found._asdict())
