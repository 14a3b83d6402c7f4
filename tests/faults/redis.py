"""A Redis server of a test's own, to be killed, emptied and frozen."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.services import free_port, redis_program


class MoodyRedis:
    """A Redis server on one port that comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, when it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Run it; clients connect once it listens."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([redis_program(), *options], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """End it at once, with everything that it knew."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def flush(self) -> None:
        """Make it forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def freeze(self) -> None:
        """Stop it without closing a connection, as a machine does that swaps."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def moody_redis(folder: Path) -> Iterator[MoodyRedis]:
    """A running one, gone after the block."""
    server = MoodyRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
