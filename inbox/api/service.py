"""The API itself: its routes, how it reads, and what becomes of errors."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema

import hub
from inbox.api import document, problems
from inbox.api.edge import edge
from inbox.api.reading import StrictParser
from inbox.api.routes import (
    agents,
    channels,
    contacts,
    conversations,
    files,
    live,
    macros,
    messaging,
    offers,
    people,
    places,
    promises,
    queues,
    record,
    rules,
    schedules,
    skills,
    timeline,
    trial,
    why,
    writing,
)
from inbox.api.schemas.shapes import Problem
from inbox.errors import InboxError

PREFIX = "/api/v1/"

_DESCRIPTION = (
    "Everything an agent's page does, for programs. Sign in with `Authorization: Bearer TOKEN`. "
    "Ids are strings, instants are UTC in ISO 8601, errors are `application/problem+json`, lists "
    "are `{items, next_cursor}`; what the caller may not see is 404. Any POST may carry an "
    "`Idempotency-Key` (1 to 255 printable ASCII characters, the caller's own, kept for 24 hours): the same "
    "key and body again give the first answer, another body is 422, a running one 409."
)


class Api(NinjaAPI):
    """Version 1; its document is made once a process."""

    _document: OpenAPISchema | None = None

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        """The finished OpenAPI document."""
        if self._document is None:
            self._document = get_schema(self, PREFIX.strip("/") + "/")
            document.finish(self._document, Problem.model_json_schema())
        return self._document

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name of the route's function, which clients generate their own names from."""
        return str(operation.view_func.__name__)


api = Api(
    title="Omnihub",
    version=hub.__version__,
    description=_DESCRIPTION,
    docs_url=None,
    urls_namespace="api-v1",
    parser=StrictParser(),
)
for module in (
    conversations,
    timeline,
    messaging,
    contacts,
    files,
    people,
    places,
    live,
    offers,
    agents,
    queues,
    skills,
    schedules,
    promises,
    why,
    channels,
    writing,
    rules,
    macros,
    trial,
    record,
):
    api.add_router("", module.router)


@api.exception_handler(InboxError)
def _domain(request: HttpRequest, error: InboxError) -> HttpResponse:
    return problems.respond(error)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.invalid(error.errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 401:
        return problems.respond(problems.Unauthenticated("Send an API token, or sign in."))
    if error.status_code == 400:
        reason = error.__cause__
        return problems.respond(problems.BadRequest(f"The body is no JSON that can be kept: {reason}."))
    return problems.problem(error.status_code, "error", detail=error.message)


def urlpatterns() -> list[URLPattern]:
    """The API's addresses below its prefix, each behind its edge."""
    patterns: list[URLPattern] = [
        found for found in api.urls[0] if isinstance(found, URLPattern) and found.name != "api-root"
    ]
    for pattern in patterns:
        pattern.callback = edge(
            pattern.callback,
            is_upload=pattern.name in ("upload", "read_calendar_file"),
            is_long=pattern.name == "test_channel",
        )
    return patterns
