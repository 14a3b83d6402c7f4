"""`make bench`: every benchmark in turn; one line per figure, exit code 0 whatever the figures."""

import sys
import traceback
from collections.abc import Callable

from bench import (
    accept,
    fanout,
    imap_idle,
    inbox_list,
    ingest,
    persisted,
    restart,
    routing,
    slow_readers,
    working_time,
    writes,
)

BENCHMARKS: dict[str, Callable[[], None]] = {
    "accept": accept.main,
    "working_time": working_time.main,
    "ingest": ingest.main,
    "imap_idle": imap_idle.main,
    "fanout": fanout.main,
    "persisted": persisted.main,
    "slow_readers": slow_readers.main,
    "restart": restart.main,
    "routing": routing.main,
    "writes": writes.main,
    "inbox_list": inbox_list.main,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; a benchmark that breaks makes the exit code 1."""
    broken = 0
    for name in names or list(BENCHMARKS):
        try:
            BENCHMARKS[name]()
        except Exception:  # noqa: BLE001  one that breaks must not hide the figures of the others
            traceback.print_exc()
            broken = 1
        sys.stdout.flush()
    return broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
