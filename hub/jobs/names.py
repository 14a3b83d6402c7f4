"""What workers are called, "host-process-number", and whether one of this machine can still be alive."""

from __future__ import annotations

import os
import socket

_own: set[str] = set()


def prefix() -> str:
    """How the names of this process's workers begin."""
    return f"{_host()}-{os.getpid()}"


def remember(name: str) -> None:
    """Note that a worker of this name belongs to this process."""
    _own.add(name)


def is_dead(name: str) -> bool:
    """Whether the name's process ran on this machine and is gone; false when that cannot be known.

    A process of our own number that is not ours was our predecessor: in a container each has the same.
    """
    host, _, rest = name.rpartition("-")[0].rpartition("-")
    if host != _host() or not rest.isdecimal() or name in _own:
        return False
    return int(rest) == os.getpid() or not _is_alive(int(rest))


def _host() -> str:
    return socket.gethostname()[:40]


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
