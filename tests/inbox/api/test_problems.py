"""Whatever goes wrong, the answer is problem+json of the right status."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from hub.clock import now
from hub.models import ApiToken
from inbox import queries
from tests.factories import PASSWORD
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def check(answer: Any, status: int, slug: str = "") -> Any:
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "no-store" in answer.headers["Cache-Control"]
    problem = answer.json()
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert problem["status"] == status
    assert problem["type"].endswith(slug)
    return problem


def test_nobody_signed_in_is_401(client: Client, world: World) -> None:
    answer = client.get(world.url)
    check(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for header in ("Bearer", "Bearer x", "Basic eDp5", "Bearer é", "x" * 5000):
        check(client.get(world.url, headers={"Authorization": header}), 401)


def test_an_expired_token_and_a_deactivated_member_are_401(world: World, api: Caller) -> None:
    ApiToken.objects.within(world.organization).filter(user=world.people["agent"]).update(expires_at=now())
    check(api.get("me"), 401)
    supervisor = world.people["supervisor"]
    supervisor.is_active = False
    supervisor.save()
    check(world.api("supervisor").get("me"), 401)


def test_a_session_needs_the_csrf_token_to_change_something(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.login(username=world.people["agent"].email, password=PASSWORD)
    secret = browser.get("/api/v1/me").json()["csrf_token"]
    body: Any = {"data": '{"text": "Hello"}', "content_type": "application/json"}
    check(browser.post(f"{world.url}/notes", **body), 403, "csrf")
    kept = browser.post(f"{world.url}/notes", **body, headers={"X-CSRFToken": secret})
    assert kept.status_code == 201
    # A token decides alone: a browser's session does not stand in for a wrong one.
    check(browser.get(world.url, headers={"Authorization": "Bearer wrong"}), 401)


@pytest.mark.parametrize(
    "path", ["nothing", "conversations/", "", "conversations/x", "conversations/%00", "v2"]
)
def test_unknown_addresses_and_malformed_ids_are_404(api: Caller, path: str) -> None:
    check(api.get(f"/api/v1/{path}"), 404, "not-found")


def test_other_methods_are_405_and_say_what_is_offered(api: Caller, world: World) -> None:
    answer = api.client.delete(world.url, headers=api.headers)
    check(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "PATCH"}


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'{"text": NaN}', b'{"text": "\\ud800"}', b'{"text": "a\\u0000b"}', b"[" * 100_000],
)
def test_what_is_no_clean_json_is_400(world: World, api: Caller, body: bytes) -> None:
    answer = api.client.post(f"{world.url}/notes", body, content_type="application/json", headers=api.headers)
    check(answer, 400, "bad-request")


def test_text_about_escapes_is_no_nul(world: World, api: Caller) -> None:
    assert api.post(f"{world.url}/notes", {"text": "write \\u0000 here"}).status_code == 201


def test_other_media_types_are_415_and_long_bodies_413(world: World, api: Caller) -> None:
    form: Any = {"data": "text=x", "content_type": "application/x-www-form-urlencoded"}
    check(api.client.post(f"{world.url}/notes", **form, headers=api.headers), 415)
    check(api.post("attachments", {"file": "x"}), 415)
    check(api.post(f"{world.url}/notes", {"text": "x" * 17_000_000}), 413)


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": 5}, "text"),
        ({"text": "x", "mentions": ["x"]}, "mentions.0"),
        ({"text": "x", "colour": "red"}, "colour"),
        ([], "body"),
    ],
)
def test_invalid_fields_are_422_by_name(world: World, api: Caller, body: Any, field: str) -> None:
    problem = check(api.post(f"{world.url}/notes", body), 422, "invalid")
    assert field in problem["errors"], problem


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=-1", "assignee=you", "order=best", "status=open,", "contact=1"]
)
def test_invalid_queries_are_422(api: Caller, query: str) -> None:
    problem = check(api.get(f"conversations?{query}"), 422, "invalid")
    assert query.partition("=")[0] in problem["errors"]


def test_without_a_database_it_is_503_and_come_back(world: World, api: Caller, monkeypatch: Any) -> None:
    with patch.object(queries, "conversation", side_effect=OperationalError("server closed the connection")):
        answer = api.get(world.url)
    check(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_lost_race_is_409_and_worth_another_try(world: World, api: Caller) -> None:
    with patch.object(queries, "conversation", side_effect=IntegrityError("UNIQUE constraint failed")):
        check(api.get(world.url), 409, "race")


def test_a_fault_of_ours_is_500_without_its_details(world: World, api: Caller) -> None:
    with patch.object(queries, "conversation", side_effect=ZeroDivisionError("secret")):
        answer = api.get(world.url)
    check(answer, 500)
    assert b"secret" not in answer.content
