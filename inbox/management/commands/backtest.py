"""`hub manage backtest`: replay the last days of an organization with changed settings."""

import json
import sys
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.clock import now
from hub.models import Membership, Organization, Role
from hub.viewer import Viewer
from inbox.trial import draft
from inbox.trial.backtest import Comparison

_BAR = 40
_FIGURES = (
    ("arrived", "came in", ""),
    ("taken", "taken", ""),
    ("abandoned", "left while waiting", ""),
    ("still_waiting", "still waiting at the end", ""),
    ("wait_median", "half waited less than", "s"),
    ("wait_p90", "nine in ten waited less than", "s"),
    ("wait_longest", "longest wait", "s"),
    ("service_level", "service level", ""),
)


class Command(BaseCommand):
    """Nothing is changed or sent; the differences are printed, or written as JSON."""

    help = "Replay the last days of an organization with changed settings, and show the differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", help="the slug of the organization")
        parser.add_argument("--days", type=int, default=7, help="how many days back (7)")
        parser.add_argument(
            "--change", help='a JSON file such as {"queues": {"<id>": {"is_open_to_all": true}}}; - for stdin'
        )
        parser.add_argument("--extra-agents", type=int, default=0, help="so many more who can do everything")
        parser.add_argument("--json", action="store_true", help="print the whole result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization “{options['organization']}”.")
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.")
        change = {**_change(options["change"]), "extra_agents": options["extra_agents"]}
        viewer = _administrator(organization)
        if wrong := draft.problems(viewer, change):
            raise CommandError("\n".join(text for texts in wrong.values() for text in texts))
        ends_at = now()
        comparison = Comparison(
            organization,
            ends_at - timedelta(days=options["days"]),
            ends_at,
            lambda: draft.make(viewer, change),
            options["extra_agents"],
        )
        result = comparison.run(_bar if options["verbosity"] and sys.stderr.isatty() else _silent)
        if options["json"]:
            self.stdout.write(json.dumps(result, indent=2, default=str))
        else:
            self.stdout.write(_table(result))


def _change(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(sys.stdin.read() if path == "-" else Path(path).read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"The change cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise CommandError("The change must be a JSON object.")
    return found


def _administrator(organization: Organization) -> Viewer:
    rows = Membership.objects.within(organization).filter(role=Role.ADMINISTRATOR, is_active=True)
    membership = rows.select_related("user").order_by("created_at").first()
    if membership is None:
        raise CommandError("The organization has no administrator.")
    return Viewer(membership.user, organization, membership)


def _bar(done: int, total: int) -> None:
    filled = _BAR * done // max(total, 1)
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r[{'#' * filled}{' ' * (_BAR - filled)}] {done}/{total}{end}")
    sys.stderr.flush()


def _silent(done: int, total: int) -> None:
    """Where nobody watches."""


def _table(result: dict[str, Any]) -> str:
    sides = ("observed", "before", "after")
    heads = ("as it was", "today", "changed")
    lines = [f"{'':30}" + "".join(f"{head:>14}" for head in heads)]
    for name, label, unit in _FIGURES:
        values = (_value(result[side][name], unit) for side in sides)
        lines.append(f"{label:30}" + "".join(f"{value:>14}" for value in values))
    for promise in result["promises"]:
        kept = (f"{promise[f'kept_{side}']}/{promise[f'promised_{side}']}" for side in ("before", "after"))
        lines.append(f"{'kept: ' + promise['clock']:30}{'':14}" + "".join(f"{value:>14}" for value in kept))
    moved = result["moved"]
    went = f"{moved['count']} of {moved['of']} conversations"
    lines.append(f"{went} would have gone elsewhere, had another priority or another due moment.")
    return "\n".join(lines)


def _value(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:g}{' ' + unit if unit else ''}"
