"""The inbox's jobs by name: understand envelopes, deliver, wake what was snoozed, sweep."""

from collections.abc import Sequence
from typing import Any

from hub.clock import now
from hub.connector import CHANNEL_HEALTH, PROCESS_ENVELOPE
from hub.jobs import RunningJob, every, task
from hub.jobs.dead import dead_jobs
from hub.models import Conversation, IdempotentRequest, InboundEnvelope, Status
from hub.transaction import unit
from inbox import absence, ingest, outbox
from inbox.actions.channel_health import channel_health
from inbox.actions.status import wake

_BATCH = 200


@task(PROCESS_ENVELOPE, queue="receive", atomic=False, batch=20)
def process_envelopes(jobs: Sequence[RunningJob]) -> None:
    """See `inbox.ingest`."""
    ingest.process_envelopes(jobs)


@task(outbox.DELIVER, queue="send", atomic=False, max_attempts=20)
def deliver(job: RunningJob, delivery_id: str) -> None:
    """See `inbox.outbox`."""
    outbox.deliver(job, delivery_id)


@task(CHANNEL_HEALTH)
def take_up_health(channel_id: str, report: dict[str, Any]) -> None:
    """See `inbox.actions.channel_health`."""
    channel_health(channel_id, **report)


@every(seconds=15)
@task("inbox.wake_snoozed")
def wake_snoozed() -> None:
    """Take up the conversations whose snooze is over."""
    due = Conversation.objects.unscoped("the clock strikes for every organization").filter(
        status=Status.SNOOZED, snoozed_until__lte=now()
    )
    for conversation in due.select_related("organization").order_by("snoozed_until")[:_BATCH]:
        wake(conversation)


@every(seconds=10)
@task("inbox.retire_absent")
def retire_absent() -> None:
    """See `inbox.absence`."""
    absence.retire_all()


@every(seconds=3600)
@task("inbox.forget_answers")
def forget_answers() -> None:
    """Drop the answers that are not given again any more."""
    rows = IdempotentRequest.objects.unscoped("the clock strikes for every organization")
    rows.filter(created_at__lt=now() - IdempotentRequest.KEPT).delete()


@every(seconds=30)
@task("inbox.quarantine_dead")
def quarantine_dead() -> None:
    """Show envelopes whose job was given up because it took its workers down with it."""
    for job in dead_jobs("receive")[:_BATCH]:
        envelope = (
            InboundEnvelope.objects.unscoped("a dead job names the row")
            .select_related("channel__organization")
            .filter(pk=job.payload.get("envelope_id"), state=InboundEnvelope.State.RECEIVED)
            .first()
        )
        with unit():
            if envelope is not None:
                ingest.quarantine(envelope, "Reading it stopped the worker five times.")
            job.delete()
