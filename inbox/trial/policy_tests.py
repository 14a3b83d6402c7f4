"""Policy tests: what an administrator expects of an arrival, tried by rehearsing it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.clock import now
from hub.models import Channel, Organization, PolicyTest
from inbox.trial import expectations
from inbox.trial.expectations import WALL, Difference
from inbox.trial.rehearsal import Outcome, Rehearsed, rehearse


class CannotRun(Exception):
    """The test cannot be run as it stands; the text says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one test went; `error` says why it could not be run."""

    passed: bool
    differences: Sequence[Difference] = ()
    outcome: Outcome | None = None
    error: str = ""

    def shape(self, zone: ZoneInfo) -> dict[str, Any]:
        """As it is kept and answered; due moments on the organization's wall clock."""
        outcome = asdict(self.outcome) if self.outcome else None
        if outcome is not None:
            outcome["due"] = {
                clock: expectations.wall(moment, zone) for clock, moment in outcome["due"].items()
            }
        return {
            "passed": self.passed,
            "differences": [difference._asdict() for difference in self.differences],
            "outcome": outcome,
            "error": self.error,
        }


def run(
    organization: Organization,
    given: Mapping[str, Any],
    expected: Mapping[str, Any],
    prepare: Callable[[], None] = lambda: None,
) -> Result:
    """Rehearse what is given, with settings that `prepare` may change first, and compare."""
    try:
        message = arrival(organization, given)
    except CannotRun as reason:
        return Result(passed=False, error=str(reason))
    outcome = rehearse(message, prepare)
    found = expectations.differences(organization, expected, outcome)
    return Result(passed=not found, differences=found, outcome=outcome)


def run_one(test: PolicyTest) -> tuple[dict[str, Any], datetime]:
    """Run a test as it stands: how it went, as it is kept, and when."""
    organization = test.organization
    result = run(organization, test.given, test.expected)
    return result.shape(ZoneInfo(organization.time_zone)), now()


def run_all(organization: Organization) -> list[PolicyTest]:
    """Run every test of an organization and keep how each went; answers those that fail now but did not."""
    turned = []
    for test in PolicyTest.objects.within(organization).select_related("organization").order_by("name"):
        has_passed = bool(test.result.get("passed"))
        test.result, test.ran_at = run_one(test)
        test.save(update_fields=["result", "ran_at"])
        if has_passed and not test.result["passed"]:
            turned.append(test)
    return turned


def arrival(organization: Organization, given: Mapping[str, Any]) -> Rehearsed:
    """The message that is given; raises `CannotRun` when its channel is gone."""
    channel = Channel.objects.within(organization).filter(archived_at=None, pk=given["channel_id"]).first()
    if channel is None:
        raise CannotRun("The channel of this test is gone. Choose another one.")
    channel.organization = organization
    moment = datetime.strptime(given["at"], WALL).replace(tzinfo=ZoneInfo(organization.time_zone))
    return Rehearsed(
        channel=channel,
        at=moment,
        address=given.get("address") or "somebody@example.com",
        name=given.get("name") or "",
        locale=given.get("locale") or "",
        subject=given.get("subject") or "",
        text=given.get("text") or "",
    )
