"""Files go up, and come down by signed link."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub.connector import StorageUnavailable
from media import attachments, storage
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def upload(
    api: Caller, name: str = "Grüße 你好.pdf", data: bytes = b"%PDF", kind: str = "application/pdf"
) -> Any:
    file = SimpleUploadedFile(name, data, kind)
    return api.client.post("/api/v1/attachments", {"file": file}, headers=api.headers)


def test_a_file_goes_up_and_comes_down_without_a_token(api: Caller) -> None:
    answer = upload(api)
    assert answer.status_code == 201, answer.content
    file = answer.json()
    assert (file["filename"], file["size"], file["content_type"]) == ("Grüße 你好.pdf", 4, "application/pdf")
    download: Any = Client().get(file["url"])
    assert b"".join(download.streaming_content) == b"%PDF"
    assert not download.cookies
    fresh = api.get(f"attachments/{file['id']}").json()
    assert fresh["filename"] == file["filename"]


def test_an_upload_is_the_uploaders_own_until_it_is_sent(world: World, api: Caller) -> None:
    file = upload(api).json()
    assert world.api("supervisor").get(f"attachments/{file['id']}").status_code == 404


def test_too_much_is_413_and_nothing_is_kept(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "LIMIT", 10)
    assert upload(api, data=b"x" * 11).status_code == 413


def test_a_missing_or_doubled_part_is_422_and_broken_multipart_400(api: Caller) -> None:
    assert api.client.post("/api/v1/attachments", {"other": "x"}, headers=api.headers).status_code == 422
    broken = api.client.post(
        "/api/v1/attachments", b"--x", content_type="multipart/form-data", headers=api.headers
    )
    assert broken.status_code == 400
    assert broken.headers["Content-Type"] == "application/problem+json"


def test_a_full_disk_is_503(api: Caller) -> None:
    with patch.object(storage, "save", side_effect=StorageUnavailable("No space left on device")):
        answer = upload(api)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
