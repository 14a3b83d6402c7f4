"""The disk is full or the database is gone: nothing is acknowledged, and all is well once it is back."""

import resource
import smtplib
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tests.demo_data import DemoData
from tests.hub_process import HubProcess
from tests.journeys.desk import call, mail, send

pytestmark = pytest.mark.database


@contextmanager
def _full_disk(hub: HubProcess) -> Iterator[None]:
    """No file of the process can grow, as on a full disk: the kernel refuses (setrlimit(2), RLIMIT_FSIZE)."""
    assert hub.process is not None
    before = resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's files belong to another process")
def test_a_full_disk_is_told_and_never_acknowledged(demo: DemoData, tmp_path: Path) -> None:
    with demo.hub(tmp_path / "hub") as hub:
        token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]
        marker = uuid4().hex
        message = mail("support@acme.test", f"Room for one more? {marker}", subject=marker)
        status, page = call(hub, token, "GET", "/conversations?limit=1")
        assert status == 200
        conversation = page["items"][0]["id"]
        with _full_disk(hub):
            with pytest.raises(smtplib.SMTPDataError) as refused:
                send(hub, message)
            assert refused.value.smtp_code in (451, 452)
            status, problem = call(
                hub, token, "POST", f"/conversations/{conversation}/notes", {"text": marker}
            )
            assert status == 503, problem
            assert problem["status"] == 503
        send(hub, message)
        _wait_for(hub, token, marker, times=1)
        status, _ = call(hub, token, "POST", f"/conversations/{conversation}/notes", {"text": marker})
        assert status == 201
        assert hub.stop() == 0


def test_garbage_on_each_wire_is_answered_in_its_own_words(hub_process: HubProcess) -> None:
    token = hub_process.demo()["organizations"][0]["users"]["agent"]["api_token"]
    with smtplib.SMTP("127.0.0.1", hub_process.smtp_port, timeout=60) as client:
        client.send(b"\x00\xff garbage\r\n")
        assert client.getreply()[0] // 100 == 5
        assert client.docmd("MAIL FROM:garbage")[0] // 100 == 5
        assert client.docmd("EHLO example.net")[0] == 250
        assert client.docmd("MAIL FROM:<a@example.net>")[0] == 250
        assert client.docmd("RCPT TO:<nobody@acme.test>")[0] == 550
    request = urllib.request.Request(
        f"{hub_process.base_url}/api/v1/conversations",
        method="POST",
        data=b"\x00{garbage",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=60)
    assert caught.value.code in (400, 422)
    caught.value.close()
    assert caught.value.headers["Content-Type"].startswith("application/problem+json")
    assert "Traceback" not in hub_process.log


def _wait_for(hub: HubProcess, token: str, subject: str, times: int) -> None:
    deadline = time.monotonic() + 90
    found = -1
    while time.monotonic() < deadline and found != times:
        status, page = call(hub, token, "GET", "/conversations?limit=20")
        assert status == 200
        found = sum(item["subject"] == subject for item in page["items"])
        time.sleep(0.2)
    assert found == times
