"""Bytes are kept whole or not at all, and are on the disk before anybody is told."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from hub.connector import StorageUnavailable
from media import storage


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_DIR = tmp_path / "media"
    return tmp_path / "media"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_saved_is_read_back_and_deleted(folder: Path) -> None:
    key = storage.save(b"hello")
    with storage.open(key) as file:
        assert file.read() == b"hello"
    assert storage.size(key) == 5
    assert storage.save(b"hello") != key
    assert files(folder)[0].stat().st_mode & 0o777 == 0o600
    storage.delete(key)
    storage.delete(key)
    with pytest.raises(FileNotFoundError):
        storage.open(key)


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "ab/cd/../../../x", "/etc/passwd", "ab/cd/" + "g" * 32]
)
def test_a_key_never_leads_out_of_the_storage(key: str) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open(key)


def test_chunks_beyond_the_limit_leave_nothing(folder: Path) -> None:
    with pytest.raises(storage.FileTooLarge):
        storage.save((b"x" * 10 for _ in range(10)), limit=99)
    assert files(folder) == []
    assert storage.size(storage.save((b"x" * 10 for _ in range(10)), limit=100)) == 100


def test_a_sender_that_breaks_off_leaves_nothing(folder: Path) -> None:
    def broken() -> Any:
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        storage.save(broken())
    assert files(folder) == []


@pytest.mark.parametrize("step", ["fsync", "open"])
def test_a_full_disk_is_said_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    storage.save(b"the folders are there already")

    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        storage.save(b"x")
    assert len(files(folder)) == 1


def test_file_then_name_then_folder_reach_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.save(b"the folders are there already")
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        steps.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return real_rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    storage.save(b"x")
    assert [step for step in steps if step != "folder"] == ["file", "rename"]
    assert steps[-1] == "folder"
