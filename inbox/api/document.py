"""The API's own description: OpenAPI 3.1, with what every route shares added in one place."""

from collections.abc import Iterator
from typing import Any

from inbox.api.problems import CONTENT_TYPE

_WHEN = {
    400: "The request is malformed.",
    401: "Nobody is signed in.",
    403: "The role does not allow it, or a session's CSRF token is missing.",
    404: "There is no such thing, or not for the caller.",
    409: "The world has moved on: `type` says how, further members say what was missed.",
    413: "Too many bytes.",
    415: "The body is of another media type.",
    422: "Fields are not valid: `errors` has the reasons by field.",
    500: "A fault of the hub's; it is in its log.",
    503: "The database cannot be reached. Nothing was saved.",
}
_ALWAYS = (400, 401, 403, 500, 503)
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def finish(document: dict[str, Any], problem: dict[str, Any]) -> dict[str, Any]:
    """The document with every error, key and download that the routes have in common."""
    document["components"]["schemas"]["Problem"] = problem
    for method, operation in _operations(document):
        _describe(method, operation)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in document["paths"].values():
        yield from methods.items()


def _describe(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in _errors(method, operation):
        content = {CONTENT_TYPE: {"schema": _PROBLEM}}
        responses[str(status)] = {"description": _WHEN[status], "content": content}
    responses["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    responses["503"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    for status, response in responses.items():
        if str(status) == "200" and "content" not in response:
            response["content"] = _BYTES
    operation["responses"] = {str(status): responses[status] for status in sorted(responses, key=str)}
    for parameter in operation["parameters"]:
        parameter["schema"].pop("title", None)


def _errors(method: str, operation: dict[str, Any]) -> set[int]:
    found = set(_ALWAYS)
    sources = {parameter["in"] for parameter in operation["parameters"]}
    names = {parameter["name"] for parameter in operation["parameters"]}
    if "path" in sources or "requestBody" in operation or names & {"cursor", "queue_id"}:
        found.add(404)
    if method != "get" or "Messaging" in operation["tags"]:
        found.add(409)
    if method == "post":
        found.add(422)
    if method in ("post", "patch", "put"):
        found |= {413, 415}
    if sources - {"path"} or "requestBody" in operation:
        found.add(422)
    return found
