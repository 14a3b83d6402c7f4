"""Hints: from any thread and process, through a Redis that may come and go."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from hub.environment import digest_of_keys
from hub.models import Organization, User
from realtime import bus, visibility
from tests.realtime.conftest import Connect
from tests.realtime.wire import Peer, append_async
from tests.services import free_port, redis_program

pytestmark = pytest.mark.django_db(transaction=True)

DEADLINE = 60.0


class Redis:
    """A Redis server that a test may kill and start again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([redis_program(), *options], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A running Redis that is the channel layer between processes."""
    server = Redis(tmp_path)
    server.start()
    layer = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [server.url], "prefix": f"hub-{digest_of_keys()}"},
    }
    with override_settings(CHANNEL_LAYERS={"default": layer}):
        yield server
        server.kill()


def command(redis: Redis) -> dict[str, Any]:
    return {"env": {**os.environ, "HUB_REDIS_URL": redis.url, "DJANGO_SETTINGS_MODULE": "hub.settings"}}


@pytest.fixture
async def neighbour(redis: Redis) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process on the same Redis, its prefix being ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.realtime.neighbour",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        **command(redis),
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), DEADLINE)
    yield process
    process.kill()
    await process.communicate()


async def say(process: asyncio.subprocess.Process, of: Organization, way: str, text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{of.pk} {way} {text}\n".encode())
    await process.stdin.drain()


async def until_heard(peer: Peer, process: asyncio.subprocess.Process, of: Organization, text: str) -> None:
    """Let the neighbour speak again and again until the peer hears it."""
    for number in range(int(DEADLINE / 0.2)):
        await say(process, of, "loop", f"{text}-{number}")
        await asyncio.sleep(0.2)
        if any(str(frame.get("text", "")).startswith(text) for frame in peer.frames):
            return
    raise AssertionError(f"{text} was never heard")


async def test_a_plain_thread_publishes_through_the_loop(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peer = await connect(acme, amal)
    frame = {"type": "live", "data": {"waiting": 3}}
    thread = threading.Thread(target=bus.publish_value, args=(acme.pk, visibility.INBOX, "live", frame))
    thread.start()
    assert (await peer.frame(type="live"))["data"] == {"waiting": 3}
    thread.join()


def test_without_loop_and_redis_publishing_does_nothing_and_does_not_fail(acme: Organization) -> None:
    bus.publish_value(acme.pk, visibility.INBOX, "live", {"type": "live"})


async def test_what_other_processes_publish_is_shown_here(
    acme: Organization,
    amal: User,
    connect: Connect,
    redis: Redis,
    neighbour: asyncio.subprocess.Process,
) -> None:
    peer = await connect(acme, amal)
    await until_heard(peer, neighbour, acme, "hello")
    await say(neighbour, acme, "thread", "thread")
    await peer.frame(type="live", text="thread")
    outside = [sys.executable, "-m", "tests.realtime.neighbour", "outside", str(acme.pk), "outside"]
    process = await asyncio.create_subprocess_exec(*outside, stderr=subprocess.DEVNULL, **command(redis))
    assert await process.wait() == 0
    await peer.frame(type="live", text="outside")


async def test_losing_redis_costs_nothing_here_and_only_latency_elsewhere(
    acme: Organization,
    amal: User,
    connect: Connect,
    redis: Redis,
    neighbour: asyncio.subprocess.Process,
) -> None:
    peer = await connect(acme, amal)
    await until_heard(peer, neighbour, acme, "before")
    redis.kill()
    for number in range(1, 4):
        await append_async(acme)
        await peer.frame(type="event", seq=number)
    redis.start()
    await until_heard(peer, neighbour, acme, "after")
    assert peer.sequence() == [1, 2, 3]
    assert peer.close_code is None
