"""How much one peer may ask of the mail entrance; addresses of one IPv6 network (/64) count as one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

REMEMBERED_PEERS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures. `mails_per_minute` may come in a burst; wrong recipients are forgiven one in ten seconds.

    Trusted peers are held by `connections` alone: a front server brings everybody's mail.
    """

    connections: int = 1000
    connections_per_address: int = 5
    mails_per_minute: int = 120
    wrong_recipients_until_slow: int = 3
    wrong_recipients: int = 20
    slow_seconds: float = 2.0
    errors: int = 20
    commands_without_mail: int = 500


class Bucket:
    """Fills by one with each use and drains with time; `level` is what is in it."""

    def __init__(self, drained_per_second: float, at: float) -> None:
        self._rate = drained_per_second
        self._level = 0.0
        self._at = at

    def level(self, at: float) -> float:
        """What is left of earlier uses."""
        return max(0.0, self._level - (at - self._at) * self._rate)

    def add(self, at: float) -> float:
        """One more use; answers the new level."""
        self._level, self._at = self.level(at) + 1, at
        return self._level


@dataclass(slots=True)
class _Peer:
    mails: Bucket
    wrong: Bucket
    connections: int = 0
    seen_at: float = field(default=0.0)


class Gate:
    """Counts what peers do, for one process."""

    def __init__(
        self,
        limits: Limits,
        trusted: Sequence[Network],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._is_trusted = lru_cache(REMEMBERED_PEERS)(partial(is_within, networks=tuple(trusted)))
        self._clock = clock
        self._connections = 0
        self._peers: dict[str, _Peer] = {}

    def is_trusted(self, host: str) -> bool:
        """Whether the peer is a mail server of ours."""
        return self._is_trusted(host)

    def enter(self, host: str) -> str:
        """Count a connection in; answers why it is refused, or "". Refused ones must `leave`, too."""
        peer = self._peer(host)
        peer.connections += 1
        self._connections += 1
        if self._connections > self.limits.connections:
            return "421 4.3.2 The server is busy, try again later"
        if peer.connections > self.limits.connections_per_address and not self.is_trusted(host):
            return "421 4.7.0 Too many connections from your address"
        return ""

    def leave(self, host: str) -> None:
        """Count a connection out."""
        self._connections -= 1
        self._peer(host).connections -= 1

    def may_send(self, host: str) -> bool:
        """Count a mail, if the peer may send one more now."""
        if self.is_trusted(host):
            return True
        mails, at = self._peer(host).mails, self._clock()
        if mails.level(at) + 1 > self.limits.mails_per_minute:
            return False
        mails.add(at)
        return True

    def wrong_recipient(self, host: str) -> tuple[float, bool]:
        """Count one; answers how many seconds the refusal should wait, and whether it was one too many."""
        if self.is_trusted(host):
            return 0.0, False
        level = self._peer(host).wrong.add(self._clock())
        slow = self.limits.slow_seconds if level > self.limits.wrong_recipients_until_slow else 0.0
        return slow, level > self.limits.wrong_recipients

    def _peer(self, host: str) -> _Peer:
        key, at = _key(host), self._clock()
        if key not in self._peers:
            if len(self._peers) >= REMEMBERED_PEERS:
                self._forget_idle(at)
            self._peers[key] = _Peer(Bucket(self.limits.mails_per_minute / 60, at), Bucket(0.1, at))
        peer = self._peers[key]
        peer.seen_at = at
        return peer

    def _forget_idle(self, at: float) -> None:
        self._peers = {
            key: peer for key, peer in self._peers.items() if peer.connections or at - peer.seen_at < 60
        }


def is_within(host: str, networks: Sequence[Network]) -> bool:
    """Whether a peer's address is in one of the networks; false for what is no address."""
    address = _address(host)
    return address is not None and any(address in network for network in networks)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _key(host: str) -> str:
    address = _address(host)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or host)
