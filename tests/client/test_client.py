"""The Python client against a whole hub: calls, refusals, and a stream that survives what networks do."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from hub.client import (
    Client,
    Conflict,
    Event,
    Invalid,
    Live,
    NotFound,
    NotSignedIn,
    Position,
    Resync,
    Stream,
    Unavailable,
    shapes,
)
from tests.client.proxy import CuttingProxy
from tests.hub_process import HubProcess
from tests.services import free_port

DEADLINE = 60.0


@pytest.fixture
def acme(hub_process: HubProcess) -> dict[str, Any]:
    """What the demo tells of its first organization."""
    return dict(hub_process.demo()["organizations"][0])


@pytest.fixture
async def client(hub_process: HubProcess, acme: dict[str, Any]) -> AsyncIterator[Client]:
    """The client of an agent."""
    async with Client(hub_process.base_url, acme["users"]["agent"]["api_token"]) as client:
        yield client


async def _started(client: Client, acme: dict[str, Any]) -> shapes.Conversation:
    address = f"{uuid4().hex}@customer.test"
    channel = acme["channels"]["email"]["id"]
    return await client.start(channel, address, "Good morning.", subject="An offer")


async def test_the_verbs_do_what_they_say(client: Client, acme: dict[str, Any]) -> None:
    assert (await client.me())["organization"]["slug"] == "acme"
    conversation = await _started(client, acme)
    item = await client.reply(conversation["id"], "And good evening.", client_id=(own := uuid4().hex))
    again = await client.reply(conversation["id"], "And good evening.", client_id=own)
    note = await client.note(conversation["id"], "A difficult one.")
    file = await client.upload("ø.txt", b"written", "text/plain")
    await client.reply(conversation["id"], "With a file.", attachment_ids=[file["id"]])
    labelled = await client.update(conversation["id"], labels=["vip"], priority="high")
    resolved = await client.act(conversation["id"], "resolve")
    told = [entry async for entry in client.timeline(conversation["id"])]
    assert item["id"] == again["id"]
    assert (labelled["labels"], labelled["priority"]) == (["vip"], "high")
    assert resolved["status"] == "resolved"
    assert [entry["text"] for entry in told if entry["kind"] in ("message", "note")] == [
        "Good morning.", "And good evening.", note["text"], "With a file.",
    ]  # fmt: skip
    assert (await client.contact(conversation["contact"]["id"]))["identities"][0]["kind"] == "email"


async def test_lists_are_read_to_their_end(client: Client) -> None:
    numbers = [row["number"] async for row in client.conversations(order="oldest")]
    assert len(numbers) == len(set(numbers)) > 150


async def test_refusals_are_exceptions_that_say_why(
    client: Client, acme: dict[str, Any], hub_process: HubProcess
) -> None:
    with pytest.raises(NotFound):
        await client.conversation("01890a5d-ac96-774b-bcce-b302099a8057")
    conversation = await _started(client, acme)
    with pytest.raises(Invalid) as invalid:
        await client.update(conversation["id"], priority="enormous")
    assert "priority" in invalid.value.errors
    async with Client(hub_process.base_url, acme["users"]["agent2"]["api_token"]) as colleague:
        await colleague.reply(conversation["id"], "I was faster.")
    with pytest.raises(Conflict) as missed:
        await client.reply(conversation["id"], "Too late.", seen_seq=1)
    assert missed.value.type.endswith("/conversation-changed")
    async with Client(hub_process.base_url, "no such token") as stranger:
        with pytest.raises(NotSignedIn):
            await stranger.me()
        with pytest.raises(NotSignedIn):
            await anext(aiter(stranger.stream()))


async def test_a_hub_that_is_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.client.http.pause", lambda attempt: 0.0)
    async with Client(f"http://127.0.0.1:{free_port()}", "token") as client:
        with pytest.raises(Unavailable):
            await client.me()


async def test_a_stream_that_is_cut_again_and_again_misses_and_doubles_nothing(
    client: Client, acme: dict[str, Any], hub_process: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.client.stream.pause", lambda attempt: 0.01)
    token = acme["users"]["agent"]["api_token"]
    conversation = await _started(client, acme)
    async with CuttingProxy(urlsplit(hub_process.base_url).port or 0) as proxy:
        own = Client(f"http://127.0.0.1:{proxy.port}", token)
        async with own, own.stream() as stream, asyncio.timeout(DEADLINE):
            seen = asyncio.create_task(_texts(stream, conversation["id"], "the last"))
            await stream.is_live.wait()
            for number in range(20):
                await client.note(conversation["id"], f"note {number}")
                if number % 5 == 2:
                    proxy.cut()
            await client.note(conversation["id"], "the last")
            assert await seen == [*(f"note {number}" for number in range(20)), "the last"]
    assert proxy.connections >= 4


async def _texts(stream: Stream, conversation_id: str, last: str) -> list[str]:
    """The notes of a conversation as the stream tells them, up to the last one; their numbers must rise."""
    found: list[str] = []
    seq = 0
    async for event in stream:
        assert event.position.seq > seq
        seq = event.position.seq
        if event.name == "note.created" and event.data["conversation_id"] == conversation_id:
            found.append(event.data["note"]["text"])
            if found[-1] == last:
                break
    return found


async def test_a_stream_goes_on_where_a_program_stopped(client: Client, acme: dict[str, Any]) -> None:
    conversation = await _started(client, acme)
    async with asyncio.timeout(DEADLINE), client.stream() as first:
        noted = asyncio.create_task(_note(first))
        await first.is_live.wait()
        await client.note(conversation["id"], "while it runs")
        kept = (await noted).position
    await client.note(conversation["id"], "while it is away")
    async with asyncio.timeout(DEADLINE), client.stream(since=kept) as second:
        event = await _note(second)
        assert (event.data["note"]["text"], event.position.epoch) == ("while it is away", kept.epoch)


async def _note(stream: Stream) -> Event:
    """The next note that the stream tells of."""
    return await anext(event async for event in stream if event.name == "note.created")


async def test_a_place_in_another_log_is_told_to_fetch_afresh(client: Client, acme: dict[str, Any]) -> None:
    async with asyncio.timeout(DEADLINE), client.stream(since=Position("another", 7)) as stream:
        frames = stream.frames()
        while isinstance(first := await anext(frames), Live):
            pass
        assert isinstance(first, Resync)
        conversation = await _started(client, acme)
        event = await anext(frame async for frame in frames if isinstance(frame, Event))
        assert event.position.seq > first.position.seq
        assert event.data["conversation_id"] == conversation["id"]


def test_the_shapes_are_those_of_the_document() -> None:
    from inbox.api.service import api

    schemas = api.get_openapi_schema()["components"]["schemas"]
    for shape in (shapes.Conversation, shapes.Contact, shapes.Item, shapes.Attachment, shapes.Delivery):
        assert set(shape.__annotations__) <= set(schemas[shape.__name__]["properties"]), shape.__name__
