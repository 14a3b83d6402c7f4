"""Trying settings before they count: policy tests and backtests."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from hub.models import PolicyTest
from inbox import payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import shapes, trial
from inbox.trial import backtests, written_tests

router = Router(tags=["Trying settings"])
manage = may("settings.manage")


@router.get("/policy-tests", auth=manage, response=shapes.Listing[trial.PolicyTest])
def list_policy_tests(request: HttpRequest) -> HttpResponse:
    """Every policy test with its last result, by name."""
    rows = PolicyTest.objects.within(viewer_of(request).organization).order_by("name")
    return listing([payloads.policy_test(row) for row in rows])


@router.post("/policy-tests", auth=manage, response={201: trial.PolicyTest})
def create_policy_test(request: HttpRequest, body: Body[trial.PolicyTestIn]) -> HttpResponse:
    """Write down what should become of a message; it is tried at once, and at each change of settings."""
    row = written_tests.create_policy_test(viewer_of(request), _fields(body))
    return answer(payloads.policy_test(row), status=201)


@router.post("/policy-tests/run", auth=manage, response=shapes.Listing[trial.PolicyTest])
def run_policy_tests(request: HttpRequest) -> HttpResponse:
    """Run every policy test now. No body is needed."""
    rows = written_tests.run_policy_tests(viewer_of(request))
    return listing([payloads.policy_test(row) for row in rows])


@router.post("/policy-tests/try", auth=manage, response=trial.TestResult)
def try_policy_test(request: HttpRequest, body: Body[trial.TryIn]) -> HttpResponse:
    """Rehearse a message and compare; nothing is kept."""
    viewer, fields = viewer_of(request), _fields(body)
    result = written_tests.try_policy_test(viewer, fields["given"], fields["expected"])
    return answer(result.shape(ZoneInfo(viewer.organization.time_zone)))


@router.patch("/policy-tests/{test_id}", auth=manage, response=trial.PolicyTest)
def change_policy_test(
    request: HttpRequest, test_id: UUID, body: Body[trial.PolicyTestPatch]
) -> HttpResponse:
    """Change a policy test; it is tried at once."""
    given = {name: value for name, value in _fields(body).items() if value is not None}
    return answer(payloads.policy_test(written_tests.change_policy_test(viewer_of(request), test_id, given)))


@router.delete("/policy-tests/{test_id}", auth=manage, response={204: None})
def remove_policy_test(request: HttpRequest, test_id: UUID) -> HttpResponse:
    """Delete a policy test."""
    written_tests.remove_policy_test(viewer_of(request), test_id)
    return HttpResponse(status=204)


@router.get("/backtests", auth=manage, response=shapes.Listing[trial.Backtest])
def list_backtests(request: HttpRequest) -> HttpResponse:
    """The latest backtests, newest first."""
    return listing([payloads.backtest(row) for row in backtests.latest(viewer_of(request))])


@router.post("/backtests", auth=manage, response={201: trial.Backtest})
def start_backtest(request: HttpRequest, body: Body[trial.BacktestIn]) -> HttpResponse:
    """Replay a period with changed settings; a worker does it, and `done` of `total` says how far it is."""
    row = backtests.start_backtest(viewer_of(request), body.begins_at, body.ends_at, body.change)
    return answer(payloads.backtest(row), status=201)


@router.get("/backtests/{backtest_id}", auth=manage, response=trial.Backtest)
def get_backtest(request: HttpRequest, backtest_id: UUID) -> HttpResponse:
    """One backtest, and how far it is."""
    return answer(payloads.backtest(backtests.backtest(viewer_of(request), backtest_id)))


@router.post("/backtests/{backtest_id}/cancel", auth=manage, response=trial.Backtest)
def cancel_backtest(request: HttpRequest, backtest_id: UUID) -> HttpResponse:
    """Stop a backtest that is under way. No body is needed."""
    return answer(payloads.backtest(backtests.cancel_backtest(viewer_of(request), backtest_id)))


def _fields(body: trial.PolicyTestIn | trial.PolicyTestPatch | trial.TryIn) -> dict[str, Any]:
    """What was sent, as JSON keeps it; of an expectation only what is named."""
    return body.model_dump(mode="json", exclude_unset=True)
