"""The embedded server, in a process of its own: start, write-through, close codes, drain."""

import asyncio
import contextlib
import json
import re
import socket
import sys
from collections.abc import AsyncIterator
from importlib.metadata import version

import httpx
import pytest
import websockets

DEADLINE = 60.0


class Served:
    """The process of `tests.realtime.embedded`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.port = 0

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), DEADLINE)).decode().strip()

    async def tell(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n".encode())
        await self.process.stdin.drain()

    def connect(self) -> websockets.connect:
        return websockets.connect(f"ws://127.0.0.1:{self.port}/", compression=None, max_size=None)


async def spawn(port: int) -> Served:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.realtime.embedded",
        str(port),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    return Served(process)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A server that listens."""
    found = await spawn(0)
    _, port, loop = (await found.line()).split()
    found.port = int(port)
    assert loop.startswith("uvloop")
    yield found
    if found.process.returncode is None:
        found.process.kill()
    await found.process.communicate()


async def test_a_taken_port_is_one_plain_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        second = await spawn(port)
        assert (
            await second.line() == f"refused web: cannot listen on 127.0.0.1:{port}: Address already in use"
        )
        await asyncio.wait_for(second.process.communicate(), DEADLINE)
        assert second.process.returncode == 0


async def test_frames_of_every_length_arrive_as_they_were(served: Served) -> None:
    async with served.connect() as client:
        for length in (0, 1, 100, 125, 126, 127, 4_000, 60_000):
            text = json.dumps({"type": "echo", "text": "ü" * (length // 2)}, ensure_ascii=False)
            await client.send(text)
            assert json.loads(await client.recv()) == json.loads(text)


async def test_closing_carries_code_and_reason(served: Served) -> None:
    cases: list[tuple[str | bytes, int, str]] = [
        ('{"type": "close", "code": 4408}', 4408, "as asked"),
        ('{"type": "fail"}', 4503, "internal error"),
        ("nonsense", 4400, "not JSON"),
        (b"\x00", 4400, "binary frame"),
    ]
    for sent, code, reason in cases:
        async with served.connect() as client:
            await client.send(sent)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, reason)


async def test_what_a_slow_reader_has_not_taken_is_buffered_and_arrives_in_order(served: Served) -> None:
    async with served.connect() as client:
        await client.send('{"type": "echo"}')
        await client.recv()
        client.transport.pause_reading()
        await served.tell("flood 6000")
        _, buffered = (await served.line()).split()
        assert int(buffered) > 0
        client.transport.resume_reading()
        numbers = [json.loads(await client.recv())["n"] for _ in range(6000)]
        assert numbers == list(range(6000))


async def _slowed(served: Served) -> None:
    """Wait until the server has heard that it is slow: what is said to it now is answered."""
    await served.tell("flood 0")
    await served.line()


async def test_those_who_come_all_at_once_are_sent_away_in_words(served: Served) -> None:
    await served.tell("slow 3")
    await _slowed(served)
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(served.connect()) for _ in range(5)]
        for client in clients[3:]:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1013
            assert re.fullmatch(r"too many connections, retry in [0-5]\.\d", closed.value.rcvd.reason)
        await served.tell("go on")
        for client in clients[:3]:
            await client.send('{"type": "echo"}')
            assert json.loads(await client.recv()) == {"type": "echo"}


async def test_stopping_closes_sockets_with_4503_and_lets_requests_end(served: Served) -> None:
    async with served.connect() as client, httpx.AsyncClient() as browser:
        request = asyncio.create_task(browser.get(f"http://127.0.0.1:{served.port}/", timeout=DEADLINE))
        await asyncio.sleep(0.2)
        await served.tell("stop")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4503
        assert re.fullmatch(r"restarting, retry in [01]\.\d", closed.value.rcvd.reason)
        assert (await request).text == "done"
    assert await served.line() == "stopped"
    assert await asyncio.wait_for(served.process.wait(), DEADLINE) == 0


def test_what_is_touched_inside_daphne_and_twisted_is_still_there() -> None:
    from autobahn.websocket import protocol
    from daphne.server import Server
    from daphne.ws_protocol import WebSocketProtocol
    from twisted.internet import abstract, tcp

    assert version("daphne").startswith("4.")
    for name in ("create_application", "application_checker", "timeout_checker", "listen_error", "run"):
        assert callable(getattr(Server, name))
    for name in ("sendCloseFrame", "serverReject", "handle_reply", "STATE_OPEN"):
        assert hasattr(WebSocketProtocol, name)
    assert {"dataBuffer", "offset"} <= vars(abstract.FileDescriptor).keys()
    assert "_tempDataLen" in abstract.FileDescriptor.__init__.__code__.co_names
    assert hasattr(tcp.Server, "loseConnection")
    assert "pformat" in vars(protocol)
