"""Several hubs behind one port, with a Redis that fails and a hub that is killed: late, but never missed."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.client import Client, Event, Stream
from tests.demo_data import DemoData
from tests.faults.balancer import Balancer
from tests.faults.redis import MoodyRedis, moody_redis
from tests.hub_process import HubProcess, environment, fresh_database_url

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("HUB_TEST_DATABASE_URL"), reason="single roles need PostgreSQL"),
]

DEADLINE = 120.0
FOLLOWERS = 6
FROZEN_SECONDS = 3.0


@dataclass
class House:
    """Two web processes on one database and one Redis, and what the demo tells of its first organization."""

    webs: list[HubProcess]
    redis: MoodyRedis
    acme: dict[str, Any]


@pytest.fixture
def house(demo: DemoData, tmp_path: Path) -> Iterator[House]:
    """The house, up and running."""
    template = demo.database_url.rpartition("/")[2]
    with moody_redis(tmp_path) as redis, demo.hub(tmp_path / "data") as first:
        acme = first.demo()["organizations"][0]
        first.stop()
        settings = {
            "HUB_REDIS_URL": redis.url,
            "HUB_SECRET_KEY": "a secret that all processes of this house share",
            "HUB_ENCRYPTION_KEYS": (tmp_path / "data" / "encryption_keys").read_text().strip(),
        }
        with fresh_database_url(tmp_path, template=template) as url:
            webs = [
                HubProcess(environment(tmp_path / f"web{number}", url, **settings), arguments=("web",))
                for number in range(2)
            ]
            try:
                for web in webs:
                    web.start()
                yield House(webs, redis, acme)
            finally:
                for web in webs:
                    web.kill()


@pytest.fixture
async def port(house: House) -> AsyncIterator[Balancer]:
    """The one port that clients know."""
    targets = [int(web.environment["HUB_HTTP_PORT"]) for web in house.webs]
    async with Balancer(targets) as balancer:
        yield balancer


@pytest.mark.timeout(400)
async def test_every_follower_sees_every_note_once_whatever_fails(house: House, port: Balancer) -> None:
    token = house.acme["users"]["agent"]["api_token"]
    async with AsyncExitStack() as stack, asyncio.timeout(DEADLINE):
        client = await stack.enter_async_context(Client(port.url, token))
        conversation = await anext(client.conversations())
        streams = [await stack.enter_async_context(client.stream()) for _ in range(FOLLOWERS)]
        following = [asyncio.create_task(_notes(stream)) for stream in streams]
        for stream in streams:
            await stream.is_live.wait()
        written = [text async for text in _write_while_things_fail(house, client, conversation["id"])]
        assert await asyncio.gather(*following) == [written] * FOLLOWERS


async def _write_while_things_fail(house: House, client: Client, conversation_id: str) -> AsyncIterator[str]:
    """Write notes before, during and after each misfortune; yields their texts."""

    async def write(text: str) -> str:
        await client.note(conversation_id, text)
        return text

    yield await write("all is well")
    house.redis.flush()
    yield await write("Redis has forgotten everything")
    house.redis.freeze()
    yield await write("Redis is frozen")
    await asyncio.sleep(FROZEN_SECONDS)
    yield await write("Redis is still frozen")
    house.redis.thaw()
    yield await write("Redis goes on")
    house.redis.kill()
    yield await write("Redis is gone")
    house.redis.start()
    yield await write("Redis is back")
    house.webs[0].kill()
    yield await write("a hub was killed")
    await asyncio.to_thread(house.webs[0].start)
    yield await write("the hub is back")
    yield await write("the end")


async def _notes(stream: Stream) -> list[str]:
    """The notes that a follower is told of, up to the last one."""
    found: list[str] = []
    async for event in stream:
        if _is_note(event):
            found.append(event.data["note"]["text"])
            if found[-1] == "the end":
                break
    return found


def _is_note(event: Event) -> bool:
    return event.name == "note.created"
