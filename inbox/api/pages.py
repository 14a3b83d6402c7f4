"""The reference page: the API's document as a page for people, without any script."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.api.service import api

_METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a table: a parameter or a field of a body or an answer."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Route:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    answers: list[tuple[str, str]]
    example: str


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The page."""
    groups: dict[str, list[Route]] = {}
    document = api.get_openapi_schema()
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                group = methods[method]["tags"][0]
                groups.setdefault(group, []).append(_route(document, method, path, methods[method]))
    return render(request, "inbox/api/reference.html", {"info": document["info"], "groups": groups.items()})


def _route(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Route:
    success = next(status for status in operation["responses"] if status.startswith("2"))
    body = _content(operation.get("requestBody", {}))
    return Route(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("description", operation["summary"]),
        parameters=[_parameter(document, found) for found in operation["parameters"]],
        body=list(_fields(document, body)),
        answer=list(_fields(document, _content(operation["responses"][success]))),
        answers=[(status, found["description"]) for status, found in operation["responses"].items()],
        example=_example(document, method, path, body),
    )


def _content(part: dict[str, Any]) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = list(part.get("content", {}).values())
    return kinds[0].get("schema", {}) if kinds else {}


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    return document["components"]["schemas"][reference.rsplit("/", 1)[-1]] if reference else schema


def _parameter(document: dict[str, Any], found: dict[str, Any]) -> Field:
    return Field(
        found["name"], _type(document, found["schema"]), found["required"], found.get("description", "")
    )


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[Field]:
    resolved = _resolved(document, schema)
    required = resolved.get("required", [])
    for name, found in resolved.get("properties", {}).items():
        yield Field(name, _type(document, found), name in required, found.get("description", ""))


def _type(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A schema in a few words: `text`, `list of Conversation`, `new | open`."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(document, choice) for choice in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(document, schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


def _example(document: dict[str, Any], method: str, path: str, body: dict[str, Any]) -> str:
    lines = [f"curl -X {method.upper()} $HUB{path}", "  -H 'Authorization: Bearer '$TOKEN"]
    fields = list(_fields(document, body))
    if any(field.type == "binary" for field in fields):
        lines.append("  -F file=@photo.jpg")
    elif fields:
        shown = [field for field in fields if field.required] or fields[:1]
        sample = {field.name: f"<{field.type}>" for field in shown}
        lines += ["  -H 'Content-Type: application/json'", f"  -d '{json.dumps(sample)}'"]
    return " \\\n".join(lines)
