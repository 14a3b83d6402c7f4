"""Agents as routing sees them: their skills, how much they hold, the reasons that they can give."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from hub.models import (
    AgentCapacity,
    AgentSkill,
    AgentState,
    CapacityPolicy,
    Membership,
    Skill,
    StateReason,
    WorkKind,
)
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Invalid, NotFound
from inbox.routing.availability import CLASSES
from inbox.routing.waking import wake_waiting

_MOST_LEVEL = 10
_WHOLE = 100


def set_agent_skills(viewer: Viewer, user_id: Any, skills: Sequence[Mapping[str, Any]]) -> list[AgentSkill]:
    """Say what an agent can do, {"skill_id", "level" 1-10} each; what is not named they cannot.

    Raises `Invalid`, `NotFound` for an agent or a skill that is not here.
    """
    with unit():
        member = _member(viewer, user_id)
        levels = {as_id(one["skill_id"]): one["level"] for one in skills}
        if len(levels) < len(skills):
            raise Invalid({"skills": ["Each skill can be named once."]})
        if any(not 1 <= level <= _MOST_LEVEL for level in levels.values()):
            raise Invalid({"skills": [f"A level is a number from 1 to {_MOST_LEVEL}."]})
        known = Skill.objects.within(viewer.organization).in_bulk(list(levels))
        if len(known) < len(levels):
            raise NotFound("There is no such skill here.")
        rows = AgentSkill.objects.within(viewer.organization).filter(user_id=member.user_id)
        rows.delete()
        made = [
            AgentSkill(organization=viewer.organization, user=member.user, skill=known[skill_id], level=level)
            for skill_id, level in levels.items()
        ]
        AgentSkill.objects.bulk_create(made)
        announce_setting(viewer, "agent_skills", member.user)
        wake_waiting(viewer.organization.pk)
        return sorted(made, key=lambda row: row.skill.name)


def set_agent_capacity(viewer: Viewer, user_id: Any, policy_id: Any) -> None:
    """Give an agent a capacity policy of their own; None makes the default hold. Raises `NotFound`."""
    with unit():
        member = _member(viewer, user_id)
        rows = AgentCapacity.objects.within(viewer.organization)
        if policy_id is None:
            rows.filter(user_id=member.user_id).delete()
        else:
            policy = _one(viewer, CapacityPolicy, policy_id, "capacity policy")
            rows.update_or_create(
                organization=viewer.organization, user_id=member.user_id, defaults={"policy": policy}
            )
        announce_setting(viewer, "agent_capacity", member.user)
        wake_waiting(viewer.organization.pk)


def create_capacity_policy(viewer: Viewer, fields: Mapping[str, Any]) -> CapacityPolicy:
    """Make a capacity policy: `name`, `weights` {kind: 0-100}, `is_default`. Raises `Invalid`."""
    row = CapacityPolicy(organization=viewer.organization)
    with unit():
        _fill_policy(viewer, row, fields, is_new=True)
    return row


def change_capacity_policy(viewer: Viewer, policy_id: Any, fields: Mapping[str, Any]) -> CapacityPolicy:
    """Change a capacity policy. Raises `Invalid`, `NotFound`."""
    with unit():
        row: CapacityPolicy = _one(viewer, CapacityPolicy, policy_id, "capacity policy")
        _fill_policy(viewer, row, fields)
        return row


def remove_capacity_policy(viewer: Viewer, policy_id: Any) -> None:
    """Delete a capacity policy; the default holds for its agents, or the hub's own weights. `NotFound`."""
    with unit():
        row = _one(viewer, CapacityPolicy, policy_id, "capacity policy")
        announce_setting(viewer, "capacity_policy", row, is_removed=True)
        row.delete()
        wake_waiting(viewer.organization.pk)


def create_state_reason(viewer: Viewer, fields: Mapping[str, Any]) -> StateReason:
    """Make a reason that agents can give: `state`, `name`, `takes`, `position`. Raises `Invalid`."""
    row = StateReason(organization=viewer.organization)
    with unit():
        _fill_reason(viewer, row, fields, is_new=True)
    return row


def change_state_reason(viewer: Viewer, reason_id: Any, fields: Mapping[str, Any]) -> StateReason:
    """Change a reason; it holds at once for whoever gave it. Raises `Invalid`, `NotFound`."""
    with unit():
        row: StateReason = _one(viewer, StateReason, reason_id, "reason")
        _fill_reason(viewer, row, fields)
        return row


def remove_state_reason(viewer: Viewer, reason_id: Any) -> None:
    """Delete a reason; who gave it stays in the state, with what the state alone takes. `NotFound`."""
    with unit():
        row = _one(viewer, StateReason, reason_id, "reason")
        announce_setting(viewer, "state_reason", row, is_removed=True)
        row.delete()
        wake_waiting(viewer.organization.pk)


def _fill_policy(
    viewer: Viewer, row: CapacityPolicy, fields: Mapping[str, Any], *, is_new: bool = False
) -> None:
    for name in ("name", "weights", "is_default"):
        if name in fields:
            setattr(row, name, fields[name])
    row.name = row.name.strip()
    errors: dict[str, list[str]] = {}
    if not row.name:
        errors["name"] = ["This is needed."]
    if strange := sorted(set(row.weights) - set(WorkKind.values)):
        errors["weights"] = [f"“{strange[0][:40]}” is no kind of work: {', '.join(WorkKind.values)}."]
    elif any(not 0 <= weight <= _WHOLE for weight in row.weights.values()):
        errors["weights"] = [f"A weight is a number from 0 to {_WHOLE}."]
    if errors:
        raise Invalid(errors)
    if row.is_default:
        others = CapacityPolicy.objects.within(viewer.organization).exclude(pk=row.pk)
        others.filter(is_default=True).update(is_default=False)
    _save(row, "Another capacity policy has this name.", is_new=is_new)
    announce_setting(viewer, "capacity_policy", row)
    wake_waiting(viewer.organization.pk)


def _fill_reason(
    viewer: Viewer, row: StateReason, fields: Mapping[str, Any], *, is_new: bool = False
) -> None:
    for name in ("state", "name", "takes", "position"):
        if name in fields:
            setattr(row, name, fields[name])
    row.name, row.takes = row.name.strip(), [one for one in CLASSES if one in row.takes]
    errors: dict[str, list[str]] = {}
    if not row.name:
        errors["name"] = ["This is needed."]
    if row.state not in AgentState.State.values:
        errors["state"] = [f"Choose one of {', '.join(AgentState.State.values)}."]
    elif row.state == AgentState.State.OFFLINE and row.takes:
        errors["takes"] = ["Nobody gets work while they are offline."]
    if errors:
        raise Invalid(errors)
    _save(row, "This state has a reason of this name.", is_new=is_new)
    announce_setting(viewer, "state_reason", row)
    wake_waiting(viewer.organization.pk)


def _save(row: CapacityPolicy | StateReason, taken: str, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=is_new)
    except IntegrityError:
        raise Invalid({"name": [taken]}) from None


def _member(viewer: Viewer, user_id: Any) -> Membership:
    rows = Membership.objects.within(viewer.organization).select_related("user")
    found = rows.filter(user_id=as_id(user_id), is_active=True, user__is_active=True).first()
    if found is None:
        raise NotFound("There is no such agent here.")
    return found


def _one(viewer: Viewer, model: Any, row_id: Any, what: str) -> Any:
    found = model.objects.within(viewer.organization).filter(pk=as_id(row_id)).first()
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found
