"""A POST that is repeated with its key has its effect once."""

import threading
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test.client import encode_multipart
from django.test.utils import CaptureQueriesContext

from hub.clock import now
from hub.models import Attachment, IdempotentRequest, Note, TimelineItem
from inbox import actions
from tests.inbox.api import world as worlds
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def notes(world: World) -> int:
    return Note.objects.within(world.organization).count()


def test_the_same_key_and_body_give_the_first_answer(world: World, api: Caller) -> None:
    first = api.post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k-1")
    again = api.post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k-1")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert notes(world) == 1


def test_another_body_or_address_under_the_same_key_is_422(world: World, api: Caller) -> None:
    api.post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k-1")
    for path, body in (
        (f"{world.url}/notes", {"text": "Twice."}),
        (f"{world.url}/messages", {"text": "Once."}),
    ):
        answer = api.post(path, body, Idempotency_Key="k-1")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert notes(world) == 1


def test_keys_are_each_callers_own(world: World, other: World, api: Caller) -> None:
    api.post(f"{world.url}/notes", {"text": "Mine."}, Idempotency_Key="k")
    assert (
        world.api("supervisor").post(f"{world.url}/notes", {"text": "Hers."}, Idempotency_Key="k").status_code
        == 201
    )
    assert other.api().post(f"{other.url}/notes", {"text": "Theirs."}, Idempotency_Key="k").status_code == 201


def test_a_refusal_is_repeated_and_leaves_no_half_effect(world: World, api: Caller) -> None:
    body = {"until": "2020-01-01T00:00:00Z"}
    first = api.post(f"{world.url}/snooze", body, Idempotency_Key="k")
    again = api.post(f"{world.url}/snooze", body, Idempotency_Key="k")
    assert first.status_code == again.status_code == 422
    assert first.content == again.content
    assert api.get(world.url).json()["status"] == "new"


def test_a_running_request_is_409_and_a_dead_one_is_taken_over(world: World, api: Caller) -> None:
    api.post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k")
    rows = IdempotentRequest.objects.within(world.organization)
    rows.update(status=None, answer="")
    answer = api.post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/idempotency-key-in-use")
    rows.update(created_at=now() - timedelta(minutes=2))
    assert api.post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k").status_code == 201


def test_after_a_failure_of_ours_the_request_can_be_sent_again(world: World, api: Caller) -> None:
    with patch.object(actions, "note", side_effect=OperationalError("gone")):
        assert api.post(f"{world.url}/notes", {"text": "x"}, Idempotency_Key="k").status_code == 503
    assert api.post(f"{world.url}/notes", {"text": "x"}, Idempotency_Key="k").status_code == 201
    assert notes(world) == 1


def test_effect_and_answer_are_one_commit(world: World, api: Caller) -> None:
    """Whoever lost the key while working must not leave an effect."""
    real = actions.note

    def slow(*args: Any, **kwargs: Any) -> TimelineItem:
        item = real(*args, **kwargs)
        IdempotentRequest.objects.within(world.organization).update(created_at=now() + timedelta(seconds=1))
        return item

    with patch.object(actions, "note", side_effect=slow):
        assert api.post(f"{world.url}/notes", {"text": "x"}, Idempotency_Key="k").status_code == 409
    assert notes(world) == 0


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb", "ключ"])
def test_a_malformed_key_is_422(world: World, api: Caller, key: str) -> None:
    assert api.post(f"{world.url}/notes", {"text": "x"}, Idempotency_Key=key).status_code == 422
    assert notes(world) == 0


def test_answers_are_forgotten_after_a_day(world: World, api: Caller) -> None:
    api.post(f"{world.url}/notes", {"text": "x"}, Idempotency_Key="k")
    IdempotentRequest.objects.within(world.organization).update(created_at=now() - timedelta(hours=25))
    api.post(f"{world.url}/notes", {"text": "x"}, Idempotency_Key="k")
    assert notes(world) == 2


def test_an_upload_is_the_same_whatever_its_boundary(world: World, api: Caller) -> None:
    def upload(data: bytes, boundary: str) -> Any:
        parts = encode_multipart(boundary, {"file": SimpleUploadedFile("a.txt", data, "text/plain")})
        return api.client.post(
            "/api/v1/attachments",
            parts,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={**api.headers, "Idempotency-Key": "k"},
        )

    first = upload(b"one", "first")
    assert first.status_code == 201, first.content
    assert upload(b"one", "second").json()["id"] == first.json()["id"]
    assert upload(b"two", "first").status_code == 422
    assert Attachment.objects.within(world.organization).filter(filename="a.txt").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_has_an_effect() -> None:
    world = worlds.build()
    answers: list[Any] = []

    def send() -> None:
        answers.append(world.api().post(f"{world.url}/notes", {"text": "Once."}, Idempotency_Key="k"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes(world) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert 201 in {answer.status_code for answer in answers}


def test_a_note_costs_few_statements(world: World, api: Caller) -> None:
    def post(key: str) -> Any:
        body = {"text": "Look at this.", "client_id": key}
        return api.post(f"{world.url}/notes", body, Idempotency_Key=key)

    post("first")
    with CaptureQueriesContext(connection) as made:
        assert post("second").status_code == 201
    assert len(made) <= 23
