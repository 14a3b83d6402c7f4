"""From Dovecot's APPEND to an agent's socket, against the floor: a bare IDLE waiter's notice of an APPEND.

`python -m bench.imap_idle [MAILS]`. A whole hub, with one of its mailboxes on Dovecot. The two take turns,
mail by mail, and the figure is the difference of their medians.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

from imapclient import IMAPClient

from tests.dovecot import PASSWORD, Dovecot, dovecot, missing
from tests.hub_process import HubProcess, fresh_database_url, running_hub
from tests.journeys.desk import Socket, agent, call, mail

MAILS = 25
GOAL_MS = 100
LISTENING_WITHIN = 60.0


def use_mailbox(hub: HubProcess, server: Dovecot, user: str) -> str:
    """Have a channel of the hub receive by IMAP; the API token of an agent who sees it."""
    acme = hub.demo()["organizations"][0]
    config = server.config(user)
    body = {
        "config": {key: value for key, value in config.items() if key.startswith(("imap_", "receive_by"))},
        "secrets": {"imap_password": PASSWORD},
    }
    path = f"/channels/{acme['channels']['email']['id']}"
    status, answer = call(hub, acme["users"]["admin"]["api_token"], "PATCH", path, body)
    if status != 200:
        raise RuntimeError(f"the mailbox was not taken: {status} {answer}")
    return str(acme["users"]["agent"]["api_token"])


def appended(client: IMAPClient, message: EmailMessage) -> float:
    """Put a mail into the mailbox; the moment at which that began."""
    raw = message.as_bytes().replace(b"\n", b"\r\n")
    began = time.perf_counter()
    client.append("INBOX", raw)
    return began


async def until_listened(client: IMAPClient, screen: Socket) -> None:
    """Return once a mail comes through: those of before it was listened to are left alone."""
    deadline = time.monotonic() + LISTENING_WITHIN
    while time.monotonic() < deadline:
        await asyncio.to_thread(appended, client, mail("support@acme.test", uuid4().hex))
        try:
            async with asyncio.timeout(2):
                await screen.event("message.created")
                return
        except TimeoutError:
            continue
    raise RuntimeError("the hub did not listen to the mailbox")


async def shown_after(client: IMAPClient, screen: Socket) -> float:
    """Seconds from the APPEND of a mail to its event on the agent's socket."""
    marker = uuid4().hex
    began = await asyncio.to_thread(appended, client, mail("support@acme.test", marker, subject=marker))
    await screen.until(
        lambda frame: (
            frame.get("event") == "message.created" and frame["data"]["conversation"]["subject"] == marker
        ),
        len(screen.frames),
    )
    return time.perf_counter() - began


def noticed_after(client: IMAPClient, waiter: IMAPClient) -> float:
    """Seconds from the APPEND of a mail to the first word about it to a client that waits in IDLE."""
    waiter.idle()
    began = appended(client, mail("support@acme.test", uuid4().hex))
    while not waiter.idle_check(timeout=10):
        pass
    seconds = time.perf_counter() - began
    waiter.idle_done()
    return seconds


async def measure(hub: HubProcess, server: Dovecot, mails: int) -> tuple[list[float], list[float]]:
    """Seconds to the agent's socket, and of the floor."""
    token = await asyncio.to_thread(use_mailbox, hub, server, "support")
    ours, floor = [], []
    with (
        server.client("support") as client,
        server.client("floor") as other,
        server.client("floor") as waiter,
    ):
        waiter.select_folder("INBOX")
        async with agent(hub, token) as screen:
            await until_listened(client, screen)
            for _ in range(mails):
                ours.append(await shown_after(client, screen))
                floor.append(await asyncio.to_thread(noticed_after, other, waiter))
    return ours, floor


def main(mails: int = MAILS) -> None:
    """Print the figure."""
    if reason := missing():
        print(f"IMAP to an agent's socket: not measured, {reason}")
        return
    with tempfile.TemporaryDirectory(prefix="hub-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        with (
            dovecot() as server,
            fresh_database_url(folder.parent) as url,
            running_hub(folder, url, HUB_ALLOWED_NETWORKS="127.0.0.0/8") as hub,
        ):
            ours, floor = asyncio.run(measure(hub, server, mails))
    shown, noticed = (1000 * statistics.median(values) for values in (ours, floor))
    print(
        f"IMAP APPEND to an agent's socket, p50 of {mails}: floor + {shown - noticed:.0f} ms"
        f" (goal ≤ floor + {GOAL_MS}, baseline {noticed:.0f} ms to a bare IDLE waiter, ours {shown:.0f} ms)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
