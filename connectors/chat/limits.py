"""What one address and one site may ask of this process: open sockets, and new visitors a minute.

The numbers belong to a process, so several web processes allow as many times as much. They keep one
address from filling memory or the visitors' table; they do not meter conversations.
"""

import ipaddress
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any
from uuid import UUID

SOCKETS_PER_ADDRESS = 60
SOCKETS_PER_SITE = 20_000
NEW_VISITORS_PER_MINUTE = 30
_MINUTE = 60.0
_REMEMBERED = 10_000

Key = tuple[UUID, str]


class Limits:
    """Counts for all sites; lives on the loop, so it needs no lock."""

    def __init__(self) -> None:
        self._sockets: Counter[Key] = Counter()
        self._sites: Counter[UUID] = Counter()
        self._newcomers: dict[Key, deque[float]] = {}

    def enter(self, channel_id: UUID, address: str, config: Mapping[str, Any]) -> bool:
        """Count a socket in, unless its address or its site holds enough of them."""
        key = (channel_id, address)
        per_address = int(config.get("sockets_per_address", SOCKETS_PER_ADDRESS))
        if self._sites[channel_id] >= int(config.get("sockets_per_site", SOCKETS_PER_SITE)):
            return False
        if is_counted(address) and self._sockets[key] >= per_address:
            return False
        self._sockets[key] += 1
        self._sites[channel_id] += 1
        return True

    def leave(self, channel_id: UUID, address: str) -> None:
        """Count a socket out that was counted in."""
        key = (channel_id, address)
        self._sockets[key] -= 1
        self._sites[channel_id] -= 1
        if self._sockets[key] <= 0:
            del self._sockets[key]

    def admit(self, channel_id: UUID, address: str, at: float, config: Mapping[str, Any]) -> bool:
        """Whether one more unknown browser of this address may become a visitor; `at` is in seconds."""
        if not is_counted(address):
            return True
        times = self._times(channel_id, address)
        while times and times[0] <= at - _MINUTE:
            times.popleft()
        if len(times) >= int(config.get("visitors_per_minute", NEW_VISITORS_PER_MINUTE)):
            return False
        times.append(at)
        return True

    def _times(self, channel_id: UUID, address: str) -> deque[float]:
        if len(self._newcomers) > _REMEMBERED:
            self._newcomers.pop(next(iter(self._newcomers)))
        return self._newcomers.setdefault((channel_id, address), deque())


def is_counted(address: str) -> bool:
    """Whether an address stands for somebody: a loopback one is a proxy's or a developer's."""
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True
