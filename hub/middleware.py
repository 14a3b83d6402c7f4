"""What happens around every request: figures, a line for slow ones, and no caching by accident."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_only_middleware

from hub import metrics

log = structlog.get_logger("hub.http")

Respond = Callable[[HttpRequest], HttpResponseBase]

SLOW_SECONDS = 2.0
DEVICES = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"


@sync_only_middleware
def observe(respond: Respond) -> Respond:
    """Count and time each request by route, never by its full path, which may hold a token.

    Sync on purpose and innermost: Django then runs the whole chain in one thread. Were it
    async-capable, every classic middleware around it would hop threads twice.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = respond(request)
        seconds = time.perf_counter() - began
        route = f"/{request.resolver_match.route}" if request.resolver_match else "unknown"
        method = request.method if request.method in KNOWN_METHODS else "other"
        metrics.REQUESTS.labels(method, route, str(response.status_code)).inc()
        metrics.LATENCY.labels(method, route).observe(seconds)
        if seconds > SLOW_SECONDS:
            log.warning("slow_request", method=method, route=route, seconds=round(seconds, 2))
        return response

    return middleware


KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@sync_only_middleware
def guard(respond: Respond) -> Respond:
    """Headers that every answer carries; nothing is cached unless its view says how."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", DEVICES)
        return response

    return middleware
