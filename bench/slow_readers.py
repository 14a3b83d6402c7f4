"""Sockets that never read, under a steady stream of events: what they cost the server, and the others.

`python -m bench.slow_readers`. One hundred sockets say hello and read nothing more, while one megabyte of
events a second goes out for ten seconds; one reader among them acknowledges as it should.
"""

import asyncio
import json
import socket
import time
from typing import Any

from bench.fanout import OURS, running
from bench.fanout_client import Connection, Load, connect, masked, memory

SILENT = 100
BYTES_PER_SECOND = 1_000_000
EVENT_BYTES = 2_000
SECONDS = 10.0
GOAL_MIB = 64


def main() -> None:
    """Print the figure."""
    with running(OURS) as (port, process):
        more, delivered = asyncio.run(_measured(port, process))
    print(
        f"{SILENT} sockets that never read at 1 MB/s: {more:.0f} MiB more memory (goal ≤ {GOAL_MIB});"
        f" the one that reads got {delivered:.0%}"
    )


async def _measured(port: int, process: int) -> tuple[float, float]:
    """The most memory that the server took more, in MiB, and the share of events that the reader got."""
    load = Load(1)
    silent = [_silent(port) for _ in range(SILENT)]
    await asyncio.sleep(1.0)
    reader = await connect(port, "/receive", load, "hub")
    publisher = await connect(port, "/publish", None, "plain")
    before = most = memory(process)
    sent = 0
    end = time.monotonic() + SECONDS
    pause = EVENT_BYTES / BYTES_PER_SECOND
    began = time.monotonic()
    while time.monotonic() < end:
        sent += 1
        load.lacking[b"%012d" % sent] = 1
        _say(publisher, sent)
        if sent % 50 == 0:
            most = max(most, memory(process))
            await asyncio.sleep(max(0.0, began + sent * pause - time.monotonic()))
    await asyncio.sleep(1.0)
    most = max(most, memory(process))
    for one in silent:
        one.close()
    del reader
    return (most - before) / 1024, load.deliveries / sent


def _say(publisher: Connection, number: int) -> None:
    message = {"type": "message", "stamp": f"@{number:012d}", "text": "x" * (EVENT_BYTES - 100)}
    publisher.transport.write(masked(json.dumps(message).encode()))


def _silent(port: int) -> socket.socket:
    """A socket that says hello and never reads what comes."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(
        b"GET /receive HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    head: Any = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    connection.sendall(masked(b'{"type":"hello"}'))
    return connection


if __name__ == "__main__":
    main()
