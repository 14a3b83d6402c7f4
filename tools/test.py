"""Run the whole suite on SQLite and in memory, then what uses the database again on PostgreSQL and Redis.

Arguments go to pytest; with any of them the front end's own tests are left out.
"""

import os
import signal
import subprocess
import sys
from types import FrameType

from tests import services
from tools import frontend

PROCESSES = "2"
DATABASE_PART = "database and not browser"


def pytest(*arguments: str, **environment: str) -> int:
    """Run the tests in a process of their own; pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-n", PROCESSES, "--dist", "loadfile", "-q", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def without_services() -> dict[str, str]:
    """Settings that keep the first run on SQLite, whatever servers the caller named."""
    return {"HUB_TEST_DATABASE_URL": "", "HUB_TEST_REDIS_URL": ""}


def _test_frontend() -> None:
    try:
        frontend.test()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main() -> None:
    """Run the parts one after the other; the first failing one ends the run with its exit code."""
    signal.signal(signal.SIGTERM, _end)
    missing = services.missing()
    if missing and os.environ.get("HUB_TEST_REQUIRE_SERVICES"):
        sys.exit(f"{missing}, and HUB_TEST_REQUIRE_SERVICES is set.")
    if missing:
        print(f"{missing}: the tests run on SQLite alone.", flush=True)
    if not sys.argv[1:]:
        _test_frontend()
    if code := pytest(*sys.argv[1:], **without_services()):
        sys.exit(code)
    if missing:
        return
    with services.running() as urls:
        print("Again on PostgreSQL and Redis:", flush=True)
        code = pytest("-m", DATABASE_PART, *sys.argv[1:], **urls)
    sys.exit(code)


if __name__ == "__main__":
    main()
