"""Files of what comes in: fetched from the provider alone, limited, and missed in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from hub.clock import held_at, now
from hub.jobs.worker import run_until_idle
from media import attachments
from tests.conformance.conftest import Desk
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import bring

pytestmark = pytest.mark.django_db


class Elsewhere(FakeProvider):
    """Somebody else's server on loopback, which no payload may lead the hub to."""

    def answer(self, asked: Asked) -> Answer:
        return Answer(200, b"a secret of this machine")


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        yield server


@pytest.fixture
def desk_with_files(desk: Desk) -> Desk:
    if not desk.fake.message(desk.channel, "x", files=1) or desk.connector.file_hosts == ():
        pytest.skip("this provider brings no files")
    return desk


def test_the_files_of_a_message_come_along(desk_with_files: Desk) -> None:
    desk = desk_with_files
    message = desk.customer_writes(text="Look", files=1)
    (file,) = message.item.attachments.all()
    assert attachments.read(file) == desk.fake.file_content
    assert desk.shown(message)["missing_files"] == []


def test_a_file_that_cannot_be_had_now_is_tried_again_and_then_missed(desk_with_files: Desk) -> None:
    desk = desk_with_files
    desk.fake.server.fail(503, times=20)
    response = bring(
        desk.channel, desk.fake.bring(desk.channel, desk.fake.message(desk.channel, "first", files=1))
    )
    assert response.status_code < 300
    moment = now()
    for _ in range(4):
        run_until_idle()
        moment += timedelta(minutes=2)
        with held_at(moment):
            run_until_idle()
    message = desk.message("first")
    (missing,) = desk.shown(message)["missing_files"]
    assert missing["reason"] and not message.item.attachments.exists()


def test_a_file_that_is_too_large_is_missed(desk_with_files: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_with_files
    monkeypatch.setattr(type(desk.connector), "file_limit", 4)
    message = desk.customer_writes(text="Look", files=1)
    (missing,) = desk.shown(message)["missing_files"]
    assert "larger" in missing["reason"]


def test_no_payload_leads_to_an_inner_address(desk_with_files: Desk, elsewhere: Elsewhere) -> None:
    desk = desk_with_files
    message = desk.customer_writes(text="Look", files=1, file_url=f"{elsewhere.base_url}/secret")
    assert not elsewhere.requests
    assert (
        not message.item.attachments.exists()
        or attachments.read(message.item.attachments.get()) != b"a secret"
    )


def test_no_redirect_leads_to_an_inner_address(desk_with_files: Desk, elsewhere: Elsewhere) -> None:
    """Neither does it take the channel's credentials there."""
    desk = desk_with_files
    target = f"{elsewhere.base_url}/secret"
    desk.fake.server.answer_next(Answer(302, b"", {"Location": target}), times=20)
    response = bring(
        desk.channel, desk.fake.bring(desk.channel, desk.fake.message(desk.channel, "first", files=1))
    )
    assert response.status_code < 300
    moment = now()
    for _ in range(4):
        moment += timedelta(minutes=2)
        with held_at(moment):
            run_until_idle()
    assert not elsewhere.requests
    assert not desk.message("first").item.attachments.exists()
