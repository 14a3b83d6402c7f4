"""The process that reads mails which may take long: within limits of the kernel, and gone when its parent is.

`python -m connectors.email.reading.child` answers each frame with a mail on standard input by one frame on
standard output. A frame is a length of eight bytes, big-endian, and as many bytes. An answer is `MAIL` and a
pickled `Mail`, or `ERROR` and words in UTF-8. It knows no Django, and gets no settings and no secrets.
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

from connectors.email.reading.mail import Mail
from connectors.email.reading.parse import parse
from connectors.email.reading.structure import SIZE_LIMIT

MAIL = b"m"
ERROR = b"e"
LENGTH_BYTES = 8

MEMORY_LIMIT = 1024**3
"""Bytes of address space that the child may have."""

_OPEN_FILES = 64


def cpu_seconds(size: int) -> int:
    """Processor time that a mail of `size` bytes may take: 5 seconds, and up to 15 more for a large one."""
    return 5 + 15 * min(size, SIZE_LIMIT) // SIZE_LIMIT


def serve(read: Callable[[bytes], Mail] = parse) -> None:
    """Answer mails until standard input ends."""
    _limit()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (raw := _frame(source)) is not None:
        _limit_cpu(cpu_seconds(len(raw)))
        answer = _answer(read, raw)
        target.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        target.flush()


def _answer(read: Callable[[bytes], Mail], raw: bytes) -> bytes:
    try:
        return MAIL + pickle.dumps(read(raw), protocol=5)
    except MemoryError:
        return ERROR + f"it needs more than {MEMORY_LIMIT // 1024**2} MB of memory".encode()
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear that this mail is the cause
        return ERROR + f"{type(error).__name__} while reading it".encode()


def _frame(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    size = int.from_bytes(head, "big")
    raw = source.read(size)
    return raw if len(raw) == size else None


def _limit() -> None:
    """No endless memory, no files to write, no core dumps; signals to the group are the parent's affair."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _limit_cpu(seconds: int) -> None:
    """The kernel ends this process with SIGXCPU when it has worked so much longer than up to now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _end_with_parent() -> None:
    """End when the parent's end of standard input is closed, even in the middle of a mail."""
    watch = select.poll()
    watch.register(0, 0)  # errors and hang-ups are always told
    watch.poll()
    os._exit(0)


if __name__ == "__main__":
    serve()
