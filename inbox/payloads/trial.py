"""Policy tests and backtests, as they leave the hub."""

from hub.models import Backtest, PolicyTest
from inbox.payloads.moments import Shape, id_of, moment


def policy_test(row: PolicyTest) -> Shape:
    """A policy test, and how it went when it last ran."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "given": row.given,
        "expected": row.expected,
        "result": row.result or None,
        "ran_at": moment(row.ran_at),
    }


def backtest(row: Backtest) -> Shape:
    """A backtest: how far it is, and what it found."""
    return {
        "id": str(row.pk),
        "state": row.state,
        "begins_at": moment(row.begins_at),
        "ends_at": moment(row.ends_at),
        "change": row.change,
        "done": row.done,
        "total": row.total,
        "result": row.result,
        "error": row.error,
        "started_by": id_of(row.started_by_id),
        "created_at": moment(row.created_at),
    }
