"""Where conversations come from and wait: channels, queues, teams, labels."""

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hub import registry
from hub.models import Channel
from inbox import directory, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import shapes

router = Router(tags=["Places"])


def _channel(row: Channel) -> payloads.Shape:
    connector = registry.connectors().get(row.kind)
    return payloads.channel_ref(row) | {
        "state": row.state,
        "health": row.health,
        "capabilities": asdict(connector.capabilities(row.config)) if connector else {},
        "queue_id": str(row.queue_id) if row.queue_id else None,
    }


@router.get("/channels", auth=may(), response=shapes.Listing[shapes.Channel])
def list_channels(request: HttpRequest) -> HttpResponse:
    """Every channel, with what it can do; never its secrets."""
    return listing([_channel(row) for row in directory.channels(viewer_of(request))])


@router.get("/channels/{channel_id}", auth=may(), response=shapes.Channel)
def get_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """One channel."""
    return answer(_channel(directory.channel(viewer_of(request), channel_id)))


@router.get("/queues", auth=may(), response=shapes.Listing[shapes.Queue])
def list_queues(request: HttpRequest) -> HttpResponse:
    """Every queue, in the order of the side bar."""
    return listing([payloads.queue(row) for row in directory.queues(viewer_of(request))])


@router.get("/teams", auth=may(), response=shapes.Listing[shapes.Team])
def list_teams(request: HttpRequest) -> HttpResponse:
    """Every team."""
    return listing([payloads.team(row) for row in directory.teams(viewer_of(request))])


@router.get("/labels", auth=may(), response=shapes.Listing[shapes.Label])
def list_labels(request: HttpRequest) -> HttpResponse:
    """Every label."""
    return listing([{"id": str(row.pk), "name": row.name} for row in directory.labels(viewer_of(request))])
