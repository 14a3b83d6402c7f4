"""The matrix: every route × role × foreign id, in path, query and body, sees and changes nothing."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps

from hub.models import Membership, Organization, Role
from hub.tenancy import TenantModel
from inbox.api.service import api as the_api
from tests import factories as make
from tests.inbox.api.world import Caller, World, token

pytestmark = pytest.mark.django_db

AT_LEAST = 1_000
"""Cells of the matrix."""


class Cell(NamedTuple):
    """One request that names something of the other organization."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    place: str


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in json.loads(json.dumps(the_api.get_openapi_schema()))["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def good_bodies(world: World) -> dict[str, dict[str, Any]]:
    """A body that each route would take, were no foreign id in it."""
    return {
        "start_conversation": {"channel_id": str(world.channel.pk), "to": "a@b.example", "text": "x"},
        "reply": {"text": "x"},
        "forward": {"item_id": str(world.inbound.pk), "to": ["a@b.example"], "text": "x"},
        "merge": {"into": str(world.conversation.pk)},
        "split": {"item_ids": [str(world.inbound.pk)]},
        "note": {"text": "x"},
        "assign": {"team_id": str(world.team.pk)},
        "snooze": {"until": "2090-01-01T00:00:00Z"},
        "mark_read": {"seq": 1},
        "change_conversation": {"priority": "high"},
        "change_contact": {"name": "Mallory"},
        "set_presence": {"state": "online"},
        "create_channel": {"kind": "pigeon", "name": "Coop"},
        "change_channel": {"name": "Coop"},
        "put_signature": {"of": "team", "team_id": str(world.team.pk), "text": "x"},
        "create_template": {"name": "Hello", "shortcut": "hello", "text": "x"},
        "change_template": {"name": "Hello"},
    }


FIELDS = {
    "start_conversation": ("channel_id", "contact", "attachment_ids"),
    "reply": ("channel_id", "reply_to", "attachment_ids"),
    "forward": ("item_id", "attachment_ids"),
    "merge": ("into",),
    "split": ("item_ids",),
    "note": ("mentions",),
    "assign": ("assignee_id", "team_id", "queue_id"),
    "change_conversation": ("assignee_id", "team_id", "queue_id"),
    "create_channel": ("queue_id",),
    "change_channel": ("queue_id",),
    "put_signature": ("team_id", "channel_id"),
    "create_template": ("team_id",),
    "change_template": ("team_id",),
}
QUERY = {
    "list_conversations": ("assignee", "queue", "team", "channel", "contact"),
    "get_signature": ("channel_id",),
}


def cells(world: World, other: World) -> Iterator[Cell]:
    bodies = good_bodies(world)
    foreign = {**other.ids, "outbound": str(other.outbound.pk), "organization": str(other.organization.pk)}
    for method, path, operation in operations():
        name = operation["operationId"]
        names = [found["name"] for found in operation["parameters"] if found["in"] == "path"]
        own = path.format(**{found: {"kind": "pigeon", **world.ids}[found] for found in names})
        for value in foreign.values():
            if names:
                strange = path.format(**dict.fromkeys(names, value))
                yield Cell(method, strange, {}, bodies.get(name), "path")
            for found in QUERY.get(name, ()):
                yield Cell(method, own, {found: value}, None, "query")
            for found in FIELDS.get(name, ()):
                given = [value] if found in ("attachment_ids", "item_ids", "mentions") else value
                yield Cell(method, own, {}, {**bodies[name], found: given}, "body")
        if method == "get" and not names:
            for search in ("Globex", "Carla of Globex", "parcel", str(other.conversation.number)):
                known = {found["name"] for found in operation["parameters"]}
                yield Cell(method, own, {"q": search} if "q" in known else {}, None, "list")


def everything(of: Organization) -> list[str]:
    """All rows of an organization, to be compared."""
    found = []
    for model in apps.get_models():
        if issubclass(model, TenantModel) and model.__name__ != "ApiToken":
            rows = model.objects.within(of).order_by("pk").values_list()
            found += [f"{model.__name__} {row}" for row in rows]
    return found


def ask(caller: Caller, cell: Cell) -> Any:
    if cell.method == "get":
        return caller.get(cell.path, **cell.query)
    if cell.method == "delete":
        return caller.delete(cell.path)
    return getattr(caller, cell.method)(cell.path, cell.body)


def secrets_of(other: World) -> list[str]:
    return ["Globex", "globex", *other.ids.values(), str(other.inbound.pk), str(other.organization.pk)]


@pytest.mark.parametrize("role", Role.values)
def test_nothing_of_another_organization_is_seen_or_changed(world: World, other: World, role: str) -> None:
    caller = world.api(role)
    before = everything(other.organization)
    wrong = []
    for cell in cells(world, other):
        answer = ask(caller, cell)
        content = answer.content.decode()
        own_words = [*cell.query.values(), json.dumps(cell.body), cell.path]
        leaked = [
            secret for secret in secrets_of(other) if secret in content and secret not in str(own_words)
        ]
        allowed = (200,) if cell.place in ("query", "list") else ()
        if leaked or answer.status_code not in (*allowed, 403, 404, 422):
            wrong.append((cell, answer.status_code, leaked, content[:200]))
        if cell.place == "query" and answer.status_code == 200 and answer.json()["items"]:
            wrong.append((cell, answer.status_code, ["items"], content[:200]))
    assert not wrong, f"{len(wrong)} cells: {wrong[:3]}"
    assert everything(other.organization) == before


def test_the_matrix_is_large_enough_and_covers_every_route_with_an_id(world: World, other: World) -> None:
    found = list(cells(world, other))
    assert len(found) * len(Role.values) >= AT_LEAST
    covered = {cell.place for cell in found}
    assert covered == {"path", "query", "body", "list"}


def test_every_id_that_a_request_may_name_is_in_the_matrix() -> None:
    document = json.loads(json.dumps(the_api.get_openapi_schema()))
    for _, _, operation in operations():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if not body:
            continue
        schema = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[-1]]
        ids = {name for name, found in schema["properties"].items() if '"uuid"' in json.dumps(found)}
        assert ids == set(FIELDS.get(operation["operationId"], ())), operation["operationId"]


def test_a_token_of_one_organization_opens_only_that_one(world: World, other: World) -> None:
    """A member of both sees with each token the organization that the token is of."""
    both = make.member(world.organization, name="Both Sides")
    Membership.objects.create(organization=other.organization, user=both, role=Role.ADMINISTRATOR)
    here, there = Caller(token(both, world.organization)), Caller(token(both, other.organization))
    assert here.get("me").json()["role"] == "agent"
    assert there.get("me").json()["organization"]["name"] == "Globex"
    assert here.get(other.url).status_code == 404
    assert there.get(other.url).status_code == 200
