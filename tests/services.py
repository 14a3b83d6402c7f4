"""Temporary PostgreSQL and Redis servers for one test run, from the machine's own binaries."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import redis

STARTED_WITHIN = 30.0
STOPPED_WITHIN = 20.0
AT_PARENTS_END = ["--pdeathsig", "INT"]


class ServicesMissing(Exception):
    """A server's program is not installed; the text names it."""


def postgresql_binaries() -> Path:
    """The folder of the newest PostgreSQL's programs. Raises ServicesMissing."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if not found:
        raise ServicesMissing("PostgreSQL is not installed")
    return Path(found).parent


def redis_program() -> str:
    """The Redis server's program. Raises ServicesMissing."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        raise ServicesMissing("Redis is not installed")
    return program


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged() -> list[str]:
    """The command prefix that runs a server as somebody else than root, ended with this process."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, *AT_PARENTS_END] if setpriv else []
    user = server_user()
    if setpriv:
        return [
            setpriv,
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            *AT_PARENTS_END,
        ]
    return ["runuser", "-u", user.pw_name, "--"]


def server_user() -> pwd.struct_passwd:
    """Whom servers run as when the tests run as root. Raises ServicesMissing."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServicesMissing("There is no user to run servers as")


@contextmanager
def server_folder() -> Iterator[Path]:
    """A temporary folder that the server's user may write to."""
    with tempfile.TemporaryDirectory(prefix="hub-services-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            user = server_user()
            os.chown(name, user.pw_uid, user.pw_gid)
        yield Path(name)


@contextmanager
def server(command: list[str], folder: Path, is_up: Callable[[], object]) -> Iterator[None]:
    """Run a server until the block ends; RuntimeError with its log when it does not come up.

    `is_up` raises what a client of the server raises for as long as it is not.
    """
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([*unprivileged(), *command], cwd=folder, stdout=output, stderr=output)
    try:
        _wait(process, is_up, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL then does not wait for its clients
        try:
            process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", is_up: Callable[[], object], log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            is_up()
        except (OSError, psycopg.OperationalError, redis.ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"a test server did not start:\n{log.read_text(errors='replace')}")


def _create_cluster(binaries: Path, folder: Path) -> None:
    words = f"{binaries}/initdb -D {folder}/data -U hub -A trust -E UTF8 --locale=C.UTF-8 --no-sync"
    command = [*unprivileged(), *words.split()]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"initdb failed:\n{result.stderr}")


@contextmanager
def postgresql() -> Iterator[str]:
    """A temporary PostgreSQL cluster; yields the URL of an empty database in it."""
    binaries = postgresql_binaries()
    with server_folder() as folder:
        _create_cluster(binaries, folder)
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            # A test cluster may lose everything at a crash of the machine.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port), *settings]
        url = f"postgresql://hub@127.0.0.1:{port}/postgres"
        with server(command, folder, lambda: psycopg.connect(url, connect_timeout=2).close()):
            yield url


@contextmanager
def redis_server() -> Iterator[str]:
    """A temporary Redis server that keeps nothing on disk; yields its URL."""
    program = redis_program()
    with server_folder() as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        url = f"redis://127.0.0.1:{port}"
        with server([*command, "--databases", "64"], folder, lambda: redis.Redis.from_url(url).ping()):
            yield url


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """The two `HUB_TEST_…_URL` settings: the caller's own servers, or temporary ones for the rest."""
    with ExitStack() as stack:
        database = os.environ.get("HUB_TEST_DATABASE_URL") or stack.enter_context(postgresql())
        cache = os.environ.get("HUB_TEST_REDIS_URL") or stack.enter_context(redis_server())
        yield {"HUB_TEST_DATABASE_URL": database, "HUB_TEST_REDIS_URL": cache}


def missing() -> str:
    """Why `running()` could not start, or an empty string when it can."""
    try:
        if not os.environ.get("HUB_TEST_DATABASE_URL"):
            postgresql_binaries()
        if not os.environ.get("HUB_TEST_REDIS_URL"):
            redis_program()
    except ServicesMissing as error:
        return str(error)
    return ""
