"""The word "stop" for a thread that waits, also one that waits for a socket."""

import socket
import threading


class Stopping:
    """Set once, by any thread; whoever waits for it wakes at once.

    `fileno` becomes readable when it is set, so that a `select` over a connection can look at both.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._reader, self._writer = socket.socketpair()

    def set(self) -> None:
        """Say stop."""
        if not self._event.is_set():
            self._event.set()
            self._writer.close()

    def is_set(self) -> bool:
        """Whether stop was said."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait this long at most; whether stop was said."""
        return self._event.wait(seconds)

    def fileno(self) -> int:
        """What `select` and `poll` want."""
        return self._reader.fileno()

    def close(self) -> None:
        """Give the descriptors back, once nobody waits any more."""
        self.set()
        self._reader.close()
