"""The same sockets on a plain ASGI server: no extension, nothing but `send`."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
import websockets

from realtime.consumers import Socket
from realtime.entries import Frames

DEADLINE = 60.0


class Flood(Socket):
    """Answers with as many frames as it is asked for."""

    async def on_frame(self, frame: Any) -> None:
        for number in range(frame["count"]):
            self.writer.write(Frames([json.dumps({"n": number, "x": "x" * 2000})]))
        self.most_buffered = self.writer.buffered()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a uvicorn on the test's own loop."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(Flood.as_asgi(), lifespan="off", ws="websockets-sansio", log_level="error")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with asyncio.timeout(DEADLINE):
            while not server.started:
                await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


async def test_frames_wait_for_a_slow_reader_and_arrive_in_order(port: int) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{port}/", compression=None) as client:
        client.transport.pause_reading()
        await client.send('{"type": "flood", "count": 6000}')
        async with asyncio.timeout(DEADLINE):
            while not any(getattr(found, "most_buffered", 0) for found in Socket.open_sockets):
                await asyncio.sleep(0.01)
        client.transport.resume_reading()
        async with asyncio.timeout(DEADLINE):
            numbers = [json.loads(await client.recv())["n"] for _ in range(6000)]
    assert numbers == list(range(6000))


async def test_a_bad_frame_is_told_by_code_and_reason(port: int) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{port}/") as client:
        await client.send("nonsense")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4400, "not JSON")
