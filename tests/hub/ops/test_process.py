"""The whole hub as a process: ready, draining, killed, checked."""

import asyncio
import json
import os
import re
import shutil
import stat
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from psycopg import sql
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.hub_process import HUB, HubProcess, environment, fresh_database_url

IS_PRODUCTION_LIKE = bool(os.environ.get("HUB_TEST_DATABASE_URL") and os.environ.get("HUB_TEST_REDIS_URL"))
needs_servers = pytest.mark.skipif(not IS_PRODUCTION_LIKE, reason="single roles need PostgreSQL and Redis")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub without demo data, not started yet, with its database in a folder of its own."""
    (tmp_path / "database").mkdir()
    with fresh_database_url(tmp_path / "database") as url:
        process = HubProcess(environment(tmp_path / "var", url), arguments=("run",))
        yield process
        process.kill()


def get(hub: HubProcess, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(hub.base_url + path, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def run(hub: HubProcess, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command beside the hub, with the same settings."""
    return subprocess.run(
        [HUB, *arguments], env=dict(hub.environment), capture_output=True, text=True, timeout=120, check=False
    )


def wait_for(condition: "object", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def seconds_to_start(hub: HubProcess) -> float:
    """How long the hub takes to get ready."""
    began = time.monotonic()
    hub.start()
    return time.monotonic() - began


def try_to_sign_in(hub: HubProcess) -> int:
    """A request that computes for a while: a wrong password."""
    port = int(hub.environment["HUB_HTTP_PORT"])
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        return answer_to_wrong_password(connection)


def answer_to_wrong_password(connection: HTTPConnection) -> int:
    """The status of the answer on this connection."""
    connection.request("GET", "/")
    page = connection.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert found
    fields = {"login": "nobody@acme.test", "password": "wrong", "csrfmiddlewaretoken": found.group(1)}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


async def close_code_at_the_end_of(hub: HubProcess) -> int:
    """Hold a socket open, end the hub meanwhile; the code that the socket was closed with."""
    address = f"{hub.base_url.replace('http', 'ws')}/ws/v1/chat"
    async with connect(address, origin=hub.base_url) as socket:  # type: ignore[arg-type]
        assert hub.process is not None
        hub.process.terminate()
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), 20)
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code


def test_a_signal_under_load_answers_what_runs_closes_sockets_and_exits_0(hub: HubProcess) -> None:
    hub.start()
    with ThreadPoolExecutor(8) as clients:
        running = [clients.submit(try_to_sign_in, hub) for _ in range(8)]
        wait_for(lambda: any(future.done() for future in running))
        began = time.monotonic()
        assert asyncio.run(close_code_at_the_end_of(hub)) == 4503
        assert hub.process is not None
        assert hub.process.wait(20) == 0
        assert time.monotonic() - began < 20
        answers = [future.exception() or future.result() for future in running]
    # Whoever got a connection before the end got an answer; who came later found the door closed.
    assert {answer for answer in answers if isinstance(answer, int)} <= {200, 429}
    assert all(isinstance(answer, (int, ConnectionError)) for answer in answers)
    assert "Traceback" not in hub.log


def test_a_killed_hub_starts_again_on_the_same_data_and_keys(hub: HubProcess) -> None:
    first_start = seconds_to_start(hub)
    keys = {path.name: path.read_text() for path in hub.folder.glob("*key*")}
    assert set(keys) == {"secret_key", "encryption_keys"}
    assert {stat.S_IMODE((hub.folder / name).stat().st_mode) for name in keys} == {0o600}
    hub.kill()
    # Ten seconds, or as long as a first start with its migrations on a machine that is slower than that.
    assert seconds_to_start(hub) < max(10, first_start)
    assert {path.name: path.read_text() for path in hub.folder.glob("*key*")} == keys
    assert hub.stop() == 0


def test_readiness_follows_the_database(hub: HubProcess, tmp_path: Path) -> None:
    hub.start()
    with database_away(hub, tmp_path):
        wait_for(lambda: get(hub, "/readyz")[0] == 503)
        checks = json.loads(get(hub, "/readyz")[1])["checks"]
        assert checks["database"]["ok"] is False
        assert "cannot be reached" in checks["database"]["detail"]
        assert get(hub, "/healthz") == (200, '{"status": "alive"}')
        assert "hub_database_up 0.0" in get(hub, "/metrics")[1]
    wait_for(lambda: get(hub, "/readyz")[0] == 200)
    assert hub.process is not None
    assert hub.process.poll() is None


class database_away:  # noqa: N801  reads as a block
    """Keeps everybody from the hub's database while the block runs."""

    def __init__(self, hub: HubProcess, folder: Path) -> None:
        self.url = urlsplit(hub.environment["HUB_DATABASE_URL"])
        self.folder = folder / "database"

    def __enter__(self) -> None:
        if self.url.scheme == "sqlite":
            self.folder.rename(self.folder.with_name("elsewhere"))
            return
        name = sql.Identifier(self.url.path.strip("/"))
        with self._server() as server:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [self.url.path.strip("/")],
            )

    def __exit__(self, *error: object) -> None:
        if self.url.scheme == "sqlite":
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.with_name("elsewhere").rename(self.folder)
            return
        name = sql.Identifier(self.url.path.strip("/"))
        with self._server() as server:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    def _server(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(os.environ["HUB_TEST_DATABASE_URL"], autocommit=True)


def test_check_tells_what_is_missing_and_then_that_all_is_well(hub: HubProcess) -> None:
    hub.folder.mkdir()
    before = run(hub, "check")
    assert before.returncode == 1
    found = {line[6:28].strip(): line.split()[0] for line in before.stdout.splitlines()}
    assert found["configuration"] == "WRONG"
    assert found["migrations"] == "WRONG"
    assert found["database"] == found["storage"] == found["port web"] == "ok"
    hub.start()
    after = run(hub, "check")
    assert after.returncode == 0, after.stdout
    assert "served by a running hub" in after.stdout
    assert "WRONG" not in after.stdout


def test_check_reports_a_bad_setting_as_a_line(hub: HubProcess) -> None:
    hub.environment = {**hub.environment, "HUB_HTTP_PORT": "eighty"}
    result = run(hub, "check")
    assert result.returncode == 1
    assert result.stdout.startswith("WRONG configuration")
    assert "HUB_HTTP_PORT" in result.stdout


def test_two_hubs_that_start_at_once_on_one_database_both_come_up(hub: HubProcess, tmp_path: Path) -> None:
    twin = HubProcess(environment(tmp_path / "twin", hub.environment["HUB_DATABASE_URL"]), arguments=("run",))
    try:
        with ThreadPoolExecutor(2) as both:
            list(both.map(HubProcess.start, (hub, twin)))
        assert get(hub, "/readyz")[0] == get(twin, "/readyz")[0] == 200
    finally:
        twin.kill()


@needs_servers
def test_a_role_refuses_a_database_without_its_migrations(hub: HubProcess) -> None:
    hub.environment = {**hub.environment, **KEYS}
    result = run(hub, "web")
    assert result.returncode == 3
    assert "hub manage migrate" in result.stderr


@needs_servers
@pytest.mark.parametrize("role", ["worker", "smtp", "listen", "media"])
def test_each_role_runs_alone_and_drains(hub: HubProcess, role: str) -> None:
    hub.environment = {**hub.environment, **KEYS}
    assert run(hub, "manage", "migrate", "--verbosity", "0").returncode == 0
    hub.folder.mkdir(exist_ok=True)
    with (hub.folder / "output.log").open("wb") as output:
        hub.process = subprocess.Popen([HUB, role], env=dict(hub.environment), stdout=output, stderr=output)
    wait_for(lambda: '"hints"' in hub.log and "service_started" in hub.log)
    assert hub.stop() == 0
    assert "Traceback" not in hub.log


@needs_servers
def test_the_web_role_serves_and_drains(hub: HubProcess) -> None:
    hub.environment = {**hub.environment, **KEYS}
    assert run(hub, "manage", "migrate", "--verbosity", "0").returncode == 0
    hub.arguments = ("web",)
    hub.start()
    assert json.loads(get(hub, "/readyz")[1])["checks"]["redis"] == {"ok": True, "detail": "answers"}
    assert hub.stop() == 0


KEYS = {"HUB_SECRET_KEY": "k" * 40, "HUB_ENCRYPTION_KEYS": "a:" + "A" * 43 + "="}
