"""Deliveries per server CPU second, ours against a bare ASGI broadcast on uvicorn, in one run.

`python -m bench.fanout [RECEIVERS]`. Server and client each have a core where there are two. The servers take
turns; the figure is the median of the rounds' ratios.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

RECEIVERS = 1000
ROUNDS = 3
SECONDS = 3.0
START_SECONDS = 30.0

BARE = (
    "-m uvicorn bench.bare_asgi:application --host 127.0.0.1 --port {port} --log-level error --lifespan off"
    " --ws websockets-sansio --ws-per-message-deflate false --backlog 4096"
)
OURS = "-m bench.fanout_server {port}"


def pinned(core: int) -> list[str]:
    """The command prefix that keeps a process on one core, if there are several."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core % len(cores)])] if len(cores) > 1 else []


@contextmanager
def running(command: str) -> Iterator[tuple[int, int]]:
    """Run a server; yields its port and process id once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = command.format(port=port).split()
    process = subprocess.Popen([*pinned(0), sys.executable, *words], stderr=subprocess.DEVNULL)
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


def per_cpu_second(command: str, receivers: int, *, says_hello: bool) -> float:
    """Deliveries per CPU second of a server under load."""
    with running(command) as (port, process):
        client = [*pinned(1), sys.executable, "-m", "bench.fanout_client"]
        options = [str(port), str(receivers), str(SECONDS), str(process), "hello" if says_hello else "plain"]
        output = subprocess.run([*client, *options], check=True, capture_output=True, timeout=120).stdout
    figures = json.loads(output)
    return float(figures["deliveries"] / figures["server_cpu"])


def main(receivers: int = RECEIVERS) -> None:
    """Print the figure."""
    rounds = [
        (per_cpu_second(OURS, receivers, says_hello=True), per_cpu_second(BARE, receivers, says_hello=False))
        for _ in range(ROUNDS)
    ]
    ratio = statistics.median(ours / bare for ours, bare in rounds)
    ours, bare = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(
        f"fan-out to {receivers}, 300 bytes, per server CPU second: {ratio:.2f} x bare ASGI on uvicorn"
        f" (goal ≥ 1.0, baseline {bare:.0f}/s, ours {ours:.0f}/s)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
