"""kill -9 of the whole hub while mail comes in: what was acknowledged is there once, after the restart.

`HUB_TEST_MAILS=500` sends more of them than the suite has time for.
"""

import os
import smtplib
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.demo_data import DemoData
from tests.faults.mail_process import STEPS
from tests.hub_process import HUB, HubProcess
from tests.journeys.desk import call, mail

pytestmark = pytest.mark.database

MAILS = int(os.environ.get("HUB_TEST_MAILS", "140"))
SENDERS = 4
AWHILE = 1.0
"""Seconds between two mails of a sender that has sent its share: each step needs some, none needs many."""

PASSES = 3
"""The hub ends when it comes to the step for the third time, so that others are done and under way."""


@pytest.mark.timeout(900)
def test_each_acknowledged_mail_is_there_once_at_whatever_step_it_ends(
    demo: DemoData, tmp_path: Path
) -> None:
    with demo.hub(tmp_path / "hub") as hub:
        token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]
        run = uuid4().hex[:8]
        senders = _Senders(hub, run)
        for step in _steps():
            hub.kill()
            _until_it_ends_itself(hub, step)
        hub.program = (HUB,)
        hub.start()
        kept = senders.finish()
        assert len(kept) >= MAILS
        _wait_until_processed(hub, token, run, kept)
        found = _shown(hub, token, run)
        assert sorted(found) == sorted(kept), "lost or doubled"
        assert hub.stop() == 0


def _steps() -> list[str]:
    """All steps; on PostgreSQL, where a killed worker's leases have to run out, two unless more is asked."""
    is_patient = "HUB_TEST_MAILS" in os.environ or not os.environ.get("HUB_TEST_DATABASE_URL")
    return list(STEPS) if is_patient else ["after the envelope's commit", "before the final commit"]


def _until_it_ends_itself(hub: HubProcess, step: str) -> None:
    hub.program = (sys.executable, "-m", "tests.faults.mail_process", step, str(PASSES))
    assert hub.launch().wait(120) < 0, hub.log


class _Senders:
    """Mail servers that send until the last kill is over, each mail until it is acknowledged."""

    def __init__(self, hub: HubProcess, run: str) -> None:
        self._hub = hub
        self._run = run
        self._is_over = threading.Event()
        self._acknowledged: list[str] = []
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> list[str]:
        """Send the rest; the keys of all mails that were acknowledged."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(300)
        return self._acknowledged

    def _send(self, sender: int) -> None:
        number = 0
        while number < MAILS // SENDERS or not self._is_over.is_set():
            self._insist(f"{self._run}-{sender}-{number}")
            number += 1
            if number >= MAILS // SENDERS:
                self._is_over.wait(AWHILE)
            elif number % 5 == 0:
                self._is_over.wait(0.2)  # a slow machine is not flooded while the hub restarts

    def _insist(self, key: str) -> None:
        message = mail(
            "support@acme.test", f"Text of {key}", subject=f"Parcel {key}", message_id=f"<{key}@example.net>"
        )
        message.add_attachment(key.encode(), maintype="text", subtype="csv", filename="parcel.csv")
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self._hub.smtp_port, timeout=10) as client:
                    client.send_message(message)
                break
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)
        self._acknowledged.append(key)


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
