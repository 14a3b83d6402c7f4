"""Files come down by signed link: as downloads, with nothing that could act in a browser."""

import asyncio
import uuid
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.db import OperationalError
from django.test import AsyncClient, Client
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import now
from hub.models import Attachment
from media import attachments, links, storage, views
from media.ranges import Span, Unsatisfiable, requested
from tests import factories as make


@pytest.fixture
def file(db: None) -> Attachment:
    return attachments.create(
        make.organization(), "Rechnung Märzß.txt", "text/plain; charset=x", b"0123456789"
    )


def fetch(url: str, **headers: str) -> Any:
    return Client(raise_request_exception=False).get(url, headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_link_gives_the_file_as_a_guarded_download(file: Attachment) -> None:
    response = fetch(attachments.signed_url(file))
    assert (response.status_code, body(response)) == (200, b"0123456789")
    assert response["Content-Disposition"].startswith('attachment; filename="Rechnung M_rz_.txt"; ')
    assert unquote(response["Content-Disposition"].split("UTF-8''")[1]) == "Rechnung Märzß.txt"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Content-Length"] == "10"
    assert "private" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "x/y", "junk"]
)
def test_what_could_act_is_served_as_octets(kind: str) -> None:
    file = attachments.create(make.organization(), "x", kind, b"<script>alert(1)</script>")
    assert fetch(attachments.signed_url(file))["Content-Type"] == "application/octet-stream"


def test_pictures_keep_their_type(file: Attachment) -> None:
    picture = attachments.create(file.organization, "a.png", "IMAGE/PNG", b"x")
    assert fetch(attachments.signed_url(picture))["Content-Type"] == "image/png"


def test_forged_and_expired_links_give_nothing(file: Attachment, monkeypatch: pytest.MonkeyPatch) -> None:
    token = links.token(file.pk)
    for forged in (token[:-2] + "AA", "B" + token[1:], "x", "é", links.token(uuid.uuid4())):
        assert fetch(f"/files/{quote(forged)}/x").status_code == 404
    real = now
    monkeypatch.setattr(links, "now", lambda: real().fromtimestamp(real().timestamp() + 1201, real().tzinfo))
    assert fetch(f"/files/{token}/x").status_code == 410


def test_a_link_lasts_ten_minutes_and_stays_the_same_meanwhile(file: Attachment) -> None:
    link = links.read(links.token(file.pk))
    assert link is not None
    assert 600 <= link.seconds_left <= 1200
    assert links.token(file.pk) == links.token(file.pk)


@given(st.text())
def test_no_text_is_a_token_by_chance_or_an_error(text: str) -> None:
    assert links.read(text) is None


def test_other_methods_a_lost_file_and_no_database(file: Attachment, monkeypatch: pytest.MonkeyPatch) -> None:
    url = attachments.signed_url(file)
    assert Client().post(url).status_code == 405
    assert Client().head(url).status_code == 200
    storage.delete(file.storage_key)
    assert fetch(url).status_code == 404

    def down(*args: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(Attachment.objects, "unscoped", down)
    assert fetch(url).status_code == 503


@pytest.mark.parametrize(
    "header, expected",
    [
        ("bytes=0-3", (206, b"0123", "bytes 0-3/10")),
        ("bytes=7-", (206, b"789", "bytes 7-9/10")),
        ("bytes=-2", (206, b"89", "bytes 8-9/10")),
        ("bytes=5-99", (206, b"56789", "bytes 5-9/10")),
        ("bytes=0-1,4-5", (200, b"0123456789", None)),
        ("lines=1-2", (200, b"0123456789", None)),
    ],
)
def test_parts_are_given_when_asked_for(file: Attachment, header: str, expected: tuple[Any, ...]) -> None:
    response = fetch(attachments.signed_url(file), Range=header)
    assert (response.status_code, body(response), response.get("Content-Range")) == expected


def test_bytes_that_are_not_there_are_416(file: Attachment) -> None:
    response = fetch(attachments.signed_url(file), Range="bytes=10-")
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,20}-\d{0,20}"), st.integers(0, 1000))
def test_a_span_always_lies_within_the_file(header: str, size: int) -> None:
    try:
        span = requested(header, size)
    except Unsatisfiable:
        return
    assert span is None or (0 <= span.start < span.end <= size and isinstance(span, Span))


@pytest.mark.parametrize(
    "name, expected",
    [
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("\x00\ud800", "attachment"),
        ("..", "attachment"),
        ("", "attachment"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, expected: str) -> None:
    assert attachments.clean_filename(name) == expected


@given(st.text())
def test_any_cleaned_name_fits_into_a_header(name: str) -> None:
    header = views.disposition(attachments.clean_filename(name))
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@pytest.mark.django_db(transaction=True)
async def test_over_asgi_a_large_file_is_streamed_in_pieces() -> None:
    data = bytes(range(256)) * 4096
    file = await asyncio.to_thread(lambda: attachments.create(make.organization(), "big.bin", "x/y", data))
    client = AsyncClient()
    assert isinstance(client.handler, ASGIHandler) or client.handler
    response: Any = await client.get(attachments.signed_url(file))
    assert response.is_async
    pieces = [piece async for piece in response]
    assert b"".join(pieces) == data
    assert len(pieces) == 4
