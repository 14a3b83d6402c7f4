"""Rules: written, put in order, switched on and off by administrators."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub.clock import now
from hub.models import Organization, Rule
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Conflict, Invalid, NotFound
from inbox.rules.checking import Draft, check

MOST: Final = 200
"""Rules of one organization."""

_FIELDS: Final = ("name", "trigger", "conditions", "actions", "stops_others", "is_active")


def create_rule(viewer: Viewer, fields: Mapping[str, Any]) -> tuple[Rule, list[str]]:
    """A new rule behind the others, and what is odd about it. Raises `Invalid` by field."""
    with unit():
        rows = Rule.objects.within(viewer.organization)
        last = rows.order_by("-position").first()
        if rows.count() >= MOST:
            raise Invalid({"name": [f"There are {MOST} rules at most."]})
        row = Rule(organization=viewer.organization, position=last.position + 1 if last else 0)
        warnings = _fill(viewer.organization, row, fields)
        row.save(force_insert=True)
        announce_setting(viewer, "rule", row)
        return row, warnings


def change_rule(viewer: Viewer, rule_id: Any, fields: Mapping[str, Any]) -> tuple[Rule, list[str]]:
    """Change some fields of a rule; also what is odd about it. Raises `Invalid` by field, `NotFound`.

    A rule on time begins to look anew when its trigger is another one.
    """
    with unit():
        row = _locked(viewer, rule_id)
        trigger = row.trigger
        warnings = _fill(viewer.organization, row, fields)
        if row.trigger != trigger:
            row.swept_to = {}
        row.save()
        announce_setting(viewer, "rule", row)
        return row, warnings


def remove_rule(viewer: Viewer, rule_id: Any) -> None:
    """Delete a rule with its log. Raises `NotFound`."""
    with unit():
        row = _locked(viewer, rule_id)
        announce_setting(viewer, "rule", row, is_removed=True)
        row.delete()


def order_rules(viewer: Viewer, ids: Sequence[Any]) -> list[Rule]:
    """Put all rules in this order. Raises `Conflict` when these are not all there are, each once."""
    with unit():
        rows = Rule.objects.within(viewer.organization).select_for_update().order_by("id")
        by_id = {row.pk: row for row in rows}
        wanted = [as_id(value) for value in ids]
        if len(wanted) != len(by_id) or set(wanted) != by_id.keys():
            raise Conflict("The rules have changed meanwhile: load them again.", slug="rules-changed")
        for position, key in enumerate(wanted):
            row = by_id[key]
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])
                announce_setting(viewer, "rule", row)
        return [by_id[key] for key in wanted]


def _fill(organization: Organization, row: Rule, fields: Mapping[str, Any]) -> list[str]:
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    row.name = row.name.strip()
    is_known = Rule.objects.within(organization).filter(name=row.name).exclude(pk=row.pk).exists()
    found = check(draft_of(row), organization)
    errors = dict(found.errors)
    if not row.name:
        errors["name"] = ["Give the rule a name."]
    elif is_known:
        errors["name"] = ["Another rule has this name."]
    # What was broken meanwhile (a colleague who left) must not keep anybody from switching it off.
    if errors and not (set(fields) == {"is_active"} and not row.is_active):
        raise Invalid(errors)
    row.updated_at = now()
    return found.warnings


def draft_of(row: Rule) -> Draft:
    """A rule as what is checked and tried."""
    return Draft(
        row.name, row.trigger, row.conditions, row.actions, row.stops_others, id=row.pk, position=row.position
    )


def _locked(viewer: Viewer, rule_id: Any) -> Rule:
    rows = Rule.objects.within(viewer.organization).select_for_update()
    row = rows.filter(pk=as_id(rule_id)).first()
    if row is None:
        raise NotFound("There is no such rule.")
    return row
