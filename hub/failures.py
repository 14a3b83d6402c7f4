"""What a caller sees when something is wrong: problem+json under /api, a plain page elsewhere."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from hub.connector import StorageUnavailable

RETRY_AFTER_SECONDS = 5

TITLES = {
    400: "This request cannot be understood",
    403: "You may not do this",
    404: "There is nothing here",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "The hub cannot reach its database",
}

DETAILS = {
    400: "Go back and try once more.",
    403: "If the page was open for a long time, reload it and try once more.",
    404: "The address may be mistyped, or what was here is gone.",
    429: "Wait a moment before you try again.",
    500: "The fault has been written to the log. Try again in a moment.",
    503: "Nothing was saved. Try again in a few seconds.",
}

UNAVAILABLE = (OperationalError, InterfaceError, StorageUnavailable)
"""Errors that mean: not now, but soon."""


def problem(status: int, title: str = "", detail: str = "") -> HttpResponse:
    """An answer in the form of RFC 9457."""
    body = {
        "type": "about:blank",
        "title": title or TITLES[status],
        "status": status,
        "detail": detail or DETAILS[status],
    }
    return _hurried(JsonResponse(body, status=status, content_type="application/problem+json"))


def failure(request: HttpRequest, status: int) -> HttpResponse:
    """The answer for this status in the form that fits the address."""
    if request.path_info.startswith("/api/"):
        return problem(status)
    context = {"status": status, "title": TITLES[status], "detail": DETAILS[status]}
    # Rendered without the request: context processors would ask the database that may be down.
    return _hurried(HttpResponse(render_to_string("failure.html", context), status=status))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return failure(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also for a failed CSRF check."""
    return failure(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return failure(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429."""
    return failure(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After when the database cannot be reached, else 500."""
    return failure(request, 503 if isinstance(sys.exc_info()[1], UNAVAILABLE) else 500)


def _hurried(response: HttpResponse) -> HttpResponse:
    if response.status_code in (429, 503):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
