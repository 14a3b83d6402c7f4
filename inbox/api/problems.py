"""Errors as RFC 9457 `application/problem+json`, made from the domain's errors in this one place."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse

from inbox.errors import InboxError, NotFound

CONTENT_TYPE = "application/problem+json"


class BadRequest(InboxError):
    """The request itself is malformed."""

    status = 400
    slug = "bad-request"
    title = "This request cannot be understood"


class Unauthenticated(InboxError):
    """Nobody is signed in."""

    status = 401
    slug = "unauthenticated"
    title = "Sign in first"


class MethodNotAllowed(InboxError):
    """The address is right, the method is not."""

    status = 405
    slug = "method-not-allowed"
    title = "This method is not offered here"


class TooLarge(InboxError):
    """More bytes than are taken."""

    status = 413
    slug = "too-large"
    title = "Too large"


class WrongMediaType(InboxError):
    """The body is of another kind than the route reads."""

    status = 415
    slug = "unsupported-media-type"
    title = "Unsupported media type"


class KeyReused(InboxError):
    """An Idempotency-Key came with another request before."""

    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key belongs to another request"


def respond(error: InboxError) -> HttpResponse:
    """The answer for an error of the domain."""
    return problem(error.status, error.slug, error.title, error.detail, error.extra)


def problem(
    status: int, slug: str, title: str = "", detail: str = "", extra: Mapping[str, Any] | None = None
) -> HttpResponse:
    """An answer of this status; `slug` names the type of problem, `extra` adds members to it."""
    body = {
        "type": f"/problems/{slug}",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or title or HTTPStatus(status).phrase,
    }
    response = HttpResponse(
        json.dumps({**(extra or {}), **body}, cls=DjangoJSONEncoder, ensure_ascii=False),
        status=status,
        content_type=CONTENT_TYPE,
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="omnihub"'
    return response


def invalid(errors: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """The answer for input that does not fit its schema; a malformed id in the path is just not there."""
    fields: dict[str, list[str]] = defaultdict(list)
    for error in errors:
        source, *place = error["loc"]
        if source == "path":
            return respond(NotFound("There is nothing under this id."))
        # A body's place begins with the name of our own parameter.
        name = ".".join(str(part) for part in (place[1:] if source == "body" else place)) or str(source)
        fields[name].append(str(error["msg"]))
    detail = "; ".join(f"{name}: {texts[0]}" for name, texts in fields.items())
    return problem(422, "invalid", "Some fields are not valid", detail, {"errors": fields})
