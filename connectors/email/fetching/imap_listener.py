"""Listening to IMAP folders: new mails become envelopes first, and are marked in the folder afterwards."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import structlog

from connectors.email.fetching import imap_position, oauth
from connectors.email.fetching.arrival import envelope
from connectors.email.fetching.imap import Fetched, Mailbox
from connectors.email.fetching.imap_idle import forget_news, wait_for_news
from connectors.email.fetching.imap_position import Position, position_in
from hub.clock import now
from hub.connector import Batch, Cursors, Polled
from hub.messages import SendError
from hub.models import Channel
from hub.stopping import Stopping

log = structlog.get_logger("connectors.email.fetching.imap")

IDLE_SECONDS = 5 * 60.0
"""Time in one IDLE: servers end it after 30 minutes (RFC 2177), routers forget silent connections earlier,
and a folder that is deleted meanwhile falls silent without a word."""

POLL_SECONDS = 60.0
"""How often is looked where IDLE is missing, and into the folders beside the first."""

OLD_LIMIT = 200
"""How many mails that were written long ago may turn up at once; more are a mailbox that was moved here."""


def listen(channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
    """The port's `listen` for a channel that receives by IMAP."""
    with oauth.signed_in(channel, partial(Mailbox.of, channel)) as mailbox:
        yield from _Listener(channel, cursors, stopping, mailbox).run()


@dataclass
class _Listener:
    """One connection's work on all folders of a channel; the first one is where it waits."""

    channel: Channel
    cursors: Cursors
    stopping: Stopping
    mailbox: Mailbox
    positions: dict[str, Position] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    opened: str = ""
    others_at: float = 0.0

    @property
    def folders(self) -> Sequence[str]:
        return list(self.channel.config.get("imap_folders") or ["INBOX"])

    @property
    def afterwards(self) -> str:
        return str(self.channel.config.get("imap_after") or "keep").partition(":")[0]

    @property
    def target(self) -> str:
        """Where mails are moved to: a setting of its own, or "move:FOLDER" in one."""
        config = self.channel.config
        return str(config.get("imap_move_to") or str(config.get("imap_after")).partition(":")[2])

    def run(self) -> Iterator[Batch]:
        """Look everywhere, wait for news, look again, until told to stop."""
        can_idle = self.mailbox.has("IDLE")
        first, *others = self.folders
        is_due = True
        while not self.stopping.is_set():
            if time.monotonic() >= self.others_at:
                for folder in others:
                    yield from self._look_aside(folder)
                self.others_at = time.monotonic() + POLL_SECONDS
            yield from self._look(first, reopen=is_due)
            yield self._word(first)
            is_due = not self._wait(can_idle, POLL_SECONDS if others else IDLE_SECONDS)

    def _wait(self, can_idle: bool, seconds: float) -> bool:
        """Wait for news in the open folder; whether there may be some."""
        if can_idle:
            return wait_for_news(self.mailbox.client, self.mailbox.account, self.stopping, seconds)
        self.stopping.wait(min(seconds, POLL_SECONDS))
        return False

    def _word(self, folder: str) -> Batch:
        """That all is well, or nearly."""
        return self._batch(folder, self.positions[folder])

    def _batch(self, folder: str, position: Position, items: Sequence[Polled] = ()) -> Batch:
        warning = " ".join(self.warnings.values())
        return Batch(items, position.as_json(), cursor_name(folder), warning)

    def _look_aside(self, folder: str) -> Iterator[Batch]:
        """Look into a folder beside the first; what is wrong with it does not disturb the others."""
        try:
            position = self.positions.get(folder)
            if position is not None:
                uid_validity, uid_next = self.mailbox.status(folder)
                if uid_validity == position.uid_validity and 0 < uid_next <= position.uid + 1:
                    return
            yield from self._look(folder, reopen=True)
            self.warnings.pop(folder, None)
        except SendError as error:
            if error.code != "refused-command":
                raise
            self.warnings[folder] = error.detail

    def _look(self, folder: str, *, reopen: bool) -> Iterator[Batch]:
        """Bring what is new in a folder, page by page; each is marked once it is kept."""
        if reopen or self.opened != folder:
            yield from self._open(folder)
        forget_news(self.mailbox.client)
        self.mailbox.leave = self.positions[folder].stumbling_block
        try:
            if self.positions[folder].is_among_old:
                yield from self._bring_old(folder)
            for page in self.mailbox.fetch_since(self.positions[folder].uid):
                yield from self._bring(folder, page)
        except SendError:
            if self.mailbox.fetching:
                position = self.positions[folder].stumble(self.mailbox.fetching)
                yield self._batch(folder, position)
            raise

    def _open(self, folder: str) -> Iterator[Batch]:
        self.opened = ""
        selected = self.mailbox.select(folder, readonly=self.afterwards == "keep")
        self.opened = folder
        known = self.positions.get(folder) or imap_position.read(self.cursors(cursor_name(folder)))
        position = position_in(
            selected, known, int(self.channel.config.get("import_since_days") or 0), _today()
        )
        if known is not None and position.uid_validity != known.uid_validity:
            log.warning(
                "folder_was_made_anew", channel=str(self.channel.pk), uid_validity=position.uid_validity
            )
        self.positions[folder] = position
        if position.pending:
            self._mark(folder, position.pending)
        if position != known:
            yield self._batch(folder, position)

    def _bring_old(self, folder: str) -> Iterator[Batch]:
        """Bring what arrived since the position's first day, from among mails that may be much older."""
        position = self.positions[folder]
        arrived = list(self.mailbox.uids(position.uid, position.old_until, since=position.began))
        written = set(self.mailbox.uids(position.uid, position.old_until, sent_since=position.began))
        if len(arrived) - len(written.intersection(arrived)) > OLD_LIMIT:
            left = [uid for uid in arrived if uid not in written]
            arrived = [uid for uid in arrived if uid in written]
            self.warnings["old"] = (
                f"{len(left)} mails in {folder} were written before {position.began} and were left alone."
            )
        for page in self.mailbox.fetch(arrived):
            yield from self._bring(folder, page)
        self.positions[folder] = replace(
            self.positions[folder], uid=position.old_until, old_until=0, pending=()
        )
        yield self._word(folder)

    def _bring(self, folder: str, page: Sequence[Fetched]) -> Iterator[Batch]:
        """Hand a page in, and once it is kept, do in the folder what the channel says."""
        position = self.positions[folder]
        whole = tuple(mail.uid for mail in page if not mail.fault)
        pending = () if self.afterwards == "keep" else whole
        newest = max((mail.received_at for mail in page if mail.received_at), default=None)
        position = position.after(max(mail.uid for mail in page), pending, newest, _today())
        place = f"imap {folder} {position.uid_validity}"
        items = [
            envelope(self.channel, mail.raw, f"{place} {mail.uid}", mail.received_at, mail.fault)
            for mail in page
        ]
        yield self._batch(folder, position, items)
        self.positions[folder] = position
        if pending:
            self._mark(folder, pending)

    def _mark(self, folder: str, uids: Sequence[int]) -> None:
        """Do what is to be done with mails that are safe. To do it twice changes nothing."""
        try:
            match self.afterwards:
                case "seen":
                    self.mailbox.mark_seen(uids)
                case "delete":
                    self.mailbox.delete(uids)
                case "move" if self.target not in ("", folder):
                    self.mailbox.move(uids, self.target)
        except SendError as error:
            if error.code != "refused-command":
                raise
            self.warnings["afterwards"] = error.detail
        else:
            self.warnings.pop("afterwards", None)
        self.positions[folder] = replace(self.positions[folder], pending=())


def cursor_name(folder: str) -> str:
    """The name of a folder's cursor, within the length that is stored."""
    name = f"imap:{folder}"
    return name if len(name) <= 100 else f"imap:{hashlib.sha256(folder.encode()).hexdigest()}"


def _today() -> date:
    return now().date()
