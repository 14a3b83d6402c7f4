"""Contacts: the people out there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from inbox import actions, payloads, queries
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import sent, shapes

router = Router(tags=["Contacts"])
VIEW, EDIT = may("contacts.view"), may("contacts.edit")


@router.get("/contacts", auth=VIEW, response=shapes.Listing[shapes.Contact])
def list_contacts(request: HttpRequest, wanted: Query[sent.ContactFilter]) -> HttpResponse:
    """Contacts by name. Their history is `GET /conversations?contact=ID`."""
    rows, following = queries.contacts(viewer_of(request), wanted.q, wanted.limit, wanted.cursor)
    return listing([payloads.contact(row) for row in rows], following)


@router.get("/contacts/{contact_id}", auth=VIEW, response=shapes.Contact)
def get_contact(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One contact."""
    return answer(payloads.contact(queries.contact(viewer_of(request), contact_id)))


@router.patch("/contacts/{contact_id}", auth=EDIT, response=shapes.Contact)
def change_contact(request: HttpRequest, contact_id: UUID, changes: Body[sent.ContactPatch]) -> HttpResponse:
    """Change what is known of a person."""
    viewer = viewer_of(request)
    actions.update_contact(viewer, contact_id, changes.model_dump(exclude_unset=True))
    return answer(payloads.contact(queries.contact(viewer, contact_id)))
