"""What the API knows of mails: the original and its head, remote pictures, recipients, handing on, links."""

import struct
import threading
import zlib
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from hub.clock import held_at, now
from hub.connector import accept
from hub.models import Attachment, Channel, InboundEnvelope, Membership, Signature
from inbox import html
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db

RAW = b"""Received: from mx.example (mx.example [192.0.2.1]) by us.example with ESMTPS id 1;\r
\tSat, 21 Nov 2026 08:02:05 +0000 (UTC)\r
Received: from laptop (dsl.example [198.51.100.7])\r
\tby mx.example with ESMTPSA; Sat, 21 Nov 2026 09:00:05 +0100\r
From: =?utf-8?q?J=C3=B6rg?= <joerg@office.example>\r
Subject: Hello\r
X-Odd:   two\r
  lines\r
\r
From: not a header\r
"""


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0\1\2\3")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Elsewhere(ThreadingHTTPServer):
    """A stranger's server with pictures and what pretends to be some; remembers who asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Pictures)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Pictures(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        content = {
            "/a.png": _png(),
            "/b.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "/c.png": b"<!doctype html><script>alert(1)</script>",
        }.get(self.path)
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Elsewhere]:
    settings.ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    server = Elsewhere()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail(world: World) -> Any:
    """A mail with a head, by the real connector's channel."""
    channel = make.channel(world.organization, "email", address=f"help@{world.organization.slug}.test")
    kept = accept(channel, RAW, dedupe_key="mail")
    envelope = InboundEnvelope.objects.within(world.organization).get(pk=kept.envelope_id)
    return make.inbound(world.conversation, channel, "Hello", envelope=envelope)


def with_pictures(world: World, *addresses: str) -> str:
    """Gives the world's mail these remote pictures; answers where the API tells of them."""
    world.inbound.html = html.sanitise("".join(f'<img src="{address}">' for address in addresses))
    world.inbound.save(update_fields=["html"])
    return f"messages/{world.inbound.pk}/images"


def test_the_head_of_a_mail_is_decoded_and_its_way_is_told(api: Caller, mail: Any) -> None:
    found = api.get(f"messages/{mail.pk}/headers").json()
    assert {"name": "From", "value": "Jörg <joerg@office.example>"} in found["headers"]
    assert {"name": "X-Odd", "value": "two lines"} in found["headers"]
    assert len(found["headers"]) == 5
    assert [(hop["sender"], hop["by"], hop["protocol"], hop["delay"]) for hop in found["hops"]] == [
        ("laptop", "mx.example", "ESMTPSA", None),
        ("mx.example", "us.example", "ESMTPS", 120.0),
    ]
    assert found["authentication"] is None
    assert api.get(f"messages/{mail.pk}/original").content == RAW


def test_a_mail_of_ours_can_be_had_as_it_goes_out(api: Caller, mail: Any, world: World) -> None:
    body = {"text": "It left.", "channel_id": str(mail.channel_id), "to": ["a@b.example"], "cc": []}
    item = api.post(f"{world.url}/messages", body).json()
    raw = api.get(f"messages/{item['id']}/original").content
    assert b"\r\nTo: a@b.example\r\n" in raw
    assert b"It left." in raw
    names = {found["name"] for found in api.get(f"messages/{item['id']}/headers").json()["headers"]}
    assert {"Message-ID", "From", "Subject"} <= names


def test_pictures_come_through_the_hub_which_tells_nothing_of_the_reader(
    api: Caller, world: World, elsewhere: Elsewhere
) -> None:
    listed = with_pictures(
        world, f"{elsewhere.url}/a.png", f"{elsewhere.url}/b.svg", f"{elsewhere.url}/c.png"
    )
    item = api.get(f"{world.url}/timeline").json()["items"][0]
    assert item["remote_images"] == {"policy": "ask", "count": 3, "trackers": 0}
    links = api.get(listed).json()["items"]
    assert [link["source"].rsplit("/", 1)[1] for link in links] == ["a.png", "b.svg", "c.png"]
    assert elsewhere.asked == [], "asking for links loads nothing"

    stranger = Client()  # as a frame of no origin: without any cookie
    picture, drawing, page = (stranger.get(link["url"], headers={"Referer": "x"}) for link in links)
    assert picture.status_code == 200
    assert picture.content == _png()
    assert picture["Content-Type"] == "image/png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture["Content-Security-Policy"]
    assert picture["Cache-Control"].startswith("private")
    assert drawing.status_code == page.status_code == 404
    assert len(elsewhere.asked) == 3
    assert {name.lower() for head in elsewhere.asked for name in head} <= {
        *("host", "accept", "accept-encoding", "connection", "user-agent"),
    }


def test_a_link_works_for_a_while_for_members_and_unchanged(
    api: Caller, world: World, elsewhere: Elsewhere
) -> None:
    listed = with_pictures(world, f"{elsewhere.url}/a.png")
    url = api.get(listed).json()["items"][0]["url"]
    client = Client()
    assert client.get(url[:-2]).status_code == 404
    token = url.removeprefix("/images/")
    other = [*signing.loads(token, salt="inbox.remote_images")[:-1], 1]
    assert client.get(f"/images/{signing.dumps(other, salt='inbox.remote_images')}").status_code == 404
    assert client.get(f"/images/{signing.dumps(other, salt='another')}").status_code == 404
    Membership.objects.filter(organization=world.organization, role="agent").update(is_active=False)
    assert client.get(url).status_code == 404
    assert elsewhere.asked == []


def test_an_old_link_is_gone(
    api: Caller, world: World, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = api.get(with_pictures(world, f"{elsewhere.url}/a.png")).json()["items"][0]["url"]
    import time

    later = time.time() + 1_300
    monkeypatch.setattr(time, "time", lambda: later)
    assert Client().get(url).status_code == 410


def test_pictures_of_our_own_network_are_not_fetched(
    api: Caller, world: World, elsewhere: Elsewhere, settings: Any
) -> None:
    settings.ALLOWED_NETWORKS = []
    listed = with_pictures(world, f"{elsewhere.url}/a.png", "http://169.254.169.254/latest/meta-data")
    for link in api.get(listed).json()["items"]:
        assert Client().get(link["url"]).status_code == 502
    assert elsewhere.asked == []


def test_a_channel_that_never_shows_pictures_makes_no_links(api: Caller, world: World) -> None:
    listed = with_pictures(world, "https://pics.example/a.png")
    Channel.objects.within(world.organization).filter(pk=world.channel.pk).update(
        config={"remote_images": "never"}
    )
    assert api.get(listed).status_code == 403
    assert api.get(f"{world.url}/timeline").json()["items"][0]["remote_images"]["policy"] == "never"


def test_who_gets_an_answer_is_as_said(api: Caller, world: World) -> None:
    said = {"text": "x", "to": ["new@a.example"], "cc": ["copy@a.example"], "bcc": ["hidden@a.example"]}
    item = api.post(f"{world.url}/messages", said).json()
    for field in ("to", "cc", "bcc"):
        assert [one["address"] for one in item[field]] == said[field]
    assert {way["recipient"] for way in item["deliveries"]} == {
        *("new@a.example", "copy@a.example", "hidden@a.example")
    }
    wrong = api.post(f"{world.url}/messages", {"text": "x", "to": ["nobody"]})
    assert wrong.status_code == 422
    assert "to" in wrong.json()["errors"]


def test_a_message_is_handed_on_with_its_files(api: Caller, world: World) -> None:
    world.attachment.item = world.inbound.item
    world.attachment.save(update_fields=["item"])
    body = {"item_id": str(world.inbound.pk), "to": ["colleague@b.example"], "text": "FYI", "client_id": "f"}
    item = api.post(f"{world.url}/forward", body).json()
    assert item["forward_of_id"] == str(world.inbound.pk)
    assert item["text"].startswith("FYI\n")
    assert "Where is the Acme parcel?" in item["text"]
    assert [one["address"] for one in item["to"]] == ["colleague@b.example"]
    assert [file["filename"] for file in item["attachments"]] == ["photo.png"]
    assert api.post(f"{world.url}/forward", body).json()["id"] == item["id"]
    assert Attachment.objects.within(world.organization).count() == 2


def test_the_signature_that_would_stand_there_is_filled(api: Caller, world: World) -> None:
    Signature.objects.create(
        organization=world.organization, user=world.people["agent"], text="{{agent.name}}"
    )
    assert api.get(f"{world.url}/signature").json() == {"text": "Agent Acme", "html": ""}


def test_a_part_is_split_off_and_both_tell_of_each_other(api: Caller, world: World) -> None:
    new = api.post(f"{world.url}/split", {"item_ids": [str(world.inbound.pk)], "subject": "Other"}).json()
    (link,) = api.get(f"conversations/{new['id']}/links").json()["items"]
    assert link["kind"] == "split"
    assert link["is_origin"]
    assert link["conversation"]["id"] == str(world.conversation.pk)
    merged = api.post(f"conversations/{new['id']}/merge", {"into": str(world.conversation.pk)}).json()
    assert merged["id"] == str(world.conversation.pk)
    kinds = [(one["kind"], one["is_origin"]) for one in api.get(f"{world.url}/links").json()["items"]]
    assert kinds == [("split", False), ("merged", True)]
    again = api.post(f"conversations/{new['id']}/unmerge").json()
    assert again["status"] == "open"


def test_what_waits_for_its_next_try_says_when(api: Caller, world: World) -> None:
    with held_at(now()):
        later = now() + timedelta(minutes=5)
        world.delivery.status, world.delivery.next_attempt_at = "queued", later
        world.delivery.save()
    items = api.get(f"{world.url}/timeline").json()["items"]
    (delivery,) = next(item["deliveries"] for item in items if item["id"] == str(world.outbound.pk))
    assert delivery["next_attempt_at"] is not None
    assert api.post(f"deliveries/{world.delivery.pk}/cancel").json()["status"] == "canceled"
