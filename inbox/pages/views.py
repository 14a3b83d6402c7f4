"""The page that carries the agent app; everything on it comes through the API and the agents' socket."""

from csp.constants import NONCE, SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.viewer import viewer_from_session

POLICY = {
    # A mail's frame inherits this policy, and mails carry style attributes. Style sheets need the nonce.
    "style-src-elem": [SELF, NONCE],
    "style-src-attr": [UNSAFE_INLINE],
}


@login_required
@csp_update(POLICY)
def inbox(request: HttpRequest, place: str = "") -> HttpResponse:
    """The app's shell, the same for every place in the inbox: the address is read by the app itself.

    Raises `PermissionDenied` for somebody who belongs to no organization.
    """
    if viewer_from_session(request) is None:
        raise PermissionDenied("This account belongs to no organization.")
    return render(request, "inbox/app.html")
