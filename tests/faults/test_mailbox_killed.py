"""A hub that is killed again and again while a mailbox fills: every mail is shown once, and marked."""

import random
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from tests.connectors.email.mailbox_tests import mail, user
from tests.demo_data import DemoData
from tests.dovecot import PASSWORD, Dovecot
from tests.hub_process import HubProcess
from tests.journeys.desk import call
from tests.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.slow]

KILLS = 2
MAILS = 40


def administrator(hub: HubProcess) -> str:
    return str(hub.demo()["organizations"][0]["users"]["admin"]["api_token"])


def shown(hub: HubProcess, marker: str) -> Counter[str]:
    """The subjects with this marker, with how many conversations have each."""
    found: Counter[str] = Counter()
    cursor = ""
    while True:
        path = f"/conversations?limit=100&cursor={cursor}"
        status, page = call(hub, administrator(hub), "GET", path)
        assert status == 200, page
        found.update(item["subject"] for item in page["items"] if marker in item["subject"])
        cursor = page["next_cursor"]
        if not cursor:
            return found


def test_no_mail_is_lost_or_doubled(demo: DemoData, dovecot: Dovecot, tmp_path: Path) -> None:
    name, marker = user(), uuid4().hex
    expected = [f"{marker} {number}" for number in range(MAILS)]
    with (
        demo.hub(tmp_path / "data", HUB_ALLOWED_NETWORKS="127.0.0.0/8") as hub,
        dovecot.client(name) as client,
    ):
        settings = dovecot.config(name, imap_after="seen", import_since_days=1)
        config = {key: value for key, value in settings.items() if not key.startswith("pop3")}
        body = {"config": config, "secrets": {"imap_password": PASSWORD}}
        channel = hub.demo()["organizations"][0]["channels"]["email"]["id"]
        status, answer = call(hub, administrator(hub), "PATCH", f"/channels/{channel}", body)
        assert status == 200, answer
        for kill in range(KILLS):
            for subject in expected[kill::KILLS]:
                client.append("INBOX", mail(subject))
            enough = random.randint(kill * MAILS // KILLS + 1, (kill + 1) * MAILS // KILLS - 1)
            until(lambda: sum(shown(hub, marker).values()) >= enough, 60)  # noqa: B023
            hub.kill()
            hub.start()
        until(lambda: len(shown(hub, marker)) == MAILS, 60)
        assert shown(hub, marker) == Counter(expected)
        client.select_folder("INBOX")
        until(lambda: client.noop() and not client.search("UNSEEN"), 60)
