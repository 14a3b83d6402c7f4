"""A pytest plugin that gives every run its own settings, before Django reads them.

`HUB_TEST_DATABASE_URL` and `HUB_TEST_REDIS_URL` choose servers to test on; without them a run
uses SQLite and the in-process channel layer. No other `HUB_*` setting of the caller leaks in.
"""

import atexit
import base64
import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

KEPT = ("HUB_TEST_",)
WORKER_NUMBER = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)


def redis_url(server: str, worker: int) -> str:
    """The server's URL with a database number of this test process's own."""
    parts = urlsplit(server)
    first = int(parts.path.strip("/") or 0)
    return parts._replace(path=f"/{first + worker}").geturl()


def prepare() -> Path:
    """Set the environment of this test process; the temporary data folder that it uses."""
    for name in [name for name in os.environ if name.startswith("HUB_") and not name.startswith(KEPT)]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="hub-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(
        HUB_DATA_DIR=str(folder),
        HUB_SECRET_KEY=f"{WORKER_NUMBER}-of-the-tests-" * 4,
        HUB_ENCRYPTION_KEYS="test:" + base64.b64encode(bytes(32)).decode(),
        HUB_DATABASE_URL=os.environ.get("HUB_TEST_DATABASE_URL", ""),
        HUB_LOG_FORMAT="console",
    )
    if redis := os.environ.get("HUB_TEST_REDIS_URL"):
        os.environ["HUB_REDIS_URL"] = redis_url(redis, WORKER_NUMBER)
    return folder


DATA_DIR = prepare()
