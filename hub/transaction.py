"""The unit of work: one database transaction whose last statements can be reserved.

Whoever writes opens a `unit()`. Nested units join the outer one. Work registered with
`before_commit` runs once, as the last thing before the outermost unit commits: the event
log takes its counter row there, so that numbers follow commit order and the hot row is
locked for as short a time as possible.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

_ATTRIBUTE = "hub_pending_before_commit"


class NotInUnit(RuntimeError):
    """Something that belongs into a unit of work was called outside of one."""


def _pending() -> dict[Hashable, Callable[[], Any]] | None:
    return getattr(connection, _ATTRIBUTE, None)


def in_unit() -> bool:
    """Whether the calling thread has a unit of work open."""
    return _pending() is not None


@contextmanager
def unit() -> Iterator[None]:
    """Open a transaction, or join the one that is open.

    On leaving the outermost unit the callbacks of `before_commit` run in the order of
    their first registration, then the transaction commits. An exception rolls everything
    back and forgets the callbacks.
    """
    if in_unit():
        yield
        return
    pending: dict[Hashable, Callable[[], Any]] = {}
    with transaction.atomic():
        setattr(connection, _ATTRIBUTE, pending)
        try:
            yield
            _run(pending)
        finally:
            setattr(connection, _ATTRIBUTE, None)


@contextmanager
def rehearsal() -> Iterator[None]:
    """A unit of work of which nothing is kept: on leaving it, all that was written is rolled back.

    Neither `before_commit` nor `after_commit` callbacks of it run. It may stand inside of another unit, which
    goes on as if nothing had been; other writers wait for its locks as they do for any.
    """
    outer = _pending()
    with transaction.atomic():
        setattr(connection, _ATTRIBUTE, {})
        try:
            yield
            transaction.set_rollback(True)
        finally:
            setattr(connection, _ATTRIBUTE, outer)


def _run(pending: dict[Hashable, Callable[[], Any]]) -> None:
    """Run callbacks until none is left; a callback may register further ones."""
    while pending:
        key = next(iter(pending))
        pending.pop(key)()


def before_commit(key: Hashable, callback: Callable[[], Any]) -> Callable[[], Any]:
    """Run `callback` once, just before the open unit commits.

    A second registration under the same `key` is ignored while the first is waiting; the
    callback that will run is returned. Raises `NotInUnit` when no unit is open.
    """
    pending = _pending()
    if pending is None:
        raise NotInUnit("before_commit() needs an open hub.transaction.unit()")
    return pending.setdefault(key, callback)


def after_commit(callback: Callable[[], Any]) -> None:
    """Run `callback` once the open transaction has committed; at once when there is none.

    Its exceptions are logged and swallowed: the commit stands, whatever becomes of the hint.
    """
    transaction.on_commit(callback, robust=True)
