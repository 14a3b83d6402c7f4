"""Ingest: understands envelopes, one after the other, and sets aside what it cannot understand."""

import hashlib
from collections.abc import Sequence

import structlog

from hub import registry
from hub.clock import now
from hub.jobs import RunningJob
from hub.messages import File, Ignored, Inbound, InboundMessage, InboundRead, InboundStatus
from hub.models import InboundEnvelope
from hub.transaction import unit
from inbox.actions.read_by_customer import read_by_customer
from inbox.actions.receive import StoredFile, receive
from inbox.actions.track import track
from media import storage
from realtime import events

log = structlog.get_logger(__name__)

State = InboundEnvelope.State


def process_envelope(job: RunningJob, envelope_id: str) -> None:
    """Turn an envelope into items of conversations; its effect and the job's end are one commit.

    Bytes of files are safe in the storage before the transaction opens. What cannot be
    understood, or fails on the last attempt, is quarantined: kept raw, announced, replayable.
    """
    envelope = _load(envelope_id)
    if envelope is None or envelope.state != State.RECEIVED:
        with unit():
            job.finish()
        return
    try:
        connector = registry.connector(envelope.channel.kind)
        found = connector.parse(bytes(envelope.raw), envelope.headers, envelope.channel.config)
        stored = [store(inbound.files) if isinstance(inbound, InboundMessage) else () for inbound in found]
        with unit():
            state = _apply(envelope, found, stored)
            _close(envelope, state, _reasons(found))
            job.finish()
    except ValueError as error:
        _quarantine(job, envelope, f"It cannot be read: {error}")
    except Exception as error:
        if not job.is_last_attempt:
            raise
        log.exception("envelope.failed", envelope=str(envelope.pk), channel=str(envelope.channel_id))
        _quarantine(job, envelope, f"{type(error).__name__} on attempt {job.attempt}")


def _load(envelope_id: str) -> InboundEnvelope | None:
    return (
        InboundEnvelope.objects.unscoped("the worker's own job names the row")
        .select_related("channel__organization")
        .filter(pk=envelope_id)
        .first()
    )


def store(files: Sequence[File]) -> tuple[StoredFile, ...]:
    """Put the bytes of files into the media storage, durably."""
    return tuple(
        StoredFile(
            filename=file.filename or "attachment",
            content_type=file.content_type,
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            storage_key=storage.save(file.data),
            content_id=file.content_id,
            inline=file.inline,
        )
        for file in files
    )


def _apply(
    envelope: InboundEnvelope, found: Sequence[Inbound], stored: Sequence[Sequence[StoredFile]]
) -> InboundEnvelope.State:
    state = State.IGNORED
    for inbound, files in zip(found, stored, strict=True):
        match inbound:
            case InboundMessage():
                receive(envelope.channel, inbound, envelope=envelope, files=files)
                state = State.PROCESSED
            case InboundStatus():
                track(envelope.channel, inbound)
                state = State.PROCESSED
            case InboundRead():
                read_by_customer(envelope.channel, inbound)
                state = State.PROCESSED
            case Ignored():
                pass
    return state


def _reasons(found: Sequence[Inbound]) -> str:
    return "; ".join(inbound.reason for inbound in found if isinstance(inbound, Ignored))


def _close(envelope: InboundEnvelope, state: str, reason: str) -> None:
    envelope.state, envelope.error = state, reason
    envelope.attempts += 1
    envelope.processed_at = now()
    envelope.save(update_fields=["state", "error", "attempts", "processed_at"])


def _quarantine(job: RunningJob, envelope: InboundEnvelope, reason: str) -> None:
    with unit():
        quarantine(envelope, reason)
        job.finish()


def quarantine(envelope: InboundEnvelope, reason: str) -> None:
    """Set an envelope aside for a person, and say so. Called in a unit of work."""
    _close(envelope, State.QUARANTINED, reason)
    events.append(
        envelope.channel.organization,
        "envelope.quarantined",
        {"envelope": {"id": str(envelope.pk), "channel_id": str(envelope.channel_id), "error": reason}},
    )
    log.warning("envelope.quarantined", envelope=str(envelope.pk), channel=str(envelope.channel_id))
