"""Where conversations belong: teams and labels."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from inbox import directory, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import listing
from inbox.api.schemas import shapes

router = Router(tags=["Places"])


@router.get("/teams", auth=may(), response=shapes.Listing[shapes.Team])
def list_teams(request: HttpRequest) -> HttpResponse:
    """Every team."""
    return listing([payloads.team(row) for row in directory.teams(viewer_of(request))])


@router.get("/labels", auth=may(), response=shapes.Listing[shapes.Label])
def list_labels(request: HttpRequest) -> HttpResponse:
    """Every label."""
    return listing([{"id": str(row.pk), "name": row.name} for row in directory.labels(viewer_of(request))])
