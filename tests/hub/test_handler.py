"""Requests over ASGI: each in a thread of the pool, and streams that end when the client leaves."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from hub.handler import Handler

closed = threading.Event()


def name_of_thread(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{threading.current_thread().name} {len(request.body)}")


async def on_the_loop(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("both ways")


def endless(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"piece"
                await asyncio.sleep(0)
        finally:
            closed.set()

    return StreamingHttpResponse(pieces())


urlpatterns = [path("thread", name_of_thread), path("loop", on_the_loop), path("endless", endless)]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_addresses")]


@pytest.fixture
def own_addresses() -> Any:
    with override_settings(ROOT_URLCONF="tests.hub.test_handler"):
        yield


async def asked(address: str, *body: bytes) -> ApplicationCommunicator:
    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": []}
    request = ApplicationCommunicator(Handler(), scope)
    for piece in body:
        await request.send_input({"type": "http.request", "body": piece, "more_body": True})
    await request.send_input({"type": "http.request", "body": b""})
    return request


async def answer(request: ApplicationCommunicator) -> tuple[int, bytes]:
    status = (await request.receive_output(10))["status"]
    body = (await request.receive_output(10))["body"]
    await request.wait(10)
    return status, body


async def test_a_request_runs_in_a_thread_of_the_pool_with_all_of_its_body() -> None:
    status, body = await answer(await asked("/thread", b"one", b"two"))
    assert status == 200
    assert body.startswith(b"http_") and body.endswith(b" 6")


async def test_an_asynchronous_view_runs_on_the_loop() -> None:
    assert await answer(await asked("/loop")) == (200, b"both ways")


async def test_a_stream_ends_when_the_client_leaves() -> None:
    closed.clear()
    request = await asked("/endless")
    assert (await request.receive_output(10))["status"] == 200
    assert (await request.receive_output(10))["body"] == b"piece"
    await request.send_input({"type": "http.disconnect"})
    await request.wait(10)
    assert closed.is_set()


async def test_who_leaves_before_the_end_of_the_request_gets_nothing() -> None:
    request = ApplicationCommunicator(Handler(), {"type": "http", "method": "GET", "path": "/thread"})
    await request.send_input({"type": "http.request", "body": b"half", "more_body": True})
    await request.send_input({"type": "http.disconnect"})
    await request.wait(10)
    assert request.output_queue.empty()
