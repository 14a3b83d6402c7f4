"""What the operator must mend is one plain line on standard error and exit code 3."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import free_port

KEYS = {"HUB_SECRET_KEY": "k" * 40, "HUB_ENCRYPTION_KEYS": "a:" + "A" * 43 + "="}


def hub(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that is expected to end by itself."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {
        "HUB_DATA_DIR": str(folder),
        "HUB_HTTP_PORT": str(free_port()),
        "HUB_SMTP_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "hub", *arguments]
    return subprocess.run(
        command, env=environment | settings, capture_output=True, text=True, timeout=120, check=False
    )


def refusal(result: "subprocess.CompletedProcess[str]") -> str:
    """The one line, after a look at the rest."""
    assert result.returncode == 3, result.stderr
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("hub: ")
    return line


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("setting", ["HUB_HTTP_PORT", "HUB_SMTP_PORT"])
def test_a_taken_port(tmp_path: Path, taken_port: int, setting: str) -> None:
    line = refusal(hub(tmp_path, "run", **{setting: str(taken_port)}))
    assert f"127.0.0.1:{taken_port}" in line
    assert "in use" in line


@pytest.mark.parametrize(
    "settings, names",
    [
        ({"HUB_SECRET_KEY": "short"}, "HUB_SECRET_KEY"),
        ({"HUB_ENCRYPTION_KEYS": "a:bm90IGVub3VnaA=="}, "HUB_ENCRYPTION_KEYS"),
        ({"HUB_ENCRYPTION_KEYS": "no key at all"}, "HUB_ENCRYPTION_KEYS"),
        ({"HUB_HTTP_PORT": "eighty"}, "HUB_HTTP_PORT"),
        ({"HUB_PUBLIC_URL": "ftp://hub.test"}, "HUB_PUBLIC_URL"),
        ({"HUB_DATABASE_URL": "mysql://hub.test/hub"}, "HUB_DATABASE_URL"),
        ({"HUB_DATABASE_URL": "postgresql://hub@127.0.0.1:notaport/hub"}, "HUB_DATABASE_URL"),
        ({"HUB_REDIS_URL": "http://127.0.0.1"}, "HUB_REDIS_URL"),
        ({"HUB_SMTP_RELAY_URL": "https://relay.test"}, "HUB_SMTP_RELAY_URL"),
        ({"HUB_PROVIDER_BASE_URLS": "{twilio"}, "HUB_PROVIDER_BASE_URLS"),
        ({"HUB_LOG_LEVEL": "loud"}, "HUB_LOG_LEVEL"),
        ({"HUB_LOG_FORMAT": "xml"}, "HUB_LOG_FORMAT"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, settings: dict[str, str], names: str) -> None:
    assert names in refusal(hub(tmp_path, "run", **settings))


def test_a_bad_setting_stops_every_command(tmp_path: Path) -> None:
    for command in (["web"], ["manage", "migrate"], ["worker"]):
        assert "HUB_HTTP_PORT" in refusal(hub(tmp_path, *command, HUB_HTTP_PORT="x"))


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://hub:s3cret@127.0.0.1:{free_port()}/hub"
    line = refusal(hub(tmp_path, "run", HUB_DATABASE_URL=url))
    assert "database cannot be reached" in line
    assert "s3cret" not in line


def test_a_database_file_in_a_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = f"sqlite:///{tmp_path}/file/hub.sqlite3"
    assert "database cannot be reached" in refusal(hub(tmp_path, "run", HUB_DATABASE_URL=url))


def test_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "HUB_DATA_DIR" in refusal(hub(tmp_path / "file" / "var", "run"))


@pytest.mark.parametrize("role", ["web", "worker", "smtp", "listen", "media"])
def test_a_single_role_wants_redis_and_postgresql(tmp_path: Path, role: str) -> None:
    assert "HUB_REDIS_URL" in refusal(hub(tmp_path, role, **KEYS))
    line = refusal(hub(tmp_path, role, **KEYS, HUB_REDIS_URL="redis://127.0.0.1:1/0"))
    assert "HUB_DATABASE_URL" in line
    assert "PostgreSQL" in line


def test_a_single_role_makes_no_key(tmp_path: Path) -> None:
    line = refusal(
        hub(
            tmp_path,
            "worker",
            HUB_REDIS_URL="redis://127.0.0.1:1/0",
            HUB_DATABASE_URL="postgresql://hub@127.0.0.1:1/hub",
        )
    )
    assert "HUB_SECRET_KEY is not set" in line
    assert list(tmp_path.iterdir()) == []
