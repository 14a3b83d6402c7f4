"""What surrounds every route of the API, whatever it does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from inbox.api import problems, reading
from inbox.api.idempotency import once
from inbox.errors import Conflict, InboxError, NotFound

log = structlog.get_logger("inbox.api")

View = Callable[..., HttpResponseBase]


def edge(view: View, *, is_upload: bool = False, is_long: bool = False) -> View:
    """The view behind checks of the body and idempotency, its refusals as problem+json.

    `is_long`: it waits for servers elsewhere, so no transaction may be held meanwhile.

    Exempt from Django's CSRF check because `access` makes its own for sessions. Errors that
    are nobody's fault here rise to Django, whose handlers answer 500 and 503 in the same form.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            reading.check(request, is_upload=is_upload)
            response = once(request, lambda: view(request, **kwargs), is_long=is_long)
        except InboxError as error:
            response = problems.respond(error)
        except IntegrityError:
            # A unique constraint settled a race; what was asked for may be there by now.
            log.warning("request.lost_race", exc_info=True)
            response = problems.respond(Conflict("The same was done just now. Send it again.", slug="race"))
        except RequestDataTooBig:
            response = problems.respond(problems.TooLarge("This request is too large."))
        if isinstance(response, HttpResponseNotAllowed):
            response = _not_allowed(response)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return guarded


def _not_allowed(response: HttpResponseNotAllowed) -> HttpResponseBase:
    allowed = response.headers["Allow"]
    answer = problems.respond(problems.MethodNotAllowed(f"Use {allowed}."))
    answer["Allow"] = allowed
    return answer


@csrf_exempt
def nowhere(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """The answer of every address under /api/ that is none of ours."""
    return problems.respond(NotFound("There is no such address."))
