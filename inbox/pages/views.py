"""The page that carries the agent app; everything on it comes through the API and the agents' socket."""

from urllib.parse import urlencode

from csp.constants import NONCE, SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.viewer import viewer_from_session
from inbox import actions

POLICY = {
    # A mail's frame inherits this policy, and mails carry style attributes. Style sheets need the nonce.
    "style-src-elem": [SELF, NONCE],
    "style-src-attr": [UNSAFE_INLINE],
    "worker-src": [SELF],
}


def _app(request: HttpRequest) -> HttpResponse:
    if viewer_from_session(request) is None:
        raise PermissionDenied("This account belongs to no organization.")
    return render(request, "inbox/app.html")


@login_required
@csp_update(POLICY)
def inbox(request: HttpRequest, place: str = "") -> HttpResponse:
    """The app's shell, the same for every place in the inbox: the address is read by the app itself.

    Raises `PermissionDenied` for somebody who belongs to no organization.
    """
    return _app(request)


@login_required
@csp_update(POLICY)
def settings(request: HttpRequest, place: str = "") -> HttpResponse:
    """The same shell: what somebody may see and change there, the API decides."""
    return _app(request)


@login_required
@csp_update(POLICY)
def supervisor(request: HttpRequest, place: str = "") -> HttpResponse:
    """The same shell: the live board's figures come by the socket, to those alone who may see them."""
    return _app(request)


@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where a channel's provider sends its administrator back to; on to the channel, with what came of it."""
    viewer = viewer_from_session(request)
    if viewer is None or not viewer.may("channels.manage"):
        raise PermissionDenied("Only administrators set up channels.")
    try:
        channel = actions.finish_sign_in(viewer, request.session, request.GET.dict())
    except actions.NotAllowedIn as error:
        question = urlencode({"sign_in": "failed", "reason": str(error)[:300]})
        return redirect(f"/settings/channels/{error.channel_id}?{question}")
    return redirect(f"/settings/channels/{channel.pk}?sign_in=done")
