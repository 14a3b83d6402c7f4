"""The log of rules: what each did and why, for as long as it is kept."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Max, Q

from hub.clock import now
from hub.models import Rule, RuleRun
from hub.viewer import Viewer
from inbox.paging import LIMIT, Order, page
from inbox.queries import one

KEPT: Final = timedelta(days=90)
"""How long runs are kept."""

_AT_ONCE: Final = 5_000
_NEWEST = Order("ran", "at", is_descending=True)
_LATELY: Final = timedelta(days=7)


def rules(viewer: Viewer) -> list[Rule]:
    """The organization's rules in their order."""
    return list(Rule.objects.within(viewer.organization).order_by("position", "id"))


def rule(viewer: Viewer, rule_id: Any) -> Rule:
    """One rule; raises `NotFound`."""
    return one(Rule.objects.within(viewer.organization), rule_id, "rule")


def figures(viewer: Viewer) -> dict[Any, dict[str, Any]]:
    """By rule: runs and failures of the last week, and when it last ran."""
    rows = RuleRun.objects.within(viewer.organization).filter(at__gte=now() - _LATELY)
    found = rows.values("rule_id").annotate(
        runs=Count("pk"), errors=Count("pk", filter=~Q(error="")), last=Max("at")
    )
    return {row["rule_id"]: {**row} for row in found}


def runs(
    viewer: Viewer, rule_id: Any, limit: int = LIMIT, cursor: str = ""
) -> tuple[list[RuleRun], str | None]:
    """A page of what one rule did, newest first; raises `NotFound`."""
    rows = RuleRun.objects.within(viewer.organization).filter(rule=rule(viewer, rule_id))
    return page([rows.select_related("conversation__requester")], _NEWEST, limit, cursor)


def forget_old() -> None:
    """Drop runs that were kept long enough."""
    rows = RuleRun.objects.unscoped("the clock strikes for every organization")
    old = rows.filter(at__lt=now() - KEPT).order_by("at").values_list("pk", flat=True)[:_AT_ONCE]
    rows.filter(pk__in=list(old)).delete()
