"""Run the hub and start it again when Python changes, after a build when the front end changes."""

import signal
import subprocess
import sys
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from tools import frontend

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [ROOT / name for name in ("hub", "realtime", "media", "inbox", "connectors")]
PAGES = ROOT / "frontend"
STOPPED_WITHIN = 25.0


class SourceFilter(DefaultFilter):
    """Source files of the rooms and of the front end, not what is built or installed."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, "dist", "tests", "__snapshots__")

    def __call__(self, change: Change, path: str) -> bool:
        """Whether this change matters."""
        return not path.endswith((".pyc", ".pyi")) and super().__call__(change, path)


def start() -> "subprocess.Popen[bytes]":
    """Start the hub with demo data."""
    return subprocess.Popen([Path(sys.executable).with_name("hub"), "run", "--demo"], cwd=ROOT)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Let the hub drain, and end it if it does not."""
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def build() -> None:
    """Build the front end; an error in it is shown and waits for the next change."""
    try:
        frontend.build()
    except subprocess.CalledProcessError:
        print("The front end does not build; the last good one stays.", flush=True)


def main() -> None:
    """Watch until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    process = start()
    try:
        for changes in watch(*ROOMS, PAGES, watch_filter=SourceFilter(), raise_interrupt=True):
            if any(Path(path).is_relative_to(PAGES) for _, path in changes):
                build()
            stop(process)
            process = start()
    except KeyboardInterrupt:
        pass
    finally:
        stop(process)


if __name__ == "__main__":
    main()
