"""Channels: what there is, and how administrators set it up, try it and put it away."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from hub import registry
from hub.channel_form import Field, Step, Suggestion
from hub.connector import Connector
from hub.models import Channel
from hub.viewer import Viewer
from inbox import actions, channel_settings, directory, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import settings as schemas
from inbox.api.schemas import shapes
from inbox.errors import Conflict, NotFound

router = Router(tags=["Channels"])
MANAGE = "channels.manage"
manage = may(MANAGE)


@router.get("/channels", auth=may(), response=shapes.Listing[shapes.Channel])
def list_channels(request: HttpRequest) -> HttpResponse:
    """Every channel, with what it can do; never its secrets."""
    return listing([payloads.channel(row) for row in directory.channels(viewer_of(request))])


@router.post("/channels", auth=manage, response={201: schemas.ChannelSettings})
def create_channel(request: HttpRequest, body: Body[schemas.ChannelIn]) -> HttpResponse:
    """Make a channel. `errors` of a 422 go by the names of the kind's form."""
    viewer = viewer_of(request)
    row = actions.create_channel(
        viewer,
        body.kind,
        body.name,
        body.address,
        queue_id=body.queue_id,
        config=body.config,
        secrets=body.secrets,
        state=body.state,
    )
    return answer(_settings(viewer, row), status=201)


@router.get("/channels/kinds", auth=manage, response=shapes.Listing[schemas.ChannelKind])
def list_channel_kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of channel that is installed, with the questions that setting one up asks."""
    return listing([_kind(connector) for connector in registry.connectors().values()])


@router.get("/channels/kinds/{kind}/suggestion", auth=manage, response=schemas.Suggestion)
def suggest_settings(request: HttpRequest, kind: str, wanted: Query[schemas.Suggested]) -> HttpResponse:
    """Settings that fit an address, such as a well-known provider's servers."""
    connector = registry.connectors().get(kind)
    if connector is None:
        raise NotFound("No connector of this kind is installed.")
    found = connector.suggest(wanted.address.strip()) or Suggestion("", {})
    return answer({"label": found.label, "config": dict(found.config), "advice": found.advice})


@router.get("/channels/{channel_id}", auth=may(), response=schemas.ChannelSettings)
def get_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """One channel."""
    viewer = viewer_of(request)
    rows = directory.channel_with_secrets if viewer.may(MANAGE) else directory.channel
    return answer(_settings(viewer, rows(viewer, channel_id)))


@router.patch("/channels/{channel_id}", auth=manage, response=schemas.ChannelSettings)
def change_channel(request: HttpRequest, channel_id: UUID, body: Body[schemas.ChannelPatch]) -> HttpResponse:
    """Change a channel, or switch it off and on. `errors` of a 422 go by the names of the kind's form."""
    viewer = viewer_of(request)
    changes = body.model_dump(exclude_unset=True)
    return answer(_settings(viewer, actions.change_channel(viewer, channel_id, changes)))


@router.delete("/channels/{channel_id}", auth=manage, response={204: None})
def remove_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Remove a channel; one that messages came or went by is archived with them."""
    actions.remove_channel(viewer_of(request), channel_id)
    return HttpResponse(status=204)


@router.post("/channels/{channel_id}/test", auth=manage, response=schemas.Checks)
def test_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Try the settings by real calls, which takes some seconds, and say what was found."""
    checks = actions.test_channel(viewer_of(request), channel_id)
    return answer({"checks": [asdict(check) for check in checks]})


@router.get("/channels/{channel_id}/pastes", auth=manage, response=shapes.Listing[schemas.Paste])
def list_pastes(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """What must be entered elsewhere, such as DNS records, and whether it is there."""
    channel, connector = actions.usable_channel(viewer_of(request), channel_id)
    return listing([asdict(paste) for paste in connector.pastes(channel)])


@router.post("/channels/{channel_id}/sign-in", auth=manage, response=schemas.SignIn)
def begin_sign_in(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Where to allow the hub the provider's account; works in a signed-in browser, for ten minutes."""
    viewer = viewer_of(request)
    actions.usable_channel(viewer, channel_id)
    if "Authorization" in request.headers:
        raise Conflict(
            "Begin this in a browser: the provider sends the same browser back.", slug="needs-browser"
        )
    return answer({"url": actions.begin_sign_in(viewer, channel_id, request.session)})


def _settings(viewer: Viewer, row: Channel) -> payloads.Shape:
    connector = registry.connectors().get(row.kind)
    if not viewer.may(MANAGE) or connector is None:
        return payloads.channel(row) | {"config": None, "secrets": None}
    return payloads.channel(row) | {
        "config": channel_settings.shown(connector, row.config),
        "secrets": channel_settings.masked(connector, row.secrets),
    }


def _kind(connector: Connector) -> payloads.Shape:
    steps: Sequence[Step] = connector.form()
    return {
        "kind": connector.kind,
        "label": connector.label,
        "icon": connector.icon,
        "steps": [
            {
                "key": step.key,
                "title": step.title,
                "text": step.text,
                "fields": [_field(field) for field in step.fields],
            }
            for step in steps
        ],
    }


def _field(field: Field) -> dict[str, Any]:
    shown_when = field.shown_when
    return asdict(field) | {
        "choices": [{"value": value, "label": label} for value, label in field.choices],
        "shown_when": {"field": shown_when[0], "values": list(shown_when[1])} if shown_when else None,
    }
