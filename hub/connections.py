"""A channel that is listened to: the thread that runs its connector's `listen`, and what it says of it."""

import random
import threading
import time
from contextlib import closing, suppress
from functools import partial
from uuid import UUID

import structlog
from django.db import DatabaseError, connections

from hub import jobs, registry
from hub.clock import now
from hub.connector import CHANNEL_HEALTH, StorageUnavailable
from hub.cursors import cursor, keep
from hub.messages import ErrorClass, SendError
from hub.models.channels import Channel
from hub.stopping import Stopping

log = structlog.get_logger("hub.listening")

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 900.0
"""Pauses grow up to this many seconds, soon enough that no provider locks an account for wrong passwords."""

SETTLED = 60.0
"""A connection that stood this many seconds is made again at once, and its failures are forgotten."""

PATIENCE = {ErrorClass.RECONNECT: 2}
"""How many failures in a row are said aloud; three, of those that pass by themselves."""

WORD_SECONDS = 600.0
"""How often a channel that is well says so."""


class Connection(threading.Thread):
    """Listens to one channel until told to stop; what fails is tried again, less and less often."""

    def __init__(self, channel_id: UUID, key: str) -> None:
        super().__init__(name=f"listen-{channel_id}", daemon=True)
        self.channel_id = channel_id
        self.key = key
        self.stopping = Stopping()
        self._word = Word(channel_id)

    def run(self) -> None:
        """The thread's work."""
        failures = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            pause = self._listen_once()
            is_well = pause is not None or time.monotonic() - began > SETTLED
            failures = 0 if is_well else failures + 1
            if pause is None:
                pause = min(FIRST_PAUSE * 3 ** max(failures - 1, 0), LONGEST_PAUSE)
            self.stopping.wait(pause * random.uniform(0.9, 1.1))
        self.stopping.close()

    def _listen_once(self) -> float | None:
        """Listen until the connector returns or raises; how many seconds later it wants to, if it knows."""
        channel = None
        try:
            channel = Channel.objects.unscoped("the listen role serves every organization").get(
                pk=self.channel_id
            )
            return self._listen(channel)
        except StorageUnavailable:
            log.warning("batch_not_kept", channel=str(self.channel_id))
        except Exception as error:  # noqa: BLE001  the edge to a provider: anything may come out of it
            reason = registry.connector(channel.kind).classify(error) if channel else None
            self._report(error, reason)
            if reason is not None and reason.retry_after is not None:
                return reason.retry_after
        finally:
            connections.close_all()
        return None

    def _listen(self, channel: Channel) -> float:
        connector = registry.connector(channel.kind)
        batches = connector.listen(channel, partial(_cursor, channel), self.stopping)
        with closing(batches):  # type: ignore[type-var]
            for batch in batches:
                new = keep(channel, batch)
                if new:
                    log.info("received", channel=str(self.channel_id), envelopes=new)
                self._word.well(batch.warning)
                connections.close_all()
        return connector.poll_interval

    def _report(self, error: Exception, reason: SendError | None) -> None:
        if reason is None:
            log.error("listening_failed", channel=str(self.channel_id), exc_info=error)
            return
        unexpected = {} if isinstance(error, SendError) else {"exc_info": error}
        log.warning(
            "listening_failed",
            channel=str(self.channel_id),
            error_class=str(reason.error_class),
            code=reason.code,
            **unexpected,
        )
        self._word.failed(reason)


def _cursor(channel: Channel, name: str) -> dict[str, object]:
    try:
        return dict(cursor(channel, name))
    finally:
        connections.close_all()


class Word:
    """What is said of a channel, when it changes: by a job, so that the inbox announces it."""

    def __init__(self, channel_id: UUID) -> None:
        self.channel_id = channel_id
        self._failures = 0
        self._said: tuple[object, ...] = ()
        self._said_at = now()

    def well(self, warning: str = "") -> None:
        """It works, perhaps with something to know."""
        self._failures = 0
        is_old = (now() - self._said_at).total_seconds() > WORD_SECONDS
        self._say(("ok", warning), is_old, ok=True, detail=warning)

    def failed(self, reason: SendError) -> None:
        """It failed; one failure is nothing yet."""
        self._failures += 1
        if self._failures >= PATIENCE.get(reason.error_class, 3):
            self._say(
                (reason.code, reason.detail),
                ok=False,
                code=reason.code,
                detail=reason.detail,
                needs_reconnect=reason.error_class == ErrorClass.RECONNECT,
            )

    def _say(self, word: tuple[object, ...], is_old: bool = False, **report: object) -> None:
        if word == self._said and not is_old:
            return
        payload = {"channel_id": str(self.channel_id), "report": report}
        with suppress(DatabaseError):  # said again the next time
            jobs.enqueue(CHANNEL_HEALTH, payload, lane=f"health:{self.channel_id}")
            self._said, self._said_at = word, now()
