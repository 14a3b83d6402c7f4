"""kill -9 of the whole hub while mail comes in: what was acknowledged is there once, after the restart."""

import smtplib
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.demo_data import DemoData
from tests.hub_process import HubProcess
from tests.journeys.desk import call, mail

pytestmark = pytest.mark.database

MAILS = 200
SENDERS = 4
KILLS = 3


@pytest.mark.timeout(600)
def test_each_acknowledged_mail_is_there_once(demo: DemoData, tmp_path: Path) -> None:
    with demo.hub(tmp_path / "hub") as hub:
        token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]
        run = uuid4().hex[:8]
        kept = _send_while_killing(hub, run)
        assert len(kept) == MAILS
        _wait_until_processed(hub, token, run, kept)
        found = _shown(hub, token, run)
        assert sorted(found) == sorted(kept), "lost or doubled"
        assert hub.stop() == 0


def _send_while_killing(hub: HubProcess, run: str) -> list[str]:
    """Send every mail until it is acknowledged, as mail servers do, and kill the hub meanwhile."""
    acknowledged: list[str] = []
    threads = [
        threading.Thread(
            target=_insist, args=(hub, f"{run}-{number}", range(number, MAILS, SENDERS), acknowledged)
        )
        for number in range(SENDERS)
    ]
    for thread in threads:
        thread.start()
    for number in range(1, KILLS + 1):
        while len(acknowledged) < MAILS * number // (KILLS + 1):
            time.sleep(0.01)
        hub.kill()
        hub.start()
    for thread in threads:
        thread.join(120)
    return acknowledged


def _insist(hub: HubProcess, name: str, numbers: range, acknowledged: list[str]) -> None:
    for number in numbers:
        key = f"{name}-{number}"
        message = mail(
            "support@acme.test", f"Text of {key}", subject=f"Parcel {key}", message_id=f"<{key}@example.net>"
        )
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", hub.smtp_port, timeout=10) as client:
                    client.send_message(message)
                break
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)
        acknowledged.append(key)


def _wait_until_processed(hub: HubProcess, token: str, run: str, kept: list[str]) -> None:
    deadline = time.monotonic() + 240
    while len(_shown(hub, token, run)) < len(kept) and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(1)  # What would come twice has the time to do so.


def _shown(hub: HubProcess, token: str, run: str) -> list[str]:
    """The mails of this run that the log of events tells of, as often as it does."""
    keys: list[str] = []
    since = 0
    while True:
        status, page = call(hub, token, "GET", f"/events?since={since}&limit=500")
        assert status == 200, page
        if not page["items"]:
            return keys
        since = page["items"][-1]["seq"]
        keys += [
            event["data"]["message"]["subject"].removeprefix("Parcel ")
            for event in page["items"]
            if event["event"] == "message.created" and run in event["data"]["message"]["subject"]
        ]
