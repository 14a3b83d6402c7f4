"""The database wrapper that Django loads for the engine `hub.sqlite`.

SQLite has one writer at a time, and whoever finds it busy sleeps and looks again, 100 ms at
most. Between the threads of one process a lock does better: the next writer starts the
moment the one before it has committed. Other processes are still waited for by SQLite.
"""

import threading
from typing import Any

from django.db.backends.sqlite3 import base

_writers: dict[str, threading.Lock] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes a lock per database file around each transaction that may write.

    The type stubs of Django leave out the inner methods that it extends.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def _turn(self) -> threading.Lock:
        return _writers.setdefault(str(self.settings_dict["NAME"]), threading.Lock())

    def _start_transaction_under_autocommit(self) -> None:
        timeout = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        # Without a turn in time SQLite decides, as it would have without the lock.
        self._has_turn = self._turn().acquire(timeout=timeout)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turn().release()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()
