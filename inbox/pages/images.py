"""Serves remote pictures of mails by signed link: raster images only, never a page."""

import threading

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hub.safe_http import HttpError
from inbox import remote_images
from inbox.errors import NotFound

AT_ONCE = 8
"""Pictures that one process fetches at a time: slow servers hold up each other, not the hub."""

_PATIENCE = 15.0
_turns = threading.BoundedSemaphore(AT_ONCE)


@csrf_exempt
@require_safe
def image(request: HttpRequest, token: str) -> HttpResponse:
    """The picture behind a link of `inbox.remote_images.links`. A mail's frame has no origin, so no cookie.

    404 for what is no link of ours or no picture, 410 for an expired link, 502 when the picture's server does
    not answer, 503 when too many are being fetched.
    """
    if not _turns.acquire(timeout=_PATIENCE):
        return _plain(503, "Too many pictures are being fetched. Try again in a moment.")
    try:
        picture = remote_images.fetch(token)
    except remote_images.Expired:
        return _plain(410, "This link has expired. Show the pictures again for a new one.")
    except NotFound as error:
        return _plain(404, error.detail)
    except HttpError as error:
        return _plain(502, str(error))
    finally:
        _turns.release()
    response = HttpResponse(picture.data, content_type=picture.content_type)
    response["Cache-Control"] = f"private, max-age={remote_images.LIFE}"
    return _guarded(response)


def _plain(status: int, text: str) -> HttpResponse:
    return _guarded(HttpResponse(text, status=status, content_type="text/plain; charset=utf-8"))


def _guarded(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Disposition"] = "attachment"
    response["Referrer-Policy"] = "no-referrer"
    return response
