"""Runs backtests and policy tests in a worker, and keeps how far they are."""

import time
from typing import Any

import structlog

from hub.clock import now
from hub.jobs import Retry, RunningJob
from hub.models import Backtest, Organization
from hub.transaction import unit
from hub.viewer import viewer_of
from inbox.errors import InboxError
from inbox.trial import draft, policy_tests
from inbox.trial.backtest import Comparison

log = structlog.get_logger(__name__)

_TOLD_EVERY = 0.5
State = Backtest.State


class _Cancelled(Exception):
    """Somebody cancelled it meanwhile."""


def run_backtest(job: RunningJob, backtest_id: str) -> None:
    """Run a backtest to its end; one whose worker died begins again, because nothing of it was kept."""
    rows = Backtest.objects.unscoped("the job names the backtest").filter(pk=backtest_id)
    row = rows.select_related("organization").first()
    if row is None or row.state not in (State.WAITING, State.RUNNING):
        _end(job, backtest_id)
        return
    rows.update(state=State.RUNNING, done=0, updated_at=now())
    try:
        result = _compare(job, row)
    except _Cancelled:
        _end(job, backtest_id)
    except InboxError as reason:
        _end(job, backtest_id, state=State.FAILED, error=reason.detail[:400])
    except Exception as error:
        if isinstance(error, Retry) or not job.is_last_attempt:
            raise
        log.exception("backtest.failed", backtest=backtest_id)
        _end(job, backtest_id, state=State.FAILED, error="It failed. The log of the hub says why.")
    else:
        _end(job, backtest_id, state=State.DONE, result=result)


def _compare(job: RunningJob, row: Backtest) -> dict[str, Any]:
    viewer = viewer_of(row.started_by_id, row.organization_id) if row.started_by_id else None
    if viewer is None:
        raise InboxError("Whoever began it is no member any more.")
    last_told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last_told
        if job.is_stopping:
            raise Retry(0)
        if time.monotonic() - last_told < _TOLD_EVERY:
            return
        last_told = time.monotonic()
        rows = Backtest.objects.within(row.organization_id).filter(pk=row.pk, state=State.RUNNING)
        if not rows.update(done=done, total=total, updated_at=now()):
            raise _Cancelled

    comparison = Comparison(
        row.organization,
        row.begins_at,
        row.ends_at,
        lambda: draft.make(viewer, row.change),
        row.change.get("extra_agents") or 0,
    )
    result = comparison.run(progress)
    total = comparison.total
    Backtest.objects.within(row.organization_id).filter(pk=row.pk).update(done=total, total=total)
    return result


def _end(job: RunningJob, backtest_id: str, **fields: Any) -> None:
    """Write down how it ended, unless it was cancelled; the job ends in the same transaction."""
    with unit():
        if fields:
            rows = Backtest.objects.unscoped("the job names the backtest")
            rows.filter(pk=backtest_id, state=State.RUNNING).update(updated_at=now(), **fields)
        job.finish()


def run_policy_tests(job: RunningJob, organization_id: str) -> None:
    """Run an organization's policy tests after its settings changed; those that now fail are logged."""
    organization = Organization.objects.filter(pk=organization_id).first()
    failing = policy_tests.run_all(organization) if organization else []
    for test in failing:
        log.warning("policy_test.fails", organization=organization_id, test=test.name)
    with unit():
        job.finish()
