"""People here: the caller, colleagues and their presence."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Body, Router

from hub.models import AgentState
from inbox import actions, directory, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import routing, sent, shapes
from realtime import events

router = Router(tags=["People"])


@router.get("/me", auth=may(), response=shapes.Me)
def get_me(request: HttpRequest) -> HttpResponse:
    """Who the caller is, and what they may do."""
    return _me(request)


@router.patch("/me", auth=may("conversations.answer"), response=shapes.Me)
def change_me(request: HttpRequest, body: Body[routing.MePatch]) -> HttpResponse:
    """Choose how the caller works."""
    actions.choose_return(viewer_of(request), by_itself=body.returns_by_itself)
    return _me(request)


def _me(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    user, organization, membership = viewer.user, viewer.organization, viewer.membership
    position = events.position(organization.pk)
    return answer(
        {
            "user": {
                "id": str(user.pk),
                "name": str(user),
                "email": user.email,
                "locale": membership.locale,
                "time_zone": membership.time_zone,
            },
            "organization": {
                "id": str(organization.pk),
                "slug": organization.slug,
                "name": organization.name,
            },
            "role": viewer.role,
            "permissions": sorted(viewer.permissions),
            "state": _presence(directory.agent_state(viewer))["state"],
            "returns_by_itself": membership.returns_by_itself,
            "csrf_token": None if "Authorization" in request.headers else get_token(request),
            "position": {"epoch": position.epoch, "seq": position.seq},
        }
    )


def _presence(state: AgentState | None) -> payloads.Shape:
    return {
        "state": state.state if state else AgentState.State.OFFLINE.value,
        "reason": state.reason if state else "",
        "unavailable": state.unavailable if state else {},
        "since": payloads.moment(state.since) if state else None,
    }


@router.get("/presence", auth=may(), response=shapes.Presence)
def get_presence(request: HttpRequest) -> HttpResponse:
    """What the caller says of their own state."""
    return answer(_presence(directory.agent_state(viewer_of(request))))


@router.post("/presence", auth=may("conversations.answer"), response=shapes.Presence)
def set_presence(request: HttpRequest, body: Body[sent.PresenceIn]) -> HttpResponse:
    """Say that the caller is online, away, busy or offline. Work comes only while they have a socket."""
    return answer(_presence(actions.set_presence(viewer_of(request), body.state, body.reason)))


@router.get("/users", auth=may("users.manage"), response=shapes.Listing[shapes.User])
def list_users(request: HttpRequest) -> HttpResponse:
    """Everyone who works or worked here."""
    return listing(
        [
            {
                "id": str(row.user_id),
                "name": str(row.user),
                "email": row.user.email,
                "role": row.role,
                "active": row.is_active and row.user.is_active,
                "created_at": payloads.moment(row.created_at),
            }
            for row in directory.every_member(viewer_of(request))
        ]
    )
