"""Mails per second that the entrance keeps durably, beside an aiosmtpd that throws them away.

`python -m bench.accept [MAILS]`. Both are servers in processes of their own, asked by the same client over
the same connections, in turns within one run. The hub's server runs alone (no worker), on SQLite with every
commit synced; the other one answers 250 without looking at what it got. Next to the rates stands the
processor time of each server per mail, which a busy machine disturbs less.
"""

import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.mails import TO, mails
from tests.hub_process import environment
from tests.services import free_port

MAILS = 2000
WARM_UP = 1000
CONNECTIONS = 10
ROUNDS = 3
GOAL = 0.7


class Figures(NamedTuple):
    """Mails per second, and the processor's milliseconds per mail."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:.0f} mails/s, {self.cpu:.2f} ms CPU per mail"


def main(count: int = MAILS) -> None:
    """Measure both in turns and print the ratio of the best rounds."""
    content, first = list(mails(count)), list(mails(WARM_UP, seed=2))
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        ours, theirs = [], []
        for number in range(ROUNDS):
            with _server("discard", Path(name) / f"discard{number}") as (process, port):
                _measure(process, port, first)
                theirs.append(_measure(process, port, content))
            with _server("hub", Path(name) / f"hub{number}") as (process, port):
                _measure(process, port, first)  # a new write-ahead log grows slowly at first
                ours.append(_measure(process, port, content))
    our, their = max(ours), max(theirs)
    print(f"accept: {our} (durable, {CONNECTIONS} connections, {count} mails)")
    print(f"accept ratio: {our.rate / their.rate:.2f} (goal ≥ {GOAL}, baseline aiosmtpd discarding {their})")


@contextmanager
def _server(which: str, folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """One of the servers on a free port, once it answers."""
    folder.mkdir()
    port = free_port()
    settings = environment(folder, "", HUB_SMTP_PORT=str(port), HUB_LOG_LEVEL="error")
    settings["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    command = [sys.executable, "-m", "bench.accept_server", which, str(port)]
    process = subprocess.Popen(command, env=settings, cwd=Path(__file__).parent.parent)
    try:
        _wait_for(process, port)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.1)
        else:
            return


def _measure(process: "subprocess.Popen[bytes]", port: int, content: list[tuple[str, bytes]]) -> Figures:
    threads = [
        threading.Thread(target=_send, args=(port, content[start::CONNECTIONS]))
        for start in range(CONNECTIONS)
    ]
    cpu, begin = _cpu_seconds(process.pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    return Figures(len(content) / seconds, 1000 * (_cpu_seconds(process.pid) - cpu) / len(content))


def _send(port: int, content: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for sender, raw in content:
            client.sendmail(sender, [TO], raw)


def _cpu_seconds(pid: int) -> float:
    """What a process has used so far, in user mode and in the kernel; 0 where there is no /proc."""
    path = Path(f"/proc/{pid}/stat")
    if not path.is_file():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
