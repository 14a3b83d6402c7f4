"""Mails per second from SMTP to an agent's socket, beside django-helpdesk's `get_email` on the same mails.

`python -m bench.ingest [MAILS]`. The hub runs whole, as `hub run --demo` starts it: its figure counts from
the first connection to the moment at which the last mail was shown to a signed-in agent.
"""

import asyncio
import json
import smtplib
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

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
            theirs.append(_rate_of_helpdesk(python, folder / f"helpdesk{number}", content))
            ours.append(_rate_of_hub(folder / f"hub{number}", content))
    print(f"ingest: {max(ours):.0f} mails/s (SMTP to an agent's socket, {count} mails)")
    if max(theirs) == 0:
        print("ingest ratio: not measured (django-helpdesk could not be installed)")
        return
    print(
        f"ingest ratio: {max(ours) / max(theirs):.2f} x"
        f" (goal ≥ 3, baseline django-helpdesk get_email {max(theirs):.0f} mails/s)"
    )


def _helpdesk(folder: Path) -> Path | None:
    """A Python that has django-helpdesk; None where it cannot be installed."""
    place = folder / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    done = subprocess.run([python, "-m", "pip", "install", "-q", _BASELINE], capture_output=True)
    return python if done.returncode == 0 else None


def _rate_of_helpdesk(python: Path | None, folder: Path, content: list[tuple[str, bytes]]) -> float:
    if python is None:
        return 0.0
    (folder / "mails").mkdir(parents=True)
    for number, (_, raw) in enumerate(content):
        (folder / "mails" / f"{number:06}.eml").write_bytes(raw)
    script = Path(__file__).with_name("baseline_helpdesk.py")
    done = subprocess.run([python, script, folder], capture_output=True, check=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    return float(figures["mails"]) / float(figures["seconds"])


def _rate_of_hub(folder: Path, content: list[tuple[str, bytes]]) -> float:
    with running_hub(folder, HUB_LOG_LEVEL="error") as hub:
        seconds = asyncio.run(_until_shown(hub, content))
        hub.stop()
    return len(content) / seconds


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
