"""Promises: SLA policies, made, changed, ordered and taken away."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from hub.clock import now
from hub.models import EscalationStep, Schedule, SlaClock, SlaPolicy, SlaTarget
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Invalid, NotFound
from inbox.payloads import Shape
from inbox.payloads.promises import sla_policy
from inbox.sla import policy_checks, recomputing
from inbox.sla.terms import Terms, book, terms_of

NOUN = "sla_policy"

_FIELDS = ("name", "is_active", "conditions", "pauses", "do_bots_count")


def create_sla_policy(viewer: Viewer, fields: Mapping[str, Any]) -> SlaPolicy:
    """Make a policy, below all others; open conversations are reckoned anew.

    `fields`: name, is_active, conditions, schedule_id, pauses, do_bots_count, and `targets` and
    `escalations` as lists that replace those there were. Raises `Invalid` with reasons by field, `NotFound`.
    """
    rows = SlaPolicy.objects.within(viewer.organization)
    with unit():
        last = rows.aggregate(last=Max("position"))["last"]
        row = SlaPolicy(organization=viewer.organization, position=0 if last is None else last + 1)
        _fill(viewer, row, {"targets": [], "escalations": [], **fields}, is_new=True)
        return row


def change_sla_policy(viewer: Viewer, policy_id: Any, fields: Mapping[str, Any]) -> SlaPolicy:
    """Change some fields. Clocks that run are reckoned anew, with their pauses kept; what has ended stays.

    A step that is sent with its id stays the one that it was, and does not come again where it has come.
    Raises `Invalid`, `NotFound`.
    """
    with unit():
        row = _one(viewer, policy_id)
        _fill(viewer, row, fields)
        return row


def remove_sla_policy(viewer: Viewer, policy_id: Any) -> None:
    """Delete a policy; what runs by it goes by the next that applies, what has ended stays. `NotFound`."""
    with unit():
        row = _one(viewer, policy_id)
        announce_setting(viewer, NOUN, row, is_removed=True)
        row.delete()
        recomputing.request(viewer.organization)


def order_sla_policies(viewer: Viewer, ids: Sequence[Any]) -> None:
    """Put the policies into this order, the first one on top. Raises `Invalid` unless all are named once."""
    with unit():
        rows = {
            row.pk: row
            for row in SlaPolicy.objects.within(viewer.organization).select_for_update(of=("self",))
        }
        wanted = [as_id(one) for one in ids]
        if set(wanted) - rows.keys():
            raise NotFound("There is no such policy.")
        if len(wanted) != len(rows) or len(set(wanted)) != len(wanted):
            raise Invalid({"ids": ["Name every policy once."]})
        for position, policy_id in enumerate(wanted):
            rows[policy_id].position = position
        SlaPolicy.objects.within(viewer.organization).bulk_update(rows.values(), ["position"])
        if wanted:
            announce_setting(viewer, NOUN, rows[wanted[0]])
            recomputing.request(viewer.organization)


def recompute_history(viewer: Viewer) -> None:
    """Reckon all clocks anew, also those that have ended, under the policies as they are now."""
    with unit():
        recomputing.request(viewer.organization, with_history=True)


def sla_policy_shapes(viewer: Viewer, rows: Sequence[SlaPolicy]) -> list[Shape]:
    """Policies as the API answers them, in a fixed number of queries."""
    organization, ids = viewer.organization, [row.pk for row in rows]
    targets: defaultdict[UUID, list[SlaTarget]] = defaultdict(list)
    steps: defaultdict[UUID, list[EscalationStep]] = defaultdict(list)
    found = SlaTarget.objects.within(organization).filter(policy_id__in=ids)
    for target in found.order_by("clock", "priority"):
        targets[target.policy_id].append(target)
    kept = EscalationStep.objects.within(organization).filter(policy_id__in=ids)
    for step in kept.order_by("position", "id"):
        steps[step.policy_id].append(step)
    clocks = SlaClock.objects.within(organization).filter(policy_id__in=ids, is_live=True)
    live = dict(clocks.order_by().values_list("policy_id").annotate(Count("pk")))
    others = book(organization.pk)
    return [
        sla_policy(
            row,
            targets[row.pk],
            steps[row.pk],
            live.get(row.pk, 0),
            policy_checks.warnings(row, targets[row.pk], steps[row.pk], others),
        )
        for row in rows
    ]


def draft_terms(viewer: Viewer, fields: Mapping[str, Any]) -> Terms:
    """A policy as it stands in an editor, for previews; its id is that of the one it would replace.

    Raises `Invalid` for what could not be saved, `NotFound`.
    """
    kept = _one(viewer, fields["id"], is_locked=False) if fields.get("id") else None
    row = kept or SlaPolicy(organization=viewer.organization)
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    row.name = row.name or "This promise"
    _set_schedule(viewer, row, fields)
    targets, escalations = list(fields.get("targets") or ()), list(fields.get("escalations") or ())
    if errors := policy_checks.problems(viewer.organization, row, targets, escalations):
        raise Invalid(errors)
    known = {step.pk: step for step in EscalationStep.objects.filter(policy=kept)} if kept else {}
    for wanted in escalations:
        _known_step(known, wanted)
    return terms_of(row, _targets(row, targets), ())


def _one(viewer: Viewer, policy_id: Any, *, is_locked: bool = True) -> SlaPolicy:
    rows = SlaPolicy.objects.within(viewer.organization)
    rows = rows.select_for_update(of=("self",)) if is_locked else rows
    found = rows.filter(pk=as_id(policy_id)).first()
    if found is None:
        raise NotFound("There is no such policy.")
    return found


def _fill(viewer: Viewer, row: SlaPolicy, fields: Mapping[str, Any], *, is_new: bool = False) -> None:
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    row.name = row.name.strip()
    _set_schedule(viewer, row, fields)
    kept = {} if is_new else _kept(row)
    targets = fields.get("targets", kept.get("targets", []))
    escalations = fields.get("escalations", kept.get("escalations", []))
    errors = policy_checks.problems(viewer.organization, row, targets, escalations)
    others = SlaPolicy.objects.within(viewer.organization).exclude(pk=row.pk)
    if row.name and others.filter(name__iexact=row.name).exists():
        errors["name"] = ["Another policy has this name."]
    if errors:
        raise Invalid(errors)
    row.updated_at = now()
    row.version += 0 if is_new else 1
    row.save(force_insert=is_new)
    if "targets" in fields:
        SlaTarget.objects.filter(policy=row).delete()
        SlaTarget.objects.bulk_create(_targets(row, targets))
    if "escalations" in fields:
        _set_escalations(row, escalations)
    announce_setting(viewer, NOUN, row)
    recomputing.request(viewer.organization)


def _kept(row: SlaPolicy) -> dict[str, Any]:
    """The lists that it has, as they would be sent."""
    return {
        "targets": list(SlaTarget.objects.filter(policy=row).values("clock", "priority", "seconds")),
        "escalations": list(EscalationStep.objects.filter(policy=row).values("when", "value", "actions")),
    }


def _set_schedule(viewer: Viewer, row: SlaPolicy, fields: Mapping[str, Any]) -> None:
    if "schedule_id" not in fields:
        return
    schedule_id = fields["schedule_id"]
    row.schedule = None
    if schedule_id is not None:
        rows = Schedule.objects.within(viewer.organization)
        row.schedule = rows.filter(pk=as_id(schedule_id)).first()
        if row.schedule is None:
            raise NotFound("There is no such schedule.")


def _targets(row: SlaPolicy, given: Sequence[Mapping[str, Any]]) -> list[SlaTarget]:
    return [
        SlaTarget(
            organization_id=row.organization_id,
            policy=row,
            clock=target["clock"],
            priority=target.get("priority", ""),
            seconds=target["seconds"],
            is_working_time=target.get("is_working_time", True),
        )
        for target in given
    ]


def _known_step(known: Mapping[UUID, EscalationStep], wanted: Mapping[str, Any]) -> EscalationStep | None:
    """The step that is sent with its id, None for a new one. Raises `NotFound` for another policy's."""
    if not wanted.get("id"):
        return None
    if (step := known.get(as_id(wanted["id"]))) is None:
        raise NotFound("There is no such step in this policy.")
    return step


def _set_escalations(row: SlaPolicy, given: Sequence[Mapping[str, Any]]) -> None:
    """Replace the steps; those that are named by their ids stay, so that they are known to have come."""
    known = {step.pk: step for step in EscalationStep.objects.filter(policy=row)}
    kept: set[UUID] = set()
    for position, wanted in enumerate(given):
        step = _known_step(known, wanted)
        if step is None or step.pk in kept:
            step = EscalationStep(organization_id=row.organization_id, policy=row)
        step.clock = wanted.get("clock", "")
        step.when, step.value = wanted["when"], wanted["value"]
        step.is_working_time = wanted.get("is_working_time", False)
        step.actions, step.position = list(wanted["actions"]), position
        step.save()
        kept.add(step.pk)
    EscalationStep.objects.filter(policy=row).exclude(pk__in=kept).delete()
