"""Who asks, and whether they may: API tokens, or the session cookie with its CSRF token."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from hub.viewer import Viewer, viewer_from_session, viewer_from_token
from inbox.errors import Forbidden

_CACHE = "_api_viewer"


def identify(request: HttpRequest) -> Viewer | None:
    """The viewer behind a request, looked up once.

    An Authorization header decides alone; without one the session does, and then every
    request that changes something must carry the CSRF token. Raises `Forbidden` without it.
    """
    if not hasattr(request, _CACHE):
        setattr(request, _CACHE, _identify(request))
    return cast(Viewer | None, getattr(request, _CACHE))


def _identify(request: HttpRequest) -> Viewer | None:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, secret = header.partition(" ")
        return viewer_from_token(secret.strip()) if scheme.lower() == "bearer" and secret.strip() else None
    viewer = viewer_from_session(request)
    if viewer and check_csrf(request):
        raise Forbidden("Send the csrf_token of GET /api/v1/me as X-CSRFToken.", slug="csrf")
    return viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request that has passed its route's check."""
    viewer = identify(request)
    assert viewer is not None
    return viewer


class _SignedIn(AuthBase):
    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__()

    def __call__(self, request: HttpRequest) -> Viewer | None:
        viewer = identify(request)
        if viewer and self.permission and not viewer.may(self.permission):
            raise Forbidden(f"Your role lacks “{self.permission}”.")
        return viewer


class ApiToken(_SignedIn):
    """`Authorization: Bearer`, as the API's document shows it."""

    openapi_type = "http"
    openapi_scheme = "bearer"


class Session(_SignedIn):
    """The cookie of a signed-in browser, as the API's document shows it."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "hub_session"


def may(permission: str = "") -> Sequence[Any]:
    """The `auth` of a route for members with this permission; for every member without one."""
    return [ApiToken(permission), Session(permission)]
