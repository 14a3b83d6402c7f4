"""The demo data, loaded once for a whole test run; hubs of the tests start on copies of it.

Loading is most of a first start, and the test processes of one run share a single load.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.hub_process import HubProcess, create_database, drop_database, fresh_database_url, running_hub

# With a secret of its own a copy keeps to itself on the Redis server that it shares with others.
NOT_COPIED = shutil.ignore_patterns("secret_key", "output.log")


@dataclass(frozen=True)
class DemoData:
    """What a hub that loaded the demo and ended has left: its folder, and its database's URL."""

    folder: Path
    database_url: str

    @contextmanager
    def hub(self, folder: Path, **settings: str) -> Iterator[HubProcess]:
        """A ready hub on a copy of the data in `folder`, gone after the block."""
        shutil.copytree(self.folder, folder, ignore=NOT_COPIED)
        with (
            fresh_database_url(folder, template=urlsplit(self.database_url).path.strip("/")) as url,
            running_hub(folder, url, **settings) as hub,
        ):
            yield hub


@contextmanager
def shared(root: Path) -> Iterator[DemoData]:
    """The demo data of all processes that name this `root`: the first one loads it, the last one drops it."""
    users = root / "demo-users"
    users.mkdir(exist_ok=True)
    this_process = users / str(os.getpid())
    with _turn(root):
        demo = _loaded(root)
        this_process.touch()
    try:
        yield demo
    finally:
        with _turn(root):
            this_process.unlink()
            if not any(users.iterdir()):
                _remove(root, demo)


@contextmanager
def _turn(root: Path) -> Iterator[None]:
    with (root / "demo-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _note(root: Path) -> Path:
    """Where the address of the loaded data is noted."""
    return root / "demo-data"


def _loaded(root: Path) -> DemoData:
    """The data that was loaded before, or is loaded now by a hub's first start."""
    folder = root / "demo"
    if _note(root).exists():
        return DemoData(folder, _note(root).read_text())
    demo = DemoData(folder, create_database(folder))
    try:
        with running_hub(folder, demo.database_url) as hub:
            assert hub.stop() == 0, hub.log
    except BaseException:
        _remove(root, demo)
        raise
    _note(root).write_text(demo.database_url)
    return demo


def _remove(root: Path, demo: DemoData) -> None:
    _note(root).unlink(missing_ok=True)
    shutil.rmtree(demo.folder, ignore_errors=True)
    drop_database(demo.database_url)
