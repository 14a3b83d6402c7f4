"""A load client for broadcasts: many receiving WebSockets and one publisher, in a closed loop.

`python -m bench.fanout_client PORT RECEIVERS SECONDS SERVER DIALECT LONE` prints one JSON line. It reads
frames just as far as counting needs: the header, the message's stamp, and now and then a credit. DIALECT is
"plain", "hub" (hello and acknowledgements) or "socket.io".
"""

import asyncio
import base64
import json
import os
import random
import re
import resource
import sys
import time
from typing import Any

STAMP = re.compile(rb"@(\d{12})")
CREDIT = re.compile(rb'"credit":"([^"]+)"')
SIZE = 300
WINDOW = 4
ACKNOWLEDGE_EVERY = 16
CONNECT_AT_ONCE = 100
PATIENCE = 60.0
SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"


def masked(text: bytes) -> bytes:
    """A client's text frame; the mask is nought, so the payload goes as it is."""
    size = len(text)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + bytes(4) + text


class Load:
    """The messages on their way, and who still lacks them."""

    def __init__(self, receivers: int) -> None:
        self.receivers = receivers
        self.deliveries = 0
        self.lacking: dict[bytes, int] = {}
        self.room = asyncio.Semaphore(WINDOW)

    def arrived(self, stamp: bytes) -> None:
        """One receiver has one message."""
        self.deliveries += 1
        self.lacking[stamp] -= 1
        if not self.lacking[stamp]:
            del self.lacking[stamp]
            self.room.release()


class Connection(asyncio.Protocol):
    """One WebSocket, spoken by hand."""

    def __init__(self, path: str, load: Load | None, dialect: str) -> None:
        self.path = SOCKET_IO if dialect == "socket.io" else path
        self.dialect = dialect
        self.load = load
        self.is_open = asyncio.get_running_loop().create_future()
        self.is_ready = asyncio.get_running_loop().create_future()
        self._rest = b""
        # Real clients came at different times, so they do not all acknowledge the same message.
        self._credit = b""
        self._unacknowledged = random.randrange(ACKNOWLEDGE_EVERY)

    def connection_made(self, transport: Any) -> None:
        """Ask for the upgrade."""
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Finish the handshake, then walk through the frames."""
        data = self._rest + data
        if not self.is_open.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            self.is_open.set_result(b" 101 " in head)
        start, size = 0, len(data)
        while size - start >= 4:
            length = data[start + 1]
            begin = start + 2
            if length == 126:
                length, begin = int.from_bytes(data[start + 2 : start + 4], "big"), start + 4
            if begin + length > size:
                break
            self._frame(data[start], data, begin, begin + length)
            start = begin + length
        self._rest = data[start:]

    def _frame(self, first: int, data: bytes, begin: int, end: int) -> None:
        if first & 15 == 9:
            self.transport.write(b"\x8a\x80" + bytes(4))
        if first & 15 != 1:
            return
        stamp = STAMP.search(data, begin, end)
        if stamp is None or self.load is None:
            self._other(data, begin)
            return
        self.load.arrived(stamp[1])
        self._unacknowledged += 1
        if credit := CREDIT.search(data, begin, end):
            self._credit = credit[1]
        if self._unacknowledged >= ACKNOWLEDGE_EVERY and self._credit:
            self._unacknowledged = 0
            self.transport.write(masked(b'{"type":"ack","seq":0,"credit":"%s"}' % self._credit))
            self._credit = b""

    def _other(self, data: bytes, begin: int) -> None:
        """A frame without a message: a greeting, or socket.io's ping."""
        if data.startswith((b'{"type":"ready"', b"40"), begin) and not self.is_ready.done():
            self.is_ready.set_result(True)
        elif self.dialect == "socket.io" and data.startswith(b"2", begin):
            self.transport.write(masked(b"3"))

    def say(self, message: dict[str, str]) -> None:
        """Publish."""
        text = json.dumps(message)
        self.transport.write(masked((f'42["say",{text}]' if self.dialect == "socket.io" else text).encode()))


async def connect(port: int, path: str, load: Load | None, dialect: str) -> Connection:
    """Open a WebSocket; one that greets is ready when the server says so."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(lambda: Connection(path, load, dialect), "127.0.0.1", port)
    if not await asyncio.wait_for(connection.is_open, PATIENCE):
        raise ConnectionError(f"{path} was refused")
    if dialect != "plain":
        connection.transport.write(masked(b'{"type":"hello"}' if dialect == "hub" else b"40"))
        await asyncio.wait_for(connection.is_ready, PATIENCE)
    return connection


async def measure(
    port: int, receivers: int, seconds: float, server: int, dialect: str, lone: int
) -> dict[str, float]:
    """Keep `WINDOW` messages on their way for so long, then send `lone` ones alone.

    Answers deliveries, the server's CPU seconds, its memory for each receiver in KiB, and the slowest 1 % of
    the lone messages in milliseconds.
    """
    load = Load(receivers)
    empty = memory(server)
    open_ones: list[Connection] = []
    for start in range(0, receivers, CONNECT_AT_ONCE):
        batch = range(start, min(start + CONNECT_AT_ONCE, receivers))
        open_ones += await asyncio.gather(*(connect(port, "/receive", load, dialect) for _ in batch))
    per_receiver = (memory(server) - empty) / receivers
    publisher = await connect(port, "/publish", None, dialect if dialect == "socket.io" else "plain")
    await publish(publisher, load, 1.0)
    load.deliveries = 0
    began, used = time.perf_counter(), cpu_seconds(server)
    own = time.process_time()
    await publish(publisher, load, seconds)
    took = time.perf_counter() - began
    figures = {
        "deliveries": float(load.deliveries),
        "seconds": took,
        "server_cpu": cpu_seconds(server) - used,
        "client_share": (time.process_time() - own) / took,
        "kib_per_receiver": per_receiver,
    }
    return figures | ({"alone_p99_ms": await alone(publisher, load, lone)} if lone else {})


async def publish(publisher: Connection, load: Load, seconds: float) -> None:
    """Publish in a closed loop, and wait until everybody has everything."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        await asyncio.wait_for(load.room.acquire(), PATIENCE)
        say_one(publisher, load)
    await emptied(load)


async def alone(publisher: Connection, load: Load, lone: int) -> float:
    """Milliseconds until everybody has a message that travels alone, in the slowest 1 %."""
    found = []
    for _ in range(lone):
        await asyncio.sleep(0.01)
        began = time.perf_counter()
        await load.room.acquire()
        say_one(publisher, load)
        await emptied(load)
        found.append(1000 * (time.perf_counter() - began))
    return sorted(found)[max(0, round(0.99 * len(found)) - 1)]


def say_one(publisher: Connection, load: Load) -> None:
    """Send the next message on its way."""
    stamp = b"%012d" % (time.perf_counter_ns() // 1000 % 10**12)
    load.lacking[stamp] = load.receivers
    publisher.say({"type": "message", "stamp": f"@{stamp.decode()}", "text": "x" * (SIZE - 40)})


async def emptied(load: Load) -> None:
    """Return when no message is on its way."""
    for _ in range(WINDOW):
        await asyncio.wait_for(load.room.acquire(), PATIENCE)
    for _ in range(WINDOW):
        load.room.release()


def memory(process: int) -> float:
    """The memory that a process holds, in KiB."""
    with open(f"/proc/{process}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def cpu_seconds(process: int) -> float:
    """The CPU time that a process has used, in user and system mode."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(port: int, receivers: int, seconds: float, server: int, dialect: str, lone: int) -> None:
    """Measure one server and print the figures as JSON."""
    import uvloop

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    print(json.dumps(uvloop.run(measure(port, receivers, seconds, server, dialect, lone))))


if __name__ == "__main__":
    main(
        int(sys.argv[1]),
        int(sys.argv[2]),
        float(sys.argv[3]),
        int(sys.argv[4]),
        sys.argv[5],
        int(sys.argv[6]),
    )
