"""The cache over Redis that goes without when Redis is gone: it is disposable (guarantee G7)."""

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger("hub.cache")


class ForgivingCache(RedisCache):
    """Behaves like an empty cache while Redis cannot be reached; limits on sign-in rest meanwhile."""

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Store if absent; true as well when it could not be stored."""
        return self._try(super().add, True, key, value, *args, **kwargs)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or the default."""
        return self._try(super().get, default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store, if possible."""
        self._try(super().set, None, key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Prolong; false when there is nothing to prolong."""
        return self._try(super().touch, False, key, *args, **kwargs)

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Remove; false when there was nothing."""
        return self._try(super().delete, False, key, *args, **kwargs)

    def _try(self, call: Any, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            log.warning("cache_unavailable", error=type(error).__name__)
            return otherwise
