"""Reads a mail wherever that is right: ordinary ones here, all others in a child that can be killed.

Reading is linear and bounded, and most mails take less than a millisecond: sending them to another process
would cost more than reading them. What may take long (see `parse_ordinary`) goes to a child of a small pool.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import pickle
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from connectors.email.reading.child import ERROR, LENGTH_BYTES, MEMORY_LIMIT, cpu_seconds
from connectors.email.reading.mail import Mail
from connectors.email.reading.parse import parse_ordinary

CHILDREN = 2
"""Mails that are read in children at the same time; others wait."""

MAILS_PER_CHILD = 500
"""A child that has read so many makes room for a fresh one."""

_WAIT_FACTOR = 4  # a busy machine gives a child only a part of its processors
_ANSWER_LIMIT = MEMORY_LIMIT
_CHUNK = 1024 * 1024
_ROOT = Path(__file__).resolve().parents[3]
_COMMAND = (sys.executable, "-m", "connectors.email.reading.child")
_OF_MAILS = frozenset(("connectors.email.reading.mail", "hub.messages.inbound"))
_OF_TIME = frozenset(("datetime", "timezone", "timedelta"))


class Unreadable(ValueError):
    """A mail that could not be read within its limits; the text says why, in plain words."""


class _Died(Exception):
    """The child ended without an answer; `returncode` as `subprocess` has it."""

    def __init__(self, returncode: int | None) -> None:
        super().__init__(returncode)
        self.returncode = returncode


class Readers:
    """A pool of child processes; started when first needed, safe from any thread.

    They end with this process, whichever way it ends, as their standard input closes then.
    """

    def __init__(
        self, command: Sequence[str] = _COMMAND, children: int = CHILDREN, wait_seconds: float | None = None
    ) -> None:
        self._command = tuple(command)
        self._wait_seconds = wait_seconds
        self._free = threading.BoundedSemaphore(children)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def read(self, raw: bytes) -> Mail:
        """The mail; raises `Unreadable` when it takes too long, too much memory, or ends the reader."""
        with self._free:
            try:
                return self._read(raw)
            except _Died as death:
                if death.returncode == -signal.SIGXCPU:
                    raise _too_slow(raw) from None
            try:  # once more: the system may have ended the child for reasons of its own
                return self._read(raw)
            except _Died as death:
                raise Unreadable(f"the reader ended while reading it (status {death.returncode})") from None

    def close(self) -> None:
        """End the children that have nothing to do."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _read(self, raw: bytes) -> Mail:
        child = self._take()
        seconds = self._wait_seconds or _WAIT_FACTOR * cpu_seconds(len(raw))
        try:
            answer = child.ask(raw, seconds)
        except TimeoutError:
            child.kill()
            raise _too_slow(raw) from None
        except BaseException:
            child.kill()
            raise
        self._give_back(child)
        if answer[:1] == ERROR:
            raise Unreadable(answer[1:].decode("utf-8", "replace"))
        return _mail(answer[1:])

    def _take(self) -> _Child:
        with self._lock:
            if self._pid != os.getpid():  # a fork: the children are the other process's
                self._idle, self._pid = [], os.getpid()
            return self._idle.pop() if self._idle else _Child(self._command)

    def _give_back(self, child: _Child) -> None:
        if child.mails >= MAILS_PER_CHILD:
            child.end()
            return
        with self._lock:
            self._idle.append(child)


class _Child:
    """One process, asked for one mail at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self.mails = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.defpath},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    def ask(self, raw: bytes, seconds: float) -> bytes:
        """Send a mail, wait for the answer; raises `TimeoutError` or `_Died`."""
        self.mails += 1
        deadline = time.monotonic() + seconds
        unsent = memoryview(len(raw).to_bytes(LENGTH_BYTES, "big") + raw)
        got = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._to, selectors.EVENT_WRITE)
            selector.register(self._from, selectors.EVENT_READ)
            while not _is_whole(got):
                ready = selector.select(deadline - time.monotonic())
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    if key.fd == self._from:
                        got += self._receive()
                    else:
                        unsent = unsent[self._send(unsent) :]
                        if not unsent:
                            selector.unregister(self._to)
        return bytes(got[LENGTH_BYTES:])

    def _send(self, unsent: memoryview) -> int:
        try:
            return os.write(self._to, unsent[:_CHUNK])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            raise self._died() from None

    def _receive(self) -> bytes:
        try:
            data = os.read(self._from, _CHUNK)
        except BlockingIOError:
            return b""
        if not data:
            raise self._died()
        return data

    def _died(self) -> _Died:
        try:
            return _Died(self._process.wait(5))
        except subprocess.TimeoutExpired:
            return _Died(None)

    def end(self) -> None:
        """Close its input, which ends it; kill it when it does not."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        self.kill()

    def kill(self) -> None:
        """End it at once and let go of all that is its."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def _is_whole(got: bytearray) -> bool:
    if len(got) < LENGTH_BYTES:
        return False
    size = int.from_bytes(got[:LENGTH_BYTES], "big")
    if not 1 <= size <= _ANSWER_LIMIT:
        raise Unreadable("the reader's answer made no sense")
    return len(got) >= LENGTH_BYTES + size


def _too_slow(raw: bytes) -> Unreadable:
    return Unreadable(f"reading it took more than {cpu_seconds(len(raw))} seconds, and was stopped")


class _MailUnpickler(pickle.Unpickler):
    """Makes mails and nothing else, whatever a child that was taken over may send."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if module_name == "datetime" and global_name in _OF_TIME:
            return super().find_class(module_name, global_name)
        if module_name in _OF_MAILS and global_name.isidentifier():
            found = super().find_class(module_name, global_name)
            if isinstance(found, type) and is_dataclass(found):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of a mail")


def _mail(data: bytes) -> Mail:
    try:
        mail = _MailUnpickler(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError) as error:
        raise Unreadable("the reader's answer made no sense") from error
    if not isinstance(mail, Mail):
        raise Unreadable("the reader's answer made no sense")
    return mail


_readers = Readers()
atexit.register(_readers.close)


def read_mail(raw: bytes) -> Mail:
    """Read any mail; raises `Unreadable` (a `ValueError`) when it takes too long or too much memory."""
    mail = parse_ordinary(raw)
    return mail if mail is not None else _readers.read(raw)
