"""One message to everybody: ours beside bare ASGI on uvicorn, socket.io, and Channels as its tutorial has it.

`python -m bench.fanout`. Server and client each have a core where there are two; the servers take turns, and
each figure is the median of the rounds' ratios. The third baseline needs a Redis server, the second npm.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import ServicesMissing, redis_server
from tools.frontend import find_node

ROUNDS = 3
SECONDS = 3.0
START_SECONDS = 30.0
_SOCKET_IO = "socket.io@4.8.1"

Figures = dict[str, float]


@dataclass(frozen=True)
class Contestant:
    """A server: its command with a place for the port, its environment, and how it wants to be spoken to.

    So many `lone` messages are sent one at a time, each when everybody has the one before.
    """

    command: list[str]
    dialect: str
    environment: Mapping[str, str] = field(default_factory=dict)
    lone: int = 0


OURS = Contestant([sys.executable, "-m", "bench.fanout_server", "{port}"], "hub", lone=200)
_BARE = (
    "-m uvicorn bench.bare_asgi:application --host 127.0.0.1 --port {port} --log-level error --lifespan off"
    " --ws websockets-sansio --ws-per-message-deflate false --backlog 4096"
)
_TEXTBOOK = "-m daphne -b 127.0.0.1 -p {port} -v 0 bench.textbook_channels:application"
BARE = Contestant([sys.executable, *_BARE.split()], "plain", lone=200)


def textbook(redis_url: str) -> Contestant:
    """Daphne and the tutorial's consumers on this Redis."""
    return Contestant([sys.executable, *_TEXTBOOK.split()], "plain", {"BENCH_REDIS_URL": redis_url})


def socket_io(folder: Path) -> Contestant | None:
    """socket.io, installed in this folder; None when it cannot be had."""
    try:
        node = find_node()
        command = [*node.npm, "install", "--no-audit", "--no-fund", "--loglevel=error", _SOCKET_IO]
        subprocess.run(command, cwd=folder, env=dict(node.environment), check=True, capture_output=True)
    except (SystemExit, subprocess.CalledProcessError, OSError):
        return None
    script = Path(__file__).with_name("socketio_baseline.js")
    environment = {**node.environment, "NODE_PATH": str(folder / "node_modules")}
    return Contestant(["node", str(script), "{port}"], "socket.io", environment)


def pinned(core: int) -> list[str]:
    """The command prefix that keeps a process on one core, if there are several."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core % len(cores)])] if len(cores) > 1 else []


@contextmanager
def running(server: Contestant) -> Iterator[tuple[int, int]]:
    """Run a server; yields its port and process id once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*pinned(0), *(word.format(port=port) for word in server.command)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, **server.environment})
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the port is open; RuntimeError when the server ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not start: {process.args!r}")


def figures(server: Contestant, receivers: int, seconds: float = SECONDS) -> Figures:
    """What the load client finds; `per_cpu` is deliveries per second of the server's processor time."""
    with running(server) as (port, process):
        client = [*pinned(1), sys.executable, "-m", "bench.fanout_client"]
        options = [str(port), str(receivers), str(seconds), str(process), server.dialect, str(server.lone)]
        output = subprocess.run([*client, *options], check=True, capture_output=True, timeout=180).stdout
    found: Figures = json.loads(output)
    return found | {"per_cpu": found["deliveries"] / found["server_cpu"]}


def rounds(servers: Mapping[str, Contestant], receivers: int) -> dict[str, list[Figures]]:
    """Every server's figures, `ROUNDS` times in turns."""
    found: dict[str, list[Figures]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            found[name].append(figures(server, receivers))
    return found


def ratio(found: Mapping[str, list[Figures]], baseline: str, figure: str = "per_cpu") -> float:
    """The median over the rounds of ours to the baseline's."""
    pairs = zip(found["ours"], found[baseline], strict=True)
    return statistics.median(ours[figure] / theirs[figure] for ours, theirs in pairs)


def median(found: Mapping[str, list[Figures]], name: str, figure: str) -> float:
    """One server's median."""
    return statistics.median(one[figure] for one in found[name])


def to_a_thousand() -> None:
    """Print the figures of 1,000 receivers."""
    servers = {"ours": OURS, "bare": BARE}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        if (rival := socket_io(folder)) is not None:
            servers["socket.io"] = rival
        try:
            servers["textbook"] = textbook(stack.enter_context(redis_server()))
        except ServicesMissing as reason:
            print(f"fan-out beside the textbook design: not measured ({reason})")
        found = rounds(servers, 1000)
    ours, bare = median(found, "ours", "per_cpu"), median(found, "bare", "per_cpu")
    print(
        f"fan-out to 1000, 300 bytes, per server CPU second: {ratio(found, 'bare'):.2f} x bare ASGI on"
        f" uvicorn (goal ≥ 1.0, baseline {bare:.0f}/s, ours {ours:.0f}/s)"
    )
    for name, goal in (("socket.io", 0.9), ("textbook", 20)):
        if name in found:
            theirs = median(found, name, "per_cpu")
            print(
                f"fan-out to 1000, per server CPU second: {ratio(found, name):.2f} x {_NAMES[name]}"
                f" (goal ≥ {goal}, baseline {theirs:.0f}/s)"
            )
    print(
        f"one message alone to 1000, p99: {ratio(found, 'bare', 'alone_p99_ms'):.2f} x bare ASGI"
        f" (goal ≤ 1.5, baseline {median(found, 'bare', 'alone_p99_ms'):.1f} ms)"
    )
    print(
        f"memory per connection: {ratio(found, 'bare', 'kib_per_receiver'):.2f} x bare ASGI"
        f" (goal ≤ 1.5, baseline {median(found, 'bare', 'kib_per_receiver'):.1f} KiB)"
    )


_NAMES = {"socket.io": "socket.io", "textbook": "Channels groups on Daphne and Redis"}


def to_four_thousand() -> None:
    """Print the figure of 4,000 receivers."""
    found = rounds({"ours": OURS, "bare": BARE}, 4000)
    print(
        f"fan-out to 4000, per server CPU second: {ratio(found, 'bare'):.2f} x bare ASGI on uvicorn"
        f" (goal ≥ 1.5, baseline {median(found, 'bare', 'per_cpu'):.0f}/s)"
    )


def main() -> None:
    """Print all figures."""
    to_a_thousand()
    to_four_thousand()


if __name__ == "__main__":
    main()
