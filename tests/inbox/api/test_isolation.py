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
        "set_agent_presence": {"state": "away"},
        "create_channel": {"kind": "pigeon", "name": "Coop"},
        "change_channel": {"name": "Coop"},
        "put_signature": {"of": "team", "team_id": str(world.team.pk), "text": "x"},
        "create_template": {"name": "Hello", "shortcut": "hello", "text": "x"},
        "change_template": {"name": "Hello"},
        "edit_message": {"text": "x"},
        "react": {"emoji": "👍"},
        "decline": {"reason": "x"},
        "transfer": {"queue_id": str(world.queue.pk)},
        "create_queue": {"name": "Queue"},
        "change_queue": {"name": "Queue"},
        "preview_queue": {"kind": "chat"},
        "change_routing_settings": {"skip_seconds": 60},
        "create_skill": {"name": "Dutch"},
        "rename_skill": {"name": "Dutch"},
        "change_agent": {"capacity_policy_id": None},
        "set_agent_skills": {"skills": []},
        "create_capacity_policy": {"name": "Half"},
        "change_capacity_policy": {"name": "Half"},
        "create_state_reason": {"state": "away", "name": "Training"},
        "change_state_reason": {"name": "Training"},
        "create_policy_test": {"name": "Mail", **_policy_test(world)},
        "change_policy_test": {"name": "Mail"},
        "try_policy_test": _policy_test(world),
        "start_backtest": {
            "begins_at": "2026-03-02T00:00:00Z",
            "ends_at": "2026-03-03T00:00:00Z",
            "change": {"extra_agents": 1},
        },
        "create_rule": {"name": "Rule", **_RULE},
        "change_rule": {"name": "Rule"},
        "try_rule": _RULE,
        "order_rules": {"ids": [str(world.rule.pk)]},
        "create_macro": {"name": "Macro", "text": "x"},
        "change_macro": {"name": "Macro"},
        "run_macro": {},
        "change_me": {"returns_by_itself": True},
        "create_schedule": {"name": "Nights", "intervals": [[0, "22:00", "06:00"]]},
        "change_schedule": {"name": "Nights"},
        "preview_schedule": {"time_zone": "UTC", "intervals": [[0, "22:00", "06:00"]]},
        "create_sla_policy": {"name": "Silver", "targets": _TARGETS},
        "change_sla_policy": {"name": "Silver"},
        "order_sla_policies": {"ids": [str(world.sla_policy.pk)]},
        "preview_sla_policy": {},
        "recompute_sla": {"with_history": True},
    }


_TARGETS = [{"clock": "first_reply", "seconds": 60}]


def _policy_test(world: World) -> dict[str, Any]:
    given = {"channel_id": str(world.channel.pk), "at": "2026-03-02T09:00"}
    return {"given": given, "expected": {"priority": "normal"}}


_RULE = {
    "trigger": {"on": ["message.received"]},
    "actions": [{"do": "set_priority", "priority": "high"}],
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
    "create_macro": ("team_id",),
    "change_macro": ("team_id",),
    "transfer": ("agent_id", "team_id", "queue_id"),
    "create_queue": ("team_id", "schedule_id", "member_ids", "member_team_ids", "requirements", "steps"),
    "change_queue": ("team_id", "schedule_id", "member_ids", "member_team_ids", "requirements", "steps"),
    "preview_queue": ("requirements",),
    "create_sla_policy": ("schedule_id", "escalations"),
    "change_sla_policy": ("schedule_id", "escalations"),
    "order_sla_policies": ("ids",),
    "preview_sla_policy": ("conversation", "draft"),
    "set_agent_skills": ("skills",),
    "create_policy_test": ("given", "expected"),
    "change_policy_test": ("given", "expected"),
    "try_policy_test": ("given", "expected"),
    "change_agent": ("capacity_policy_id",),
}
LISTS = ("attachment_ids", "item_ids", "mentions", "member_ids", "member_team_ids", "ids")
QUERY = {
    "list_conversations": ("assignee", "queue", "team", "channel", "contact"),
    "get_signature": ("channel_id",),
    "get_window": ("channel_id",),
    "list_live_conversations": ("queue_id",),
}


def shapes_of(field: str, value: str) -> list[Any]:
    """The forms in which a field can name something."""
    requirements = [{"skill": value, "level": 1}]
    step = {"when": "percent", "value": 50, "actions": [{"do": "set_priority", "priority": "high"}]}
    places = ("channel_id", "queue_id", "team_id", "assignee_id")
    nested: dict[str, list[Any]] = {
        "escalations": [[step | {"id": value}]],
        "conversation": [{place: value} for place in places],
        "given": [{"channel_id": value, "at": "2026-03-02T09:00"}],
        "expected": [{place: value} for place in places[1:]],
        "draft": [{name: value, "targets": _TARGETS} for name in ("id", "schedule_id")],
        "requirements": [requirements],
        "skills": [[{"skill_id": value, "level": 1}]],
        "steps": [
            [{"after": 0, name: found}]
            for name, found in (("requirements", requirements), ("team", value), ("queue", value))
        ],
    }
    return nested.get(field, [[value] if field in LISTS else value])


def others_of(body: dict[str, Any], name: str) -> dict[str, Any]:
    """What else the body says: a transfer names one target only."""
    return {} if name == "transfer" else body


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
                for given in shapes_of(found, value):
                    yield Cell(method, own, {}, {**others_of(bodies[name], name), found: given}, "body")
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


def names_something(schema: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether there is an id in it, at whatever depth."""
    text = json.dumps(schema)
    inner = [name for name in document["components"]["schemas"] if f'/schemas/{name}"' in text]
    return '"uuid"' in text or any(
        names_something(document["components"]["schemas"][name], document) for name in inner
    )


def test_every_id_that_a_request_may_name_is_in_the_matrix() -> None:
    document = json.loads(json.dumps(the_api.get_openapi_schema()))
    for _, _, operation in operations():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if not body:
            continue
        ref = body["$ref"] if "$ref" in body else body["anyOf"][0]["$ref"]  # a body that may be missing
        schema = document["components"]["schemas"][ref.rsplit("/", 1)[-1]]
        ids = {name for name, found in schema["properties"].items() if names_something(found, document)}
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
