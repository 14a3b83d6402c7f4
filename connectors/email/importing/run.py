"""Works imports off: each step is one transaction, so that a crash loses and doubles nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError

from connectors.email.importing import source as import_source
from connectors.email.importing.mail import DUPLICATE, Left, Reader, Ready, failed
from connectors.email.importing.source import Source
from connectors.email.models import MailImport, MailImportEntry
from hub.clock import now
from hub.connector import StorageUnavailable
from hub.messages import ErrorClass, SendError
from hub.models import InboundEnvelope
from hub.tenancy import insert
from hub.transaction import after_commit, unit
from inbox.actions.receive import receive_all

log = structlog.get_logger("connectors.email.import")

BATCH = 100
"""Mails that one transaction imports."""

ATTEMPTS = 2
"""A mail that took the process down with it so often is given up."""

State = MailImport.State
EntryState = MailImportEntry.State

NOT_NOW = (OperationalError, InterfaceError, StorageUnavailable)
"""Nothing is wrong with the import: try the same step again."""

Also = Callable[[bool], None]
"""Called in the transaction of a step with whether there is more to do."""


class Overtaken(Exception):
    """Another process has worked on the same import meanwhile."""


def step(import_id: Any, also: Also = lambda more: None, *, careful: bool = False) -> bool:
    """Do the next piece of an import; answers whether there is more to do.

    `careful` takes mails one by one and notes which one it is at, for when a step took its process down.
    What the source refuses ends the import as `failed`, with its reason. A server that is away, or a
    database, is raised, and the same step can be done again.
    """
    run = MailImport.objects.unscoped("the job names the import").select_related("channel").get(pk=import_id)
    if not run.is_going_on:
        with unit():
            also(False)
        return False
    try:
        source = import_source.source_of(run)
        if run.phase == MailImport.Phase.READING:
            return _look(run, source, also)
        return _import(run, source, also, careful=careful)
    except SendError as error:
        if error.error_class == ErrorClass.RETRY:
            raise
        return fail(run, error.detail, also)
    except (ValueError, OSError) as error:
        return fail(run, str(error), also)


def _look(run: MailImport, source: Source, also: Also) -> bool:
    """Note the next page of what is there."""
    page = source.page(run.cursor)
    last = datetime.fromisoformat(run.cursor.get("last") or datetime(1970, 1, 1, tzinfo=UTC).isoformat())
    with unit():
        before, run = run.cursor, _locked(run)
        if run.cursor != before or not run.is_going_on:
            raise Overtaken
        count = int(run.cursor.get("count", 0))
        placed = list(import_source.in_order(page.seen, last))
        entries = [_entry(run, number, seen, at) for number, (seen, at) in enumerate(placed, count + 1)]
        insert(entries)
        _count(run, [(entry.state, entry.reason) for entry in entries if entry.state != EntryState.WAITING])
        run.state, run.started_at = State.RUNNING, run.started_at or now()
        count += len(entries)
        last = placed[-1][1] if placed else last
        run.cursor = {**(page.cursor or {}), "count": count, "last": last.isoformat()}
        if page.cursor is None:
            run.phase, run.total = MailImport.Phase.IMPORTING, count
        run.save()
        also(True)
    return True


def _entry(run: MailImport, number: int, seen: import_source.Seen, at: datetime) -> MailImportEntry:
    state, reason = _fate(seen)
    return MailImportEntry(
        organization_id=run.organization_id,
        mail_import=run,
        number=number,
        part=seen.part,
        offset=seen.offset,
        length=seen.length,
        place=seen.place,
        written_at=at,
        message_id=seen.message_id,
        state=state,
        reason=reason,
    )


def _fate(seen: import_source.Seen) -> tuple[str, str]:
    if seen.fault:
        return EntryState.FAILED, seen.fault[:255]
    return (EntryState.SKIPPED, seen.skip) if seen.skip else (EntryState.WAITING, "")


def _import(run: MailImport, source: Source, also: Also, *, careful: bool) -> bool:
    """Import the next mails, in the order of their dates."""
    waiting = MailImportEntry.objects.within(run.organization_id).filter(
        mail_import=run, state=EntryState.WAITING
    )
    entries = list(waiting.order_by("written_at", "number")[:BATCH])
    if not entries:
        return _finish(run, also)
    reader = Reader(run, source)
    if not careful:
        try:
            _settle(reader, entries, also)
            return True
        except (*NOT_NOW, Overtaken):
            raise
        except Exception:
            log.exception("import_batch_failed", mail_import=str(run.pk))
    for entry in entries:
        _settle_alone(reader, entry)
    with unit():
        also(True)
    return True


def _settle_alone(reader: Reader, entry: MailImportEntry) -> None:
    """Import one mail; whatever it does, its fate is known afterwards."""
    if entry.attempts >= ATTEMPTS:
        _write(reader.run, [failed(entry, "Reading it stopped the process.")])
        return
    MailImportEntry.objects.within(entry.organization_id).filter(pk=entry.pk).update(
        attempts=entry.attempts + 1
    )
    try:
        _settle(reader, [entry])
    except (*NOT_NOW, Overtaken):
        raise
    except Exception as error:
        log.exception("import_mail_failed", mail_import=str(reader.run.pk), number=entry.number)
        _write(reader.run, [failed(entry, f"{type(error).__name__} while it was imported")])


def _settle(reader: Reader, entries: Sequence[MailImportEntry], also: Also = lambda more: None) -> None:
    """Read mails, and receive them in one transaction with their envelopes and their fates."""
    read = reader.read(entries)
    left = [one for one in read if isinstance(one, Left)]
    ready = [one for one in read if isinstance(one, Ready)]
    if reader.run.options.get("dry_run"):
        _write(reader.run, left, [one.entry for one in ready], also=also)
        return
    arrivals = [reader.arrival(one) for one in ready]
    with unit():
        items = receive_all(arrivals)
        kept, doubled = [], []
        for one, item in zip(ready, items, strict=True):
            if item.message.envelope_id == one.envelope.pk:
                one.entry.item, one.entry.envelope = item, one.envelope
                kept.append(one)
            else:  # it came by another way meanwhile, or we sent it ourselves
                doubled.append(Left(one.entry, EntryState.SKIPPED, DUPLICATE))
        insert(one.envelope for one in kept)
        _write(reader.run, [*left, *doubled], [one.entry for one in kept], also=also)


def _write(
    run: MailImport,
    left: Sequence[Left],
    imported: Sequence[MailImportEntry] = (),
    *,
    also: Also = lambda more: None,
) -> None:
    """Write down what became of mails, once; raises `Overtaken` when that was done before."""
    with unit():
        run = _locked(run)
        if not run.is_going_on:
            raise Overtaken
        _keep_raw(one for one in left)
        for one in left:
            one.entry.state, one.entry.reason = one.state, one.reason[:255]
        for entry in imported:
            entry.state = EntryState.IMPORTED
        entries = [*imported, *(one.entry for one in left)]
        rows = MailImportEntry.objects.within(run.organization_id)
        still = rows.filter(pk__in=[entry.pk for entry in entries], state=EntryState.WAITING)
        if still.count() != len(entries):
            raise Overtaken
        rows.bulk_update(entries, ["state", "reason", "item", "envelope"])
        _count(run, [(entry.state, entry.reason) for entry in entries])
        run.save()
        also(True)


def _keep_raw(left: Any) -> None:
    """Put mails that could not be read into quarantine, whence they can be replayed."""
    kept = [one for one in left if one.envelope is not None]
    known = {
        envelope.dedupe_key: envelope
        for envelope in InboundEnvelope.objects.unscoped("the import's own mails").filter(
            channel_id__in={one.envelope.channel_id for one in kept},
            dedupe_key__in={one.envelope.dedupe_key for one in kept},
        )
    }
    for one in kept:
        if one.envelope.dedupe_key not in known:
            one.envelope.state, one.envelope.error = InboundEnvelope.State.QUARANTINED, one.reason
            one.envelope.save(force_insert=True)
            known[one.envelope.dedupe_key] = one.envelope
        one.entry.envelope = known[one.envelope.dedupe_key]


def _count(run: MailImport, fates: Sequence[tuple[str, str]]) -> None:
    states = Counter(state for state, _ in fates)
    run.imported += states[EntryState.IMPORTED]
    run.skipped += states[EntryState.SKIPPED]
    run.failed += states[EntryState.FAILED]
    reasons = Counter(run.reasons)
    reasons.update(f"{state}: {reason}" for state, reason in fates if state != EntryState.IMPORTED)
    run.reasons = dict(reasons)


def _finish(run: MailImport, also: Also) -> bool:
    with unit():
        run = _locked(run)
        run.state, run.finished_at, run.error = State.DONE, now(), ""
        run.secrets = {}
        run.save()
        also(False)
        after_commit(lambda: import_source.clear(run))
    return False


def fail(run: MailImport, reason: str, also: Also = lambda more: None) -> bool:
    """End the import until somebody resumes it; `reason` is for them to read."""
    log.warning("import_failed", mail_import=str(run.pk))
    with unit():
        run = _locked(run)
        run.state, run.error = State.FAILED, reason[:500]
        run.save()
        also(False)
    return False


def _locked(run: MailImport) -> MailImport:
    """The import as it is now, its row locked until the transaction ends."""
    rows = MailImport.objects.within(run.organization_id).select_for_update(of=("self",))
    return rows.select_related("channel").get(pk=run.pk)
