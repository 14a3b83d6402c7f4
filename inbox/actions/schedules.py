"""Schedules: opening hours that queues, promises and rules go by."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F

from hub.clock import now
from hub.models import Queue, Rule, Schedule, SlaPolicy
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Conflict, Invalid, NotFound
from inbox.payloads import Shape
from inbox.sla import recomputing
from inbox.sla.opening import problems_of

NOUN = "schedule"

_FIELDS = ("name", "time_zone", "intervals", "holidays", "closures")
_FIELD_OF = {
    "unknown-zone": "time_zone",
    "bad-holiday": "holidays",
    "bad-closure": "closures",
}


def create_schedule(viewer: Viewer, fields: Mapping[str, Any]) -> Schedule:
    """Keep opening hours as `hub.models.Schedule` writes them. Raises `Invalid` with what is wrong."""
    row = Schedule(organization=viewer.organization, time_zone=viewer.organization.time_zone)
    with unit():
        _fill(viewer, row, fields, is_new=True)
    return row


def change_schedule(viewer: Viewer, schedule_id: Any, fields: Mapping[str, Any]) -> Schedule:
    """Change some fields; what is promised by these hours is reckoned anew, with its pauses kept.

    Raises `Invalid`, `NotFound`.
    """
    with unit():
        row = _one(viewer, schedule_id)
        _fill(viewer, row, fields)
        policies = SlaPolicy.objects.within(viewer.organization).filter(schedule=row)
        if policies.update(version=F("version") + 1):
            recomputing.request(viewer.organization)
        return row


def remove_schedule(viewer: Viewer, schedule_id: Any) -> None:
    """Delete opening hours. Raises `Conflict`, which says where, while anything goes by them, `NotFound`."""
    with unit():
        row = _one(viewer, schedule_id)
        if used := used_by(viewer, [row])[str(row.pk)]:
            places = ", ".join(f"the {_SPOKEN[use['noun']]} “{use['name']}”" for use in used[:10])
            raise Conflict(
                f"“{row}” is in use: {places}. Choose other hours there first.",
                slug="schedule-in-use",
                extra={"used_by": used},
            )
        announce_setting(viewer, NOUN, row, is_removed=True)
        row.delete()


_SPOKEN = {"queue": "queue", "sla_policy": "promise", "rule": "rule"}


def used_by(viewer: Viewer, rows: list[Schedule]) -> dict[str, list[Shape]]:
    """What goes by each of these, by its id: queues, promises, and rules whose conditions ask for it."""
    found: dict[str, list[Shape]] = {str(row.pk): [] for row in rows}
    for schedule_id, use in _uses(viewer):
        if schedule_id in found and use not in found[schedule_id]:
            found[schedule_id].append(use)
    return found


def _uses(viewer: Viewer) -> Iterator[tuple[str, Shape]]:
    queues = Queue.objects.within(viewer.organization).filter(archived_at__isnull=True)
    for queue in queues.filter(schedule__isnull=False).order_by("name"):
        yield str(queue.schedule_id), _use("queue", queue)
    for policy in SlaPolicy.objects.within(viewer.organization).order_by("name"):
        if policy.schedule_id:
            yield str(policy.schedule_id), _use("sla_policy", policy)
    for rule in Rule.objects.within(viewer.organization).order_by("name"):
        for schedule_id in _asked(rule.conditions):
            yield schedule_id, _use("rule", rule)


def _use(noun: str, row: Any) -> Shape:
    return {"noun": noun, "id": str(row.pk), "name": row.name}


def _asked(document: Any) -> Iterator[str]:
    """The ids of schedules that conditions ask for, however deep."""
    if isinstance(document, Mapping):
        if document.get("field") == "schedule":
            yield str(document.get("value"))
        for value in document.values():
            yield from _asked(value)
    elif isinstance(document, list):
        for value in document:
            yield from _asked(value)


def _one(viewer: Viewer, schedule_id: Any) -> Schedule:
    rows = Schedule.objects.within(viewer.organization).select_for_update(of=("self",))
    found = rows.filter(pk=as_id(schedule_id)).first()
    if found is None:
        raise NotFound("There is no such schedule.")
    return found


def _fill(viewer: Viewer, row: Schedule, fields: Mapping[str, Any], *, is_new: bool = False) -> None:
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    row.name = row.name.strip()
    row.intervals = sorted([list(interval) for interval in row.intervals])
    row.holidays = sorted(row.holidays, key=lambda holiday: str(holiday["date"]))
    row.closures = sorted(row.closures, key=lambda closure: str(closure["start"]))
    errors: dict[str, list[str]] = {}
    for problem in problems_of(row):
        if not problem.is_warning:
            errors.setdefault(_FIELD_OF.get(problem.slug, "intervals"), []).append(problem.text)
    others = Schedule.objects.within(viewer.organization).exclude(pk=row.pk)
    if not row.name:
        errors["name"] = ["This is needed."]
    elif others.filter(name__iexact=row.name).exists():
        errors["name"] = ["Another schedule has this name."]
    if errors:
        raise Invalid(errors)
    row.updated_at = now()
    row.save(force_insert=is_new)
    announce_setting(viewer, NOUN, row)
