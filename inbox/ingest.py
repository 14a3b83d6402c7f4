"""Ingest: understands envelopes, those that wait together, and sets aside what it cannot understand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db.models import F, Sum
from django.db.models.functions import Length

from hub import registry
from hub.clock import now
from hub.jobs import Retry, RunningJob, finish
from hub.messages import Ignored, Inbound, InboundMessage
from hub.models import Channel, InboundEnvelope
from hub.transaction import unit
from inbox import early_news
from inbox.actions.files import Gathered, NotYetFetched, gather
from inbox.actions.happenings import happen
from inbox.actions.own_echoes import TooEarly
from inbox.actions.receive import Arrival, receive_all
from realtime import events

log = structlog.get_logger(__name__)

State = InboundEnvelope.State


_ECHO_SECONDS = 2.0

BATCH_BYTES = 16 * 1024 * 1024
"""Envelopes that are larger than this together are processed one by one: they are read into memory."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What an envelope says, its files stored already; `files` has one entry for each of `found`."""

    envelope: InboundEnvelope
    found: Sequence[Inbound]
    files: Sequence[Gathered]


def process_envelopes(jobs: Sequence[RunningJob]) -> None:
    """Turn envelopes into items of conversations; all effects and the jobs' ends are one commit.

    Bytes of files are safe in the storage before the transaction opens. Of several envelopes one
    that fails makes all fail, and the worker brings each alone. One alone that cannot be understood,
    or fails on its last attempt, is quarantined: kept raw, announced, replayable.
    """
    if len(jobs) > 1:
        _process(jobs)
        return
    (job,) = jobs
    try:
        _process([job])
    except ValueError as error:
        _quarantine(job, f"It cannot be read: {error}")
    except TooEarly:
        raise Retry(_ECHO_SECONDS, "the message that it repeats is still being sent", counts=False) from None
    except NotYetFetched as error:
        raise Retry(error.after, "a file of it cannot be fetched now") from None
    except Exception as error:
        if not job.is_last_attempt:
            raise
        log.exception("envelope.failed", envelope=job.payload["envelope_id"])
        _quarantine(job, f"{type(error).__name__} on attempt {job.attempt}")


def _process(jobs: Sequence[RunningJob]) -> None:
    envelopes = _load(jobs)
    enriched = _enrich(envelopes)
    attempts = {UUID(job.payload["envelope_id"]): job.attempt for job in jobs}
    understood = [_understand(envelope, attempts[envelope.pk]) for envelope in envelopes]
    with unit():
        if enriched:
            InboundEnvelope.objects.unscoped("the worker's own jobs").bulk_update(enriched, ["headers"])
        _apply(understood)
        _close(understood)
        finish(jobs)


def _load(jobs: Sequence[RunningJob]) -> list[InboundEnvelope]:
    """The envelopes that the jobs name and that still wait, in the jobs' order. Raises `TooMuch`."""
    ids = [UUID(job.payload["envelope_id"]) for job in jobs]
    rows = InboundEnvelope.objects.unscoped("the worker's own jobs name the rows")
    rows = rows.filter(pk__in=ids, state=State.RECEIVED)
    if len(jobs) > 1 and (rows.aggregate(bytes=Sum(Length("raw")))["bytes"] or 0) > BATCH_BYTES:
        raise TooMuch("too large to be processed together")
    envelopes = rows.in_bulk()
    channels = Channel.objects.unscoped("the channels of these envelopes").select_related("organization")
    by_id = channels.in_bulk({envelope.channel_id for envelope in envelopes.values()})
    for envelope in envelopes.values():
        envelope.channel = by_id[envelope.channel_id]
    return [envelopes[key] for key in ids if key in envelopes]


class TooMuch(Exception):
    """These envelopes should not be in memory at the same time."""


def _enrich(envelopes: Sequence[InboundEnvelope]) -> list[InboundEnvelope]:
    """Have connectors ask the network what `parse` must not; answers the envelopes that say more now."""
    by_kind: defaultdict[str, list[InboundEnvelope]] = defaultdict(list)
    for envelope in envelopes:
        by_kind[envelope.channel.kind].append(envelope)
    enriched: list[InboundEnvelope] = []
    for kind, own in by_kind.items():
        arrived = [(envelope.channel, bytes(envelope.raw), envelope.headers) for envelope in own]
        for envelope, headers in zip(own, registry.connector(kind).enrich(arrived), strict=True):
            if headers is not envelope.headers:
                envelope.headers = dict(headers)
                enriched.append(envelope)
    return enriched


def _understand(envelope: InboundEnvelope, attempt: int) -> Understood:
    channel = envelope.channel
    found = registry.connector(channel.kind).parse(bytes(envelope.raw), envelope.headers, channel.config)
    files = [
        gather(channel, inbound, attempt) if isinstance(inbound, InboundMessage) else Gathered()
        for inbound in found
    ]
    return Understood(envelope, found, files)


def _apply(understood: Iterable[Understood]) -> None:
    """Do what the envelopes say, in their order; messages that follow one another are received together."""
    arrivals: list[Arrival] = []
    for one in understood:
        channel = one.envelope.channel
        for position, (inbound, files) in enumerate(zip(one.found, one.files, strict=True)):
            if isinstance(inbound, InboundMessage):
                history = one.envelope.headers.get("history") or {}
                arrivals.append(
                    Arrival(
                        channel,
                        inbound,
                        one.envelope,
                        files.stored,
                        is_history=bool(history),
                        source=history,
                        missing_files=files.missing,
                    )
                )
            elif not isinstance(inbound, Ignored):
                receive_all(arrivals)
                arrivals.clear()
                if not happen(channel, inbound):
                    early_news.keep(one.envelope, position, early_news.target_of(inbound))
    receive_all(arrivals)


def _close(understood: Iterable[Understood]) -> None:
    """Mark the envelopes as done, those with the same outcome together."""
    by_outcome: defaultdict[tuple[State, str], list[UUID]] = defaultdict(list)
    for one in understood:
        ignored = [inbound for inbound in one.found if isinstance(inbound, Ignored)]
        state = State.PROCESSED if len(ignored) < len(one.found) else State.IGNORED
        reason = "; ".join(inbound.reason for inbound in ignored)
        by_outcome[state, reason].append(one.envelope.pk)
    for (state, reason), ids in by_outcome.items():
        rows = InboundEnvelope.objects.unscoped("the worker's own jobs name the rows").filter(pk__in=ids)
        rows.update(state=state, error=reason, attempts=F("attempts") + 1, processed_at=now())


def _quarantine(job: RunningJob, reason: str) -> None:
    with unit():
        for envelope in _load([job]):
            quarantine(envelope, reason)
        job.finish()


def quarantine(envelope: InboundEnvelope, reason: str) -> None:
    """Set an envelope aside for a person, and say so. Called in a unit of work."""
    envelope.state, envelope.error = State.QUARANTINED, reason
    envelope.attempts += 1
    envelope.processed_at = now()
    envelope.save(update_fields=["state", "error", "attempts", "processed_at"])
    events.append(
        envelope.channel.organization,
        "envelope.quarantined",
        {"envelope": {"id": str(envelope.pk), "channel_id": str(envelope.channel_id), "error": reason}},
    )
    log.warning("envelope.quarantined", envelope=str(envelope.pk), channel=str(envelope.channel_id))
