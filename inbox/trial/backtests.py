"""Backtests: begun, watched and cancelled; a worker does them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hub.clock import now
from hub.jobs import enqueue
from hub.models import Backtest
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.change import as_id
from inbox.errors import Conflict, Invalid, NotFound
from inbox.trial import draft

BACKTEST = "inbox.backtest"
LONGEST = timedelta(days=92)
LISTED = 50

_OPEN = (Backtest.State.WAITING, Backtest.State.RUNNING)


def start_backtest(
    viewer: Viewer, begins_at: datetime, ends_at: datetime, change: Mapping[str, Any]
) -> Backtest:
    """Have a period replayed with today's settings and with changed ones. Raises `Invalid`, `Conflict`.

    One at a time in an organization, so that trying things out cannot slow down the work.
    """
    errors: dict[str, list[str]] = {}
    if begins_at >= ends_at:
        errors["ends_at"] = ["The period ends before it begins."]
    elif ends_at > now():
        errors["ends_at"] = ["Only what has happened can be replayed."]
    elif ends_at - begins_at > LONGEST:
        errors["begins_at"] = [f"{LONGEST.days} days at most."]
    errors |= draft.problems(viewer, change)
    if errors:
        raise Invalid(errors)
    with unit():
        rows = Backtest.objects.within(viewer.organization)
        if rows.filter(state__in=_OPEN).exists():
            raise Conflict("Another backtest is running. Wait for it, or cancel it.", slug="backtest-running")
        row = Backtest(
            organization=viewer.organization,
            started_by=viewer.user,
            begins_at=begins_at,
            ends_at=ends_at,
            change=dict(change),
        )
        row.save(force_insert=True)
        enqueue(BACKTEST, {"backtest_id": str(row.pk)}, unique_key=f"{BACKTEST}:{row.pk}", priority=-10)
    return row


def cancel_backtest(viewer: Viewer, backtest_id: Any) -> Backtest:
    """Stop a backtest; one that is over stays as it is. Raises `NotFound`."""
    with unit():
        row = backtest(viewer, backtest_id)
        rows = Backtest.objects.within(viewer.organization).filter(pk=row.pk, state__in=_OPEN)
        rows.update(state=Backtest.State.CANCELLED, updated_at=now())
        return backtest(viewer, backtest_id)


def backtest(viewer: Viewer, backtest_id: Any) -> Backtest:
    """One backtest; raises `NotFound`."""
    row = Backtest.objects.within(viewer.organization).filter(pk=as_id(backtest_id)).first()
    if row is None:
        raise NotFound("There is no such backtest.")
    return row


def latest(viewer: Viewer) -> list[Backtest]:
    """The latest backtests, newest first."""
    return list(Backtest.objects.within(viewer.organization).order_by("-created_at")[:LISTED])
