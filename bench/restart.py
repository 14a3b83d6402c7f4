"""A restart of the whole hub under 2,000 agents' sockets: how long until everybody is back and complete.

`python -m bench.restart [SOCKETS]`. The sockets are the Python client's streams: each resumes from its place
and checks every number itself. Counted from the moment at which the new hub answers.
"""

import asyncio
import resource
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bench.people import SOCKETS_PER_USER, people
from hub.client import Client, Stream
from tests.hub_process import HubProcess, environment

SOCKETS = 2_000
CHANGES = 20
PATIENCE = 120.0


def main(sockets: int = SOCKETS) -> None:
    """Print the figure."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        hub = HubProcess(environment(Path(name) / "hub", f"sqlite:///{name}/hub.sqlite3"), arguments=("run",))
        hub.start()
        try:
            seconds, behind = asyncio.run(_restarted(hub, people(hub, sockets).tokens))
        finally:
            hub.kill()
    print(
        f"{sockets} sockets after a restart: all back and complete in {seconds:.1f} s, {behind} with a gap"
        " (goal ≤ 30 s and 0)"
    )


async def _restarted(hub: HubProcess, tokens: list[str]) -> tuple[float, int]:
    """Seconds until every stream is back and at the end of the log, and how many are not."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(hub.base_url, tokens[0]))
        streams = [
            await stack.enter_async_context(Stream(hub.base_url, token))
            for token in tokens
            for _ in range(SOCKETS_PER_USER)
        ]
        following = [asyncio.create_task(_follow(stream)) for stream in streams]
        await asyncio.gather(*(asyncio.wait_for(stream.is_live.wait(), PATIENCE) for stream in streams))
        await _change(client)
        await asyncio.to_thread(hub.stop)
        await asyncio.to_thread(hub.start)
        began = time.monotonic()
        last = await _change(client)
        while time.monotonic() - began < PATIENCE and any(_place(stream) < last for stream in streams):
            await asyncio.sleep(0.1)
        took = time.monotonic() - began
        behind = sum(_place(stream) < last for stream in streams)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        return took, behind


async def _follow(stream: Stream) -> None:
    async for _ in stream:
        pass


async def _change(client: Client) -> int:
    """Make some events; where the log stands after them."""
    for number in range(CHANGES):
        await client.set_presence("online" if number % 2 else "away")
    told = await client.request("GET", "events", query={"limit": 1})
    return int(told["seq"])


def _place(stream: Stream) -> int:
    return stream.position.seq if stream.position else 0


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
