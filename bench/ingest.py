"""Mails per second from SMTP to an agent's socket, beside django-helpdesk's `get_email` on the same mails.

`python -m bench.ingest [MAILS]`. The hub runs whole, as `hub run --demo` starts it: its figure counts from
the first connection to the moment at which the last mail was shown to a signed-in agent. The baseline is set
up as django-helpdesk's documentation says, on SQLite in Django's default journal mode. Next to the rates
stands the processor time per mail of either process, which a busy machine disturbs less.
"""

import asyncio
import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any, NamedTuple

import websockets

from bench.mails import TO, mails
from tests.hub_process import HubProcess, running_hub

MAILS = 500
CONNECTIONS = 10
ROUNDS = 2
_BASELINE = "django-helpdesk==2.6.1"


def main(count: int = MAILS) -> None:
    """Measure both in turns and print the ratio of the best rounds."""
    content = list(mails(count))
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        python = _helpdesk(folder)
        ours, theirs = [], []
        for number in range(ROUNDS):
            if python is not None:
                theirs.append(_helpdesk_figures(python, folder / f"helpdesk{number}", content))
            ours.append(_hub_figures(folder / f"hub{number}", content))
    our = max(ours)
    print(f"ingest: {our} (SMTP to an agent's socket, {count} mails)")
    if not theirs:
        print("ingest ratio: not measured (django-helpdesk could not be installed)")
        return
    their = max(theirs)
    print(
        f"ingest ratio: {our.rate / their.rate:.2f} x (goal ≥ 3, baseline django-helpdesk get_email {their})"
    )


class Figures(NamedTuple):
    """Mails per second, and the processor's milliseconds per mail."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:.0f} mails/s, {self.cpu:.1f} ms CPU per mail"


def _helpdesk(folder: Path) -> Path | None:
    """A Python that has django-helpdesk; None where it cannot be installed."""
    place = folder / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    done = subprocess.run([python, "-m", "pip", "install", "-q", _BASELINE], capture_output=True)
    return python if done.returncode == 0 else None


def _helpdesk_figures(python: Path, folder: Path, content: list[tuple[str, bytes]]) -> Figures:
    (folder / "mails").mkdir(parents=True)
    for number, (_, raw) in enumerate(content):
        (folder / "mails" / f"{number:06}.eml").write_bytes(raw)
    script = Path(__file__).with_name("baseline_helpdesk.py")
    done = subprocess.run([python, script, folder], capture_output=True, check=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    return Figures(figures["mails"] / figures["seconds"], 1000 * figures["cpu_seconds"] / figures["mails"])


def _hub_figures(folder: Path, content: list[tuple[str, bytes]]) -> Figures:
    with running_hub(folder, HUB_LOG_LEVEL="error") as hub:
        cpu = _cpu_seconds(hub)
        seconds = asyncio.run(_until_shown(hub, content))
        cpu = _cpu_seconds(hub) - cpu
        hub.stop()
    return Figures(len(content) / seconds, 1000 * cpu / len(content))


def _cpu_seconds(hub: HubProcess) -> float:
    """What the hub's process has used so far, in user mode and in the kernel; 0 where there is no /proc."""
    path = Path(f"/proc/{hub.process.pid}/stat") if hub.process else Path()
    if not path.is_file():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _until_shown(hub: HubProcess, content: list[tuple[str, bytes]]) -> float:
    """Send everything over a few connections; seconds until an agent's socket has shown it all."""
    token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]
    url = hub.base_url.replace("http", "ws", 1) + "/ws/v1/agent"
    async with websockets.connect(url, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        await socket.send(json.dumps({"type": "hello", "topics": [{"kind": "inbox"}]}))
        while json.loads(await socket.recv())["type"] != "ready":
            pass
        begin = time.perf_counter()
        shown = asyncio.create_task(_count_messages(socket, len(content)))
        await asyncio.gather(
            *(
                asyncio.to_thread(_send, hub.smtp_port, content[start::CONNECTIONS])
                for start in range(CONNECTIONS)
            )
        )
        await asyncio.wait_for(shown, 120)
        return time.perf_counter() - begin


async def _count_messages(socket: Any, wanted: int) -> None:
    seen, frames = 0, 0
    while seen < wanted:
        frame = json.loads(await socket.recv())
        frames += 1
        seen += frame.get("event") == "message.created"
        if frame.get("credit"):
            await socket.send(json.dumps({"type": "ack", "seq": frame["seq"], "credit": frame["credit"]}))


def _send(port: int, content: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for sender, raw in content:
            client.sendmail(sender, [TO], raw)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
