"""Claims of many processes, kept in Redis; imported only where there is one."""

import contextlib
import time
from collections.abc import Iterable, Iterator

import redis

from realtime.claims import LIFETIME_SECONDS, Claim, Unknown

REST_SECONDS = 2.0
"""After Redis failed, nobody waits for it again this long."""


class RedisStore:
    """Claims of many processes: a sorted set for each key, scored by the end of each claim.

    `namespace` keeps apart the hubs that share one Redis database.
    """

    def __init__(self, url: str, namespace: str) -> None:
        self._redis = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=2, socket_connect_timeout=2, health_check_interval=10
        )
        self._namespace = namespace
        self._marker = self._name("presence-since")
        self._rests_until = 0.0

    def hold(self, claims: Iterable[Claim], seconds: float) -> None:
        """See `Store`. Raises `Unknown`."""
        moment = time.time()
        with self._asking(), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.set(self._marker, moment, nx=True)
            for key, member in claims:
                pipeline.zadd(self._name(key), {member: moment + seconds})
                pipeline.zremrangebyscore(self._name(key), 0, moment)
                pipeline.expire(self._name(key), int(LIFETIME_SECONDS * 4))
            pipeline.execute()

    def release(self, claim: Claim) -> None:
        """See `Store`. Raises `Unknown`."""
        with self._asking():
            self._redis.zrem(self._name(claim[0]), claim[1])

    def holders(self, key: str) -> list[str]:
        """See `Store`. Raises `Unknown`."""
        with self._asking():
            return [str(member) for member in self._redis.zrangebyscore(self._name(key), time.time(), "+inf")]

    def knows_since(self) -> float:
        """See `Store`. Raises `Unknown`."""
        with self._asking():
            marker = self._redis.get(self._marker)
        return time.time() - float(marker) if marker else 0.0

    def _name(self, key: str) -> str:
        return f"{self._namespace}:{key}"

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        if time.monotonic() < self._rests_until:
            raise Unknown("resting")
        try:
            yield
        except redis.RedisError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise Unknown(type(error).__name__) from error
