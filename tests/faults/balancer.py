"""One port before several hubs: each connection goes to the next that takes it, whoever its client is."""

import asyncio
import contextlib
from typing import Self


class Balancer:
    """Forwards connections in turn; a target that refuses is passed over."""

    def __init__(self, targets: list[int]) -> None:
        self._targets = targets
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """The address that clients know."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self._targets:
            self._turn += 1
            with contextlib.suppress(OSError):
                there, back = await asyncio.open_connection(
                    "127.0.0.1", self._targets[self._turn % len(self._targets)]
                )
                await asyncio.gather(_pump(reader, back), _pump(there, writer))
                return
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    writer.close()
