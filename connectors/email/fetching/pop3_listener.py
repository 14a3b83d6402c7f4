"""Fetching from POP3 maildrops: by the ids that mails keep, and deleted only once they are safe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from connectors.email.fetching import oauth
from connectors.email.fetching.arrival import envelope
from connectors.email.fetching.imap import PAGE, PAGE_BYTES
from connectors.email.fetching.pop3 import Maildrop
from connectors.email.reading.structure import SIZE_LIMIT
from hub.clock import now
from hub.connector import Batch, Cursors, Polled
from hub.messages import SendError
from hub.models import Channel
from hub.stopping import Stopping

POLL_SECONDS = 60.0
CURSOR = "pop3"


def listen(channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
    """The port's `listen` for a channel that receives by POP3: a short session each minute."""
    while not stopping.is_set():
        with oauth.signed_in(channel, partial(Maildrop.of, channel)) as maildrop:
            session = _Session(channel, maildrop, dict(cursors(CURSOR).get("seen", {})))
            yield from session.run(is_first=not cursors(CURSOR), stopping=stopping)
        stopping.wait(POLL_SECONDS)


@dataclass
class _Session:
    """One session. `seen` has a digest of the id of each mail that was taken, with the day of that."""

    channel: Channel
    maildrop: Maildrop
    seen: dict[str, str]

    def run(self, *, is_first: bool, stopping: Stopping) -> Iterator[Batch]:
        """Take what is new, page by page, then delete what is old enough."""
        listing = self.maildrop.listing()
        numbers = {_short(unique): number for number, (unique, _) in listing.items()}
        self.seen = {key: day for key, day in self.seen.items() if key in numbers}
        if is_first and not self.channel.config.get("import_since_days"):
            self.seen = dict.fromkeys(numbers, "")  # they were there before us, and are not ours to delete
        yield self._batch([])
        page: list[Polled] = []
        for key, number in numbers.items():
            if key in self.seen:
                continue
            page.append(self._fetched(number, *listing[number]))
            self.seen[key] = now().date().isoformat() if "unfetched" not in page[-1].headers else ""
            if len(page) == PAGE or sum(len(item.raw) for item in page) > PAGE_BYTES:
                yield self._batch(page)
                page = []
            if stopping.is_set():
                break
        if page:
            yield self._batch(page)
        self._delete(numbers)

    def _batch(self, page: list[Polled]) -> Batch:
        return Batch(page, {"seen": dict(self.seen)}, CURSOR)

    def _fetched(self, number: int, unique: str, size: int) -> Polled:
        source = f"pop3 {unique}"
        if size > SIZE_LIMIT:
            return envelope(self.channel, self.maildrop.head(number), source, fault=f"it has {size} bytes")
        try:
            return envelope(self.channel, self.maildrop.fetch(number), source)
        except SendError as error:
            if error.code != "refused-command":
                raise
            return envelope(self.channel, self.maildrop.head(number), source, fault=error.detail)

    def _delete(self, numbers: Mapping[str, int]) -> None:
        keep_days: Any = self.channel.config.get("pop3_keep_days")
        if keep_days is None:
            return
        last = now().date() - timedelta(days=int(keep_days))
        for key, day in self.seen.items():
            if day and date.fromisoformat(day) <= last:
                self.maildrop.delete(numbers[key])


def _short(unique: str) -> str:
    return hashlib.sha256(unique.encode()).hexdigest()[:20]
