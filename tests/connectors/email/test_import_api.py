"""Imports over HTTP: who may, an upload, an IMAP account, and what is told about them."""

from __future__ import annotations

import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connectors.email.models import MailImport
from hub import tokens
from hub.jobs.worker import run_until_idle
from hub.models import ApiToken, Channel, Conversation, Message, User
from tests import factories
from tests.connectors.email import mailbox_tests
from tests.dovecot import PASSWORD, Dovecot

MBOX = b"".join(
    b"From carla@example.net Mon Nov  2 10:00:00 2026\n"
    b"From: Carla <carla@example.net>\nTo: support@acme.test\nSubject: Parcel %d\n"
    b"Message-ID: <%d@example.net>\nDate: Mon, 2 Nov 2026 10:00:0%d +0000\n\n"
    b"Where is it?\n>From me to you.\n\nFrom here it looks\nlike: lost.\n\n" % (number, number, number)
    for number in range(3)
)


@pytest.fixture
def channel(transactional_db: None, settings: Any, tmp_path: Path) -> Channel:
    settings.DATA_DIR = tmp_path
    settings.ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    return factories.channel(factories.organization(), address="support@acme.test")


def _token(channel: Channel, person: User) -> dict[str, str]:
    secret = secrets.token_urlsafe()
    ApiToken.objects.create(
        organization=channel.organization, user=person, name="test", digest=tokens.digest(secret)
    )
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def bearer(channel: Channel) -> dict[str, str]:
    """An administrator's token."""
    return _token(channel, factories.administrator(channel.organization))


def _imports(channel: Channel) -> str:
    return f"/api/v1/channels/{channel.pk}/imports"


def _upload(channel: Channel, headers: dict[str, str], content: bytes = MBOX, **fields: str) -> Any:
    file = SimpleUploadedFile("Old.mbox", content)
    return Client().post(_imports(channel), {"file": file, **fields}, headers=headers)


def test_an_uploaded_mbox_is_imported_and_accounted_for(channel: Channel, bearer: dict[str, str]) -> None:
    answer = _upload(channel, bearer, open_days="0", own_addresses="old@acme.test, ")
    assert answer.status_code == 201, answer.content
    begun = answer.json()
    assert (begun["state"], begun["total"], begun["progress"]) == ("queued", None, None)
    assert begun["options"]["own_addresses"] == ["old@acme.test"]
    assert "path" not in str(begun)
    run_until_idle(60)
    path = f"/api/v1/imports/{begun['id']}"
    done = Client().get(path, headers=bearer).json()
    assert (done["state"], done["total"], done["imported"], done["progress"]) == ("done", 3, 3, 1.0)
    texts = {message.text for message in Message.objects.within(channel.organization)}
    assert texts == {"Where is it?\nFrom me to you.\n\nFrom here it looks\nlike: lost."}
    lines = b"".join(Client().get(f"{path}/report.csv", headers=bearer)).decode().splitlines()
    assert lines[0] == "number,state,reason,date,message_id,source,conversation"
    assert lines[1].startswith("1,imported,,2026-11-02T10:00:00.000Z,<0@example.net>,Old.mbox:")
    assert [one["id"] for one in Client().get(_imports(channel), headers=bearer).json()["items"]] == [
        begun["id"]
    ]
    assert Client().post(f"{path}/pause", headers=bearer).status_code == 409


def test_an_import_can_be_canceled_and_resumed(channel: Channel, bearer: dict[str, str]) -> None:
    path = f"/api/v1/imports/{_upload(channel, bearer).json()['id']}"
    assert Client().post(f"{path}/cancel", headers=bearer).json()["state"] == "canceled"
    run_until_idle(60)
    assert not Message.objects.within(channel.organization).exists()
    assert Client().post(f"{path}/resume", headers=bearer).json()["state"] == "queued"
    run_until_idle(60)
    assert Client().get(path, headers=bearer).json()["imported"] == 3


def test_only_administrators_of_the_organization_may(channel: Channel, bearer: dict[str, str]) -> None:
    path = f"/api/v1/imports/{_upload(channel, bearer).json()['id']}"
    agent = _token(channel, factories.agent(channel.organization))
    elsewhere = factories.channel(factories.organization("Globex"))
    stranger = _token(elsewhere, factories.administrator(elsewhere.organization))
    for headers, status in ((agent, 403), (stranger, 404), ({"Authorization": "Bearer x"}, 401), ({}, 401)):
        for address in (path, f"{path}/report.csv", _imports(channel)):
            answer = Client().get(address, headers=headers)
            assert answer.status_code == status, address
            assert answer["Content-Type"] == "application/problem+json"
    assert _upload(channel, agent).status_code == 403


def test_a_session_needs_the_csrf_token(channel: Channel) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.administrator(channel.organization))
    assert browser.get(_imports(channel)).status_code == 200
    body = {"kind": "imap", "host": "imap.test", "user": "x"}
    assert browser.post(_imports(channel), body, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    "body, names",
    [
        ({"kind": "pop3"}, "kind"),
        ({"kind": "imap"}, "host"),
        ({"kind": "imap", "host": "x", "user": "y", "port": "many"}, "port"),
        ({"kind": "imap", "host": "x", "user": "y", "security": "perhaps"}, "security"),
        ({"kind": "imap", "host": "x"}, "user"),
        ({"kind": "imap", "host": "x", "user": "y", "folders": "INBOX"}, "folders"),
        ({"kind": "imap", "host": "x", "user": "y", "open_days": "soon"}, "open_days"),
        ([], "object"),
    ],
)
def test_wrong_fields_are_named(channel: Channel, bearer: dict[str, str], body: Any, names: str) -> None:
    answer = Client().post(_imports(channel), body, content_type="application/json", headers=bearer)
    assert answer.status_code == 422
    assert names in answer.json()["detail"]
    assert not MailImport.objects.within(channel.organization).exists()


def test_an_imap_account_is_imported(channel: Channel, bearer: dict[str, str], dovecot: Dovecot) -> None:
    name = mailbox_tests.user()
    with dovecot.client(name) as client:
        client.create_folder("Sent")
        for subject in ("One", "Two"):
            client.append("INBOX", mailbox_tests.mail(subject))
        client.append("INBOX", mailbox_tests.mail("Draft"), [b"\\Draft"])
        sent = mailbox_tests.mail("Answer").replace(b"Carla <carla@example.net>", b"x@acme.test")
        client.append("Sent", sent.replace(b"To: support@acme.test", b"To: carla@example.net"))
    body = {
        "kind": "imap",
        "host": dovecot.host,
        "port": dovecot.imap_port,
        "security": "none",
        "user": name,
        "password": PASSWORD,
        "folders": ["INBOX", "Sent"],
    }
    begun = Client().post(_imports(channel), body, content_type="application/json", headers=bearer).json()
    assert PASSWORD not in str(begun)
    run_until_idle(60)
    done = Client().get(f"/api/v1/imports/{begun['id']}", headers=bearer).json()
    assert (done["state"], done["total"], done["imported"]) == ("done", 4, 3), done
    assert done["reasons"] == [{"state": "skipped", "reason": "draft", "count": 1}]
    subjects = Conversation.objects.within(channel.organization).values_list("subject", flat=True)
    assert sorted(subjects) == ["Answer", "One", "Two"]
    run = MailImport.objects.within(channel.organization).get()
    assert dict(run.secrets) == {}


def test_a_wrong_password_is_told(channel: Channel, bearer: dict[str, str], dovecot: Dovecot) -> None:
    body = {"kind": "imap", "host": dovecot.host, "port": dovecot.imap_port, "security": "none", "user": "u"}
    begun = Client().post(
        _imports(channel), {**body, "password": "wrong"}, content_type="application/json", headers=bearer
    )
    run_until_idle(60)
    told = Client().get(f"/api/v1/imports/{begun.json()['id']}", headers=bearer).json()
    assert told["state"] == "failed"
    assert "password" in told["error"].lower()
