"""Where claims with a lifetime are kept: the store's port, and the store of a single process."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

LIFETIME_SECONDS = 30.0
"""How long somebody counts as here after the last sign of life, or after their last socket went."""

Claim = tuple[str, str]
"""A key and a member."""


class Store(Protocol):
    """Where claims are kept. Synchronous, safe from any thread."""

    def hold(self, claims: Iterable[Claim], seconds: float) -> None:
        """Make claims, or renew them, for so many seconds from now."""

    def release(self, claim: Claim) -> None:
        """Give a claim back at once."""

    def holders(self, key: str) -> list[str]:
        """Return the members whose claims under this key live."""

    def knows_since(self) -> float:
        """Return for how many seconds the store has seen every claim: less than a lifetime after a loss."""


class Unknown(Exception):
    """The store cannot be asked just now."""


class MemoryStore:
    """Claims of one process."""

    def __init__(self) -> None:
        self._born = time.monotonic()
        self._until: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._lock = threading.Lock()

    def hold(self, claims: Iterable[Claim], seconds: float) -> None:
        """See `Store`."""
        until = time.monotonic() + seconds
        with self._lock:
            for key, member in claims:
                self._until[key][member] = until

    def release(self, claim: Claim) -> None:
        """See `Store`."""
        with self._lock:
            self._until[claim[0]].pop(claim[1], None)

    def holders(self, key: str) -> list[str]:
        """See `Store`."""
        moment = time.monotonic()
        with self._lock:
            living = {member: until for member, until in self._until[key].items() if until > moment}
            if living:
                self._until[key] = living
            else:
                del self._until[key]
        return list(living)

    def knows_since(self) -> float:
        """See `Store`."""
        return time.monotonic() - self._born
