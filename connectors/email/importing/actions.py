"""What people do with imports: begin, pause, resume and cancel them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.email.importing import run as import_run
from connectors.email.models import MailImport
from hub.clock import now
from hub.jobs import RunningJob, enqueue, task
from hub.messages import SendError
from hub.models import Channel, User
from hub.transaction import unit

STEP = "email.import_step"

State = MailImport.State


class WrongState(Exception):
    """The import is not in a state in which this can be done; the text says in which it is."""


@task(STEP, atomic=False)
def import_step(job: RunningJob, import_id: str) -> None:
    """Do the next step, and have the one after it done."""

    def also(more: bool) -> None:
        job.finish()
        if more:
            enqueue_step(import_id)

    try:
        import_run.step(import_id, also, careful=job.attempt > 1)
    except SendError as error:
        if not job.is_last_attempt:
            raise
        run = MailImport.objects.unscoped("the job names the import").get(pk=import_id)
        import_run.fail(run, error.detail, also)
    except import_run.Overtaken:
        with unit():
            job.finish()
            enqueue_step(import_id)


def enqueue_step(import_id: Any) -> None:
    """Have a worker go on with an import, after what is more urgent."""
    enqueue(STEP, {"import_id": str(import_id)}, unique_key=f"{STEP}:{import_id}", priority=-10)


def begin(
    channel: Channel,
    kind: str,
    name: str,
    source: Mapping[str, Any],
    *,
    secrets: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    by: User | None = None,
    is_for_worker: bool = True,
    **fields: Any,
) -> MailImport:
    """Write the import down, and have a worker do it, unless the caller does its steps."""
    with unit():
        run = MailImport(
            organization_id=channel.organization_id,
            channel=channel,
            kind=kind,
            name=name[:255],
            source=dict(source),
            secrets=dict(secrets or {}),  # type: ignore[misc]
            options=dict(options or {}),
            created_by=by,
            **fields,
        )
        run.save(force_insert=True)
        if is_for_worker:
            enqueue_step(run.pk)
    return run


def pause(run: MailImport) -> MailImport:
    """Stop after the step that is being done."""
    return _change(run, State.PAUSED, {State.QUEUED, State.RUNNING})


def cancel(run: MailImport) -> MailImport:
    """Stop, and keep what is imported; it may still be resumed as long as its files are there."""
    return _change(run, State.CANCELED, {State.QUEUED, State.RUNNING, State.PAUSED, State.FAILED})


def resume(run: MailImport, *, is_for_worker: bool = True) -> MailImport:
    """Go on where it was."""
    states = {State.PAUSED, State.FAILED, State.CANCELED, State.QUEUED, State.RUNNING}
    with unit():
        run = _change(run, State.QUEUED, states)
        if is_for_worker:
            enqueue_step(run.pk)
    return run


def _change(run: MailImport, state: str, allowed: set[Any]) -> MailImport:
    with unit():
        rows = MailImport.objects.within(run.organization_id).select_for_update(of=("self",))
        run = rows.select_related("channel", "created_by").get(pk=run.pk)
        if run.state not in allowed:
            raise WrongState(f"This import is {run.state}.")
        run.state, run.error = state, ""
        run.finished_at = now() if state == State.CANCELED else None
        run.save()
    return run
