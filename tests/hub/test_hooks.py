"""The entrance for webhooks: an app's shared URL, its challenge, and what is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from django.test import Client

from hub import registry
from hub.clock import now
from hub.connector import BadSignature, Connector
from hub.messages import Ignored, Inbound, RawRequest, WebhookReply
from hub.models import Channel, InboundEnvelope
from tests import factories as make

pytestmark = pytest.mark.django_db


class Gull(Connector):
    """A provider whose app has one URL for all pages; challenges are not signed."""

    kind: ClassVar[str] = "gull"
    label: ClassVar[str] = "Gull"
    routes: ClassVar[frozenset[str]] = frozenset({"", "status"})
    secret_headers = frozenset({"authorization", "cookie", "x-secret"})

    def verify(self, channel: Channel, request: RawRequest) -> None:
        if request.method == "GET":
            if request.query.get("token") != [channel.secrets["verify_token"]]:
                raise BadSignature("another token")
            return
        wanted = hmac.new(channel.secrets["app"].encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, request.headers.get("x-signature", "")):
            raise BadSignature("wrong")

    def handshake(self, channel: Channel, request: RawRequest) -> WebhookReply | None:
        challenge = request.query.get("challenge")
        return WebhookReply(body=challenge[0].encode()) if request.method == "GET" and challenge else None

    def addressees(self, request: RawRequest) -> Sequence[str]:
        if request.method == "GET":
            return []
        return [str(entry["page"]) for entry in json.loads(request.body)["entries"]]

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        own = [entry for entry in json.loads(raw)["entries"] if entry["page"] == headers["address"]]
        return [Ignored(entry["say"]) for entry in own]


@pytest.fixture(autouse=True)
def _gull() -> Iterator[None]:
    registry.connectors()["gull"] = Gull()
    yield
    del registry.connectors()["gull"]


def page(name: str, app: str = "app-1", **fields: Any) -> Channel:
    secrets = {"app": app, "verify_token": f"verify-{app}"}
    return make.channel(make.organization(), "gull", address=name, secrets=secrets, **fields)


def post(path: str, *pages: str, app: str = "app-1", **headers: str) -> Any:
    entries = [{"page": one, "say": f"hello {one}"} for one in pages]
    body = json.dumps({"entries": entries}).encode()
    signature = hmac.new(app.encode(), body, hashlib.sha256).hexdigest()
    return Client().post(
        path, body, content_type="application/json", headers={"X-Signature": signature, **headers}
    )


def kept(channel: Channel) -> list[InboundEnvelope]:
    return list(InboundEnvelope.objects.within(channel.organization_id).filter(channel=channel))


def test_one_request_reaches_every_page_that_it_names() -> None:
    one, other, third = page("p1"), page("p2"), page("p3")
    assert post("/hooks/gull/", "p1", "p2", "p2", "unknown").status_code == 200
    assert [len(kept(channel)) for channel in (one, other, third)] == [1, 1, 0]
    (envelope,) = kept(other)
    (said, again) = registry.connector("gull").parse(bytes(envelope.raw), envelope.headers, {})
    assert said == again == Ignored("hello p2")
    assert post("/hooks/gull/", "p1", "p2", "p2", "unknown").status_code == 200
    assert len(kept(one)) == 1


def test_an_apps_secret_opens_no_page_of_another_app() -> None:
    """Whoever owns one app may sign for it; naming another one's page besides gains nothing."""
    mine, theirs = page("mine", "app-mine"), page("theirs", "app-theirs")
    assert post("/hooks/gull/", "mine", "theirs", app="app-mine").status_code == 403
    assert post("/hooks/gull/", "theirs", app="app-mine").status_code == 403
    assert not kept(mine) and not kept(theirs)


def test_nobody_is_named_or_nobody_answers() -> None:
    page("gone", archived_at=now())
    page("off", state="disabled")
    for answer in (
        post("/hooks/gull/", "gone", "off"),
        post("/hooks/gull/"),
        post("/hooks/nothing/", "gone"),
        post("/hooks/email/", "gone"),
        Client().post("/hooks/gull/", b"not json", content_type="text/plain"),
    ):
        assert (answer.status_code, answer.content) == (403, b"Not accepted.")


def test_a_challenge_is_answered_at_both_urls() -> None:
    channel = page("p1", "app-7")
    page("p2", "app-8")
    for path in ("/hooks/gull/", f"/hooks/gull/{channel.pk}/"):
        good = Client().get(path, {"token": "verify-app-7", "challenge": "4711"})
        assert (good.status_code, good.content) == (200, b"4711")
        assert Client().get(path, {"token": "no", "challenge": "4711"}).status_code == 403
        assert Client().get(path, {"token": "verify-app-7"}).status_code == 405
    assert not kept(channel)


def test_routes_are_those_that_the_connector_names() -> None:
    channel = page("p1")
    assert post(f"/hooks/gull/{channel.pk}/status", "p1").status_code == 200
    assert post(f"/hooks/gull/{channel.pk}/status/", "p1").status_code == 200
    assert post(f"/hooks/gull/{channel.pk}/other", "p1").status_code == 403
    assert [envelope.headers["route"] for envelope in kept(channel)] == ["status"]


def test_secret_headers_are_not_kept() -> None:
    channel = page("p1")
    secret = {"X-Secret": "s3cret", "Authorization": "Bearer s3cret", "Cookie": "a=s3cret", "X-Other": "kept"}
    assert post(f"/hooks/gull/{channel.pk}/", "p1", **secret).status_code == 200
    (envelope,) = kept(channel)
    assert "s3cret" not in json.dumps(envelope.headers)
    assert envelope.headers["headers"]["x-other"] == "kept"


@pytest.mark.parametrize("length", ["99999999999", "-1", "x"])
def test_a_length_that_cannot_be_is_refused(length: str) -> None:
    channel = page("p1")
    answer = Client().post(
        f"/hooks/gull/{channel.pk}/", b"{}", content_type="text/plain", headers={"Content-Length": length}
    )
    assert answer.status_code == 413


def test_a_foreign_kind_or_id_is_no_channel() -> None:
    channel = page("p1")
    for path in (f"/hooks/email/{channel.pk}/", "/hooks/gull/not-an-id/", f"/hooks/gull/{channel.pk}x/"):
        assert post(path, "p1").status_code == 403
