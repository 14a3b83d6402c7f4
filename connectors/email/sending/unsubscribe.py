"""Where the link of List-Unsubscribe leads: a program ends automatic mail by one POST, a person is asked."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from connectors.email.sending.letterhead import UNSUBSCRIBE
from hub import tokens
from inbox.actions.unsubscribe import unsubscribe

log = structlog.get_logger("connectors.email")

_UNKNOWN = ("This link is not complete", "Copy all of it from the mail, or answer the mail instead.")
_QUESTION = (
    "No more automatic mail?",
    "You will get no more automatic messages from us. What our people write to you still arrives.",
)
_DONE = ("Unsubscribed", "You will get no more automatic messages from us.")


@csrf_exempt  # The recipient's mail program has no cookie; the signed link is what counts (RFC 8058 §3.1).
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, because scanners follow links; POST does it. 404 for a link that we did not sign."""
    delivery_id = tokens.read_id(UNSUBSCRIBE, token)
    if delivery_id is None:
        return _page(request, _UNKNOWN, status=404)
    if request.method != "POST":
        return _page(request, _QUESTION, may_confirm=True)
    if unsubscribe(delivery_id) is None:
        return _page(request, _UNKNOWN, status=404)
    log.info("mail_unsubscribed", delivery=str(delivery_id))
    return _page(request, _DONE)


def _page(
    request: HttpRequest, words: tuple[str, str], *, may_confirm: bool = False, status: int = 200
) -> HttpResponse:
    title, detail = words
    context = {"title": title, "detail": detail, "may_confirm": may_confirm}
    return render(request, "email/unsubscribe.html", context, status=status)
