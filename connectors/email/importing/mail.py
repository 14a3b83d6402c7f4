"""One mail of an import: read, and made ready to be received as history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.email.fetching import arrival
from connectors.email.importing.source import Source
from connectors.email.models import MailImport, MailImportEntry
from connectors.email.sending import own_ids
from hub import registry
from hub.clock import now
from hub.messages import InboundMessage
from hub.models import Channel, InboundEnvelope, Membership, Message, User
from inbox.actions.files import store
from inbox.actions.receive import Arrival

NOT_READABLE = "It cannot be read"

DUPLICATE = "duplicate"
AUTOMATIC = "automatic"
EMPTY = "empty"
TO_NOBODY = "sent to nobody outside"
REPORT = "a report about a message that is not here"


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may be received: what it says, and the envelope that will keep it raw."""

    entry: MailImportEntry
    envelope: InboundEnvelope
    message: InboundMessage
    author: User | None


@dataclass(frozen=True, slots=True)
class Left:
    """A mail that will not be received: skipped, or failed; its envelope if it shall be kept raw."""

    entry: MailImportEntry
    state: MailImportEntry.State
    reason: str
    envelope: InboundEnvelope | None = None


def left(entry: MailImportEntry, reason: str) -> Left:
    """A mail that is skipped."""
    return Left(entry, MailImportEntry.State.SKIPPED, reason)


def failed(entry: MailImportEntry, reason: str, envelope: InboundEnvelope | None = None) -> Left:
    """A mail that failed."""
    return Left(entry, MailImportEntry.State.FAILED, reason[:255], envelope)


class Reader:
    """Reads mails of one import as its options say."""

    def __init__(self, run: MailImport, source: Source) -> None:
        self.run = run
        self.channel: Channel = run.channel
        self._source = source
        given = [str(address).strip().lower() for address in run.options.get("own_addresses") or ()]
        self._own = {run.channel.address.lower(), *given}
        self._colleagues = _colleagues(run)

    def read(self, entries: Sequence[MailImportEntry]) -> list[Ready | Left]:
        """What each of them says; those that are here already are left out."""
        return self._without_known([self._read(entry) for entry in entries])

    def _read(self, entry: MailImportEntry) -> Ready | Left:
        try:
            raw = self._source.raw(entry)
        except FileNotFoundError:
            return failed(entry, "It is gone from where it was.")
        envelope = self._envelope(entry, raw)
        try:
            found = registry.connector(self.channel.kind).parse(raw, envelope.headers, self.channel.config)
        except ValueError as error:
            return failed(entry, f"{NOT_READABLE}: {error}", envelope)
        messages = [message for message in found if isinstance(message, InboundMessage)]
        if not messages:
            return left(entry, next((str(one.reason) for one in found if hasattr(one, "reason")), REPORT))
        return self._ready(entry, envelope, messages[0])

    def _envelope(self, entry: MailImportEntry, raw: bytes) -> InboundEnvelope:
        kept = arrival.envelope(self.channel, raw, f"import of {self.run.name}", entry.written_at)
        return InboundEnvelope(
            organization_id=self.run.organization_id,
            channel=self.channel,
            dedupe_key=kept.dedupe_key,
            raw=raw,
            headers={**kept.headers, "history": {"kind": "import", "id": str(self.run.pk)}},
            state=InboundEnvelope.State.PROCESSED,
            processed_at=now(),
        )

    def _ready(
        self, entry: MailImportEntry, envelope: InboundEnvelope, message: InboundMessage
    ) -> Ready | Left:
        is_ours = (
            bool(self.run.options.get("sent"))
            or self._source.is_sent(entry.part)
            or self._is_own(message.sender.value)
        )
        if is_ours and all(self._is_own(party.value) for party in (*message.to, *message.cc)):
            return left(entry, TO_NOBODY)
        if not (message.text.strip() or message.html.strip() or message.files or message.subject.strip()):
            return left(entry, EMPTY)
        if message.automatic and not is_ours and self.run.options.get("skip_automatic"):
            return left(entry, AUTOMATIC)
        written = message.sent_at or entry.written_at
        message = replace(message, sent_at=min(written, now()), echo=is_ours)
        author = self._colleagues.get(message.sender.value) if is_ours else None
        return Ready(entry, envelope, message, author)

    def _is_own(self, address: str) -> bool:
        return bool({address, own_ids.without_subaddress(address)} & self._own)

    def _without_known(self, read: list[Ready | Left]) -> list[Ready | Left]:
        """Those that are here already become duplicates before their files are stored again."""
        ready = [one for one in read if isinstance(one, Ready)]
        keys = _known_keys(self.channel, [one.envelope.dedupe_key for one in ready])
        ids = _known_ids(self.channel, [one.message.external_id[:255] for one in ready])
        result: list[Ready | Left] = []
        for one in read:
            if isinstance(one, Ready):
                key, external_id = one.envelope.dedupe_key, one.message.external_id[:255]
                if key in keys or external_id in ids:
                    result.append(left(one.entry, DUPLICATE))
                    continue
                keys.add(key)
                ids.add(external_id)
            result.append(one)
        return result

    def arrival(self, ready: Ready) -> Arrival:
        """What is to be received, its files stored."""
        days = int(self.run.options.get("open_days") or 0)
        return Arrival(
            self.channel,
            ready.message,
            ready.envelope,
            store(ready.message.files),
            is_history=True,
            author=ready.author,
            stays_open=bool(days) and _is_recent(ready.message.sent_at, days),
            source={"kind": "import", "id": str(self.run.pk), "name": self.run.name},
        )


def _is_recent(at: datetime | None, days: int) -> bool:
    return at is not None and now() - at < timedelta(days=days)


def _colleagues(run: MailImport) -> Mapping[str, User]:
    rows = Membership.objects.within(run.organization_id).select_related("user")
    return {row.user.email.lower(): row.user for row in rows}


def _known_keys(channel: Channel, keys: Collection[str]) -> set[str]:
    rows = InboundEnvelope.objects.within(channel.organization_id).filter(
        channel=channel, dedupe_key__in=keys
    )
    return set(rows.values_list("dedupe_key", flat=True))


def _known_ids(channel: Channel, ids: Collection[str]) -> set[Any]:
    rows = Message.objects.within(channel.organization_id).filter(channel=channel, external_id__in=ids)
    return set(rows.values_list("external_id", flat=True))
