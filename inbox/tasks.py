"""The inbox's jobs by name: understand envelopes, deliver, wake what was snoozed, sweep."""

from collections.abc import Sequence
from typing import Any

import inbox.routing.tasks  # noqa: F401  the engine's jobs
from hub.clock import now
from hub.connector import CHANNEL_HEALTH, PROCESS_ENVELOPE
from hub.jobs import RunningJob, every, task
from hub.jobs.dead import dead_jobs
from hub.models import Conversation, IdempotentRequest, InboundEnvelope, Status
from hub.transaction import unit
from inbox import absence, early_news, ingest, outbox
from inbox.actions import agent_typing, amend_sent, connecting, early
from inbox.actions.channel_health import channel_health
from inbox.actions.settings import RETEST
from inbox.actions.status import wake
from inbox.rules import log, sweeping
from inbox.sla import tasks as _promises  # noqa: F401 - registers their jobs
from inbox.trial import running
from inbox.trial.backtests import BACKTEST

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


@task(early_news.TAKE_UP, queue="receive")
def take_up_early(channel_id: str, target: str) -> None:
    """See `inbox.actions.early`."""
    early.take_up(channel_id, target)


@task(amend_sent.AMEND, queue="send", atomic=False, max_attempts=amend_sent.MOST_ATTEMPTS + 1)
def amend(job: RunningJob, message_id: str, what: str, text: str) -> None:
    """See `inbox.actions.amend_sent`."""
    amend_sent.amend(job, message_id, what, text)


@task(connecting.CONNECT, atomic=False, max_attempts=connecting.MOST_ATTEMPTS + 1)
def connect_channel(job: RunningJob, channel_id: str) -> None:
    """See `inbox.actions.connecting`."""
    connecting.connect(job, channel_id)


@task(agent_typing.TELL, queue="send", atomic=False, max_attempts=1)
def tell_typing(job: RunningJob, channel_id: str, conversation_id: str, state: str) -> None:
    """See `inbox.actions.agent_typing`."""
    agent_typing.tell(channel_id, conversation_id, state)


@every(seconds=60)
@task("inbox.sweep_early")
def sweep_early() -> None:
    """See `inbox.actions.early`."""
    early.sweep()


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


@every(seconds=20)
@task("inbox.sweep_rules")
def sweep_rules() -> None:
    """See `inbox.rules.sweeping`."""
    sweeping.enqueue_all()


@task(sweeping.SWEEP, atomic=False)
def sweep_rule(job: RunningJob, rule_id: str) -> None:
    """See `inbox.rules.sweeping`."""
    sweeping.sweep_rule(rule_id)
    with unit():
        job.finish()


@every(seconds=3600)
@task("inbox.forget_rule_runs")
def forget_rule_runs() -> None:
    """See `inbox.rules.log`."""
    log.forget_old()


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


@task(BACKTEST, queue="slow", atomic=False, max_attempts=3)
def run_backtest(job: RunningJob, backtest_id: str) -> None:
    """See `inbox.trial.running`."""
    running.run_backtest(job, backtest_id)


@task(RETEST, queue="slow", atomic=False, max_attempts=3)
def run_policy_tests(job: RunningJob, organization_id: str) -> None:
    """See `inbox.trial.running`."""
    running.run_policy_tests(job, organization_id)
