"""Macros: kept by supervisors, run by agents."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from inbox import actions, payloads
from inbox.actions import macros
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import automation as schemas
from inbox.api.schemas import shapes

router = Router(tags=["Rules and macros"])
answering, manage = may("conversations.answer"), may("writing.manage")


@router.get("/macros", auth=answering, response=shapes.Listing[schemas.Macro])
def list_macros(request: HttpRequest, wanted: Query[schemas.MacroFilter]) -> HttpResponse:
    """The macros that the caller may run, those that are used most first."""
    return listing([payloads.macro(row) for row in macros.macros_of(viewer_of(request), wanted.q)])


@router.post("/macros", auth=manage, response={201: schemas.Macro})
def create_macro(request: HttpRequest, body: Body[schemas.MacroIn]) -> HttpResponse:
    """Keep a macro for everybody, or for one team."""
    row = actions.create_macro(viewer_of(request), body.model_dump())
    return answer(payloads.macro(row), status=201)


@router.get("/macros/{macro_id}", auth=answering, response=schemas.Macro)
def get_macro(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    """One macro."""
    return answer(payloads.macro(macros.macro_of(viewer_of(request), macro_id)))


@router.patch("/macros/{macro_id}", auth=manage, response=schemas.Macro)
def change_macro(request: HttpRequest, macro_id: UUID, body: Body[schemas.MacroPatch]) -> HttpResponse:
    """Change a macro."""
    changes = body.model_dump(exclude_unset=True)
    return answer(payloads.macro(actions.change_macro(viewer_of(request), macro_id, changes)))


@router.delete("/macros/{macro_id}", auth=manage, response={204: None})
def remove_macro(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    """Delete a macro."""
    actions.remove_macro(viewer_of(request), macro_id)
    return HttpResponse(status=204)


@router.post(
    "/conversations/{conversation_id}/macros/{macro_id}",
    auth=answering,
    response=schemas.MacroRan,
    by_alias=True,
)
def run_macro(
    request: HttpRequest, conversation_id: UUID, macro_id: UUID, body: Body[schemas.MacroRunIn]
) -> HttpResponse:
    """Do what a macro does, and answer its text for the composer; with `send` it goes to the customer."""
    ran = actions.run_macro(viewer_of(request), conversation_id, macro_id, **body.model_dump())
    return answer(
        {
            "text": ran.text,
            "html": ran.html,
            "did": ran.done.did,
            "errors": ran.done.errors,
            "message": payloads.item(ran.message) if ran.message else None,
        }
    )
