"""From an agent's request to a hundred colleagues' screens, committed on the way: deliveries a second.

`python -m bench.persisted`. The hub runs whole; each note is one request, one transaction and one event that
every socket is sent. Four are on their way at any time.
"""

import asyncio
import statistics
import tempfile
import time
import uuid
from contextlib import AsyncExitStack
from pathlib import Path

from bench.fanout_client import cpu_seconds
from bench.people import People, people
from hub.client import Client, Stream
from tests.hub_process import HubProcess, environment

FOLLOWERS = 100
WINDOW = 4
SECONDS = 6.0
PATIENCE = 60.0


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        hub = HubProcess(environment(Path(name) / "hub", f"sqlite:///{name}/hub.sqlite3"), arguments=("run",))
        hub.start()
        try:
            rate, per_cpu, median = asyncio.run(_measured(hub, people(hub, FOLLOWERS)))
        finally:
            hub.kill()
    print(
        f"committed and shown to {FOLLOWERS} agents: {rate:.0f} deliveries/s, {per_cpu:.0f} per server CPU"
        f" second (goal: 100 x matrix-synapse's); request to last screen p50 {1000 * median:.0f} ms"
    )


async def _measured(hub: HubProcess, those: People) -> tuple[float, float, float]:
    """Deliveries a second, the same for a second of the hub's processor time, and the median's seconds."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(hub.base_url, those.tokens[0]))
        wanted = [those.tokens[number % len(those.tokens)] for number in range(FOLLOWERS)]
        streams = [await stack.enter_async_context(Stream(hub.base_url, token)) for token in wanted]
        screens = Screens()
        following = [asyncio.create_task(screens.follow(stream)) for stream in streams]
        await asyncio.gather(*(asyncio.wait_for(stream.is_live.wait(), PATIENCE) for stream in streams))
        assert hub.process is not None
        began, used = time.perf_counter(), cpu_seconds(hub.process.pid)
        await asyncio.gather(*(_say(client, those, screens, began + SECONDS) for _ in range(WINDOW)))
        took, used = time.perf_counter() - began, cpu_seconds(hub.process.pid) - used
        for task in following:
            task.cancel()
        return screens.deliveries / took, screens.deliveries / used, statistics.median(screens.seconds)


class Screens:
    """Who has seen what."""

    def __init__(self) -> None:
        self.deliveries = 0
        self.seconds: list[float] = []
        self._lacking: dict[str, int] = {}
        self._seen: dict[str, asyncio.Event] = {}

    async def follow(self, stream: Stream) -> None:
        """Count what one screen is told."""
        async for event in stream:
            if event.name == "note.created":
                self._count(event.data["note"]["text"])

    def _count(self, text: str) -> None:
        self.deliveries += 1
        self._lacking[text] -= 1
        if not self._lacking[text]:
            self._seen[text].set()

    async def shown(self, client: Client, conversation_id: str) -> None:
        """Write a note, and return when everybody was told."""
        text = f"{uuid.uuid4().hex} {'x' * 260}"
        self._lacking[text] = FOLLOWERS
        seen = self._seen[text] = asyncio.Event()
        began = time.perf_counter()
        await client.note(conversation_id, text)
        await asyncio.wait_for(seen.wait(), PATIENCE)
        self.seconds.append(time.perf_counter() - began)


async def _say(client: Client, those: People, screens: Screens, until: float) -> None:
    while time.perf_counter() < until:
        await screens.shown(client, those.conversation_id)


if __name__ == "__main__":
    main()
