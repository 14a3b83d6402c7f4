"""What can go wrong between a program and a hub."""

from collections.abc import Mapping
from typing import Any


class HubError(Exception):
    """The base of everything that the client raises on purpose."""


class Unavailable(HubError):
    """The hub cannot be reached, or cannot take the request now, and trying again was of no use."""


class ProtocolError(HubError):
    """The other end does not speak the hub's protocol."""


class ApiError(HubError):
    """The hub refused a request (RFC 9457).

    `type` names the kind of problem, `detail` says it in words, `errors` has the reasons by field, and
    `problem` everything that came.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = dict(problem)
        self.type = str(problem.get("type", ""))
        self.detail = str(problem.get("detail") or problem.get("title") or "")
        self.errors: dict[str, list[str]] = dict(problem.get("errors") or {})
        super().__init__(f"{status} {self.detail}".strip())


class NotSignedIn(ApiError):
    """401, or a socket closed with 4401: the token is unknown, expired or revoked."""


class NotAllowed(ApiError):
    """403, or a socket closed with 4403: the role does not allow it."""


class NotFound(ApiError):
    """404: there is no such thing, or not for this caller."""


class Conflict(ApiError):
    """409: the world has moved on; `type` says how, and `problem` what was missed."""


class Invalid(ApiError):
    """422: `errors` has the reasons by field."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    422: Invalid,
}


def for_status(status: int, problem: Mapping[str, Any]) -> ApiError:
    """Return the exception that stands for an answer of this status."""
    return _BY_STATUS.get(status, ApiError)(status, problem)
