"""A hub in a process of its own, as `hub run --demo` starts it, for journeys, browsers and fault tests."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests.services import free_port

HUB = str(Path(sys.executable).with_name("hub"))
TEST_PROCESSES = 8
READY_WITHIN = 240.0
DRAINED_WITHIN = 25.0


def create_database(folder: Path, *, template: str = "") -> str:
    """The URL of a new database: on the test run's PostgreSQL, else SQLite's default in `folder`.

    On PostgreSQL it begins as a copy of `template`.
    """
    server = os.environ.get("HUB_TEST_DATABASE_URL")
    if not server:
        return f"sqlite:///{folder / 'hub.sqlite3'}"
    name = f"hub_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template1"}"')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def drop_database(url: str) -> None:
    """Drop what `create_database` made; a file of SQLite goes with its folder."""
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        with psycopg.connect(os.environ["HUB_TEST_DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{parts.path.strip("/")}" WITH (FORCE)')


@contextmanager
def fresh_database_url(folder: Path, *, template: str = "") -> Iterator[str]:
    """The URL of a database that nobody else uses, dropped after the block; see `create_database`."""
    url = create_database(folder, template=template)
    try:
        yield url
    finally:
        drop_database(url)


def _beside(redis_url: str) -> str:
    """The same Redis server, but not the test process's database, which is emptied after each test."""
    parts = urlsplit(redis_url)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + TEST_PROCESSES}").geturl()


def environment(folder: Path, database_url: str, **settings: str) -> dict[str, str]:
    """What the process sees: this machine's environment, the folder, free ports, and `settings`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    inherited.pop("DJANGO_SETTINGS_MODULE", None)
    redis = {"HUB_REDIS_URL": _beside(os.environ["HUB_REDIS_URL"])} if os.environ.get("HUB_REDIS_URL") else {}
    own = {
        "HUB_DATA_DIR": str(folder),
        "HUB_DATABASE_URL": database_url,
        "HUB_HTTP_PORT": str(free_port()),
        "HUB_SMTP_PORT": str(free_port()),
        "HUB_MEDIA_PORT": str(free_port()),
    }
    return {**inherited, **redis, **own, **settings}


@dataclass
class HubProcess:
    """A hub that can be started, stopped, killed and started again on the same data."""

    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ("run", "--demo")
    program: tuple[str, ...] = (HUB,)
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def base_url(self) -> str:
        """Where its pages and API are."""
        return f"http://127.0.0.1:{self.environment['HUB_HTTP_PORT']}"

    @property
    def smtp_port(self) -> int:
        """Where it takes mail."""
        return int(self.environment["HUB_SMTP_PORT"])

    @property
    def folder(self) -> Path:
        """Its data folder."""
        return Path(self.environment["HUB_DATA_DIR"])

    @property
    def log(self) -> str:
        """What it has printed so far."""
        path = self.folder / "output.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start it without waiting for anything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "output.log").open("ab") as output:
            command = [*self.program, *self.arguments]
            self.process = subprocess.Popen(command, env=dict(self.environment), stdout=output, stderr=output)
        return self.process

    def start(self) -> None:
        """Start it and wait until `/readyz` answers 200; RuntimeError with its output if it does not."""
        process = self.launch()
        deadline = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the hub did not get ready:\n{self.log}")
            time.sleep(0.25)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
            return False
        except (urllib.error.URLError, OSError):
            return False

    def demo(self) -> dict[str, Any]:
        """What `demo.json` holds, once it is there."""
        path = self.folder / "demo.json"
        deadline = time.monotonic() + 30
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        return dict(json.loads(path.read_text()))

    def stop(self) -> int:
        """Let it drain; its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DRAINED_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it with SIGKILL, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_hub(folder: Path, database_url: str = "", **settings: str) -> Iterator[HubProcess]:
    """A ready hub with the demo data in `folder` and that database (or SQLite), ended with the block."""
    hub = HubProcess(environment(folder, database_url, **settings))
    try:
        hub.start()
        yield hub
    finally:
        hub.kill()
