"""Changes of settings that are tried: made by the same actions as real ones, in a transaction that is undone.

A draft holds, by kind of setting, {id: fields} as the setting's own action takes them; an id that begins
with "new" makes one. `agent_skills` are {agent: [{"skill_id", "level"}]}, `routing_settings` the changed
numbers, and `extra_agents` so many more who can do everything.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hub.transaction import in_unit, rehearsal
from hub.viewer import Viewer
from inbox.actions import agents, promises, queues, routing_settings, rules, schedules
from inbox.errors import InboxError, Invalid

MOST_EXTRA = 200

_Create = Callable[[Viewer, Mapping[str, Any]], Any]
_Change = Callable[[Viewer, Any, Mapping[str, Any]], Any]

_NOUNS: Mapping[str, tuple[_Create, _Change]] = {
    "schedules": (schedules.create_schedule, schedules.change_schedule),
    "capacity_policies": (agents.create_capacity_policy, agents.change_capacity_policy),
    "queues": (queues.create_queue, queues.change_queue),
    "sla_policies": (promises.create_sla_policy, promises.change_sla_policy),
    "rules": (rules.create_rule, rules.change_rule),
}
_OTHERS = ("agent_skills", "routing_settings", "extra_agents")


def make(viewer: Viewer, draft: Mapping[str, Any]) -> None:
    """Make the changes, in the open unit of work. Raises `Invalid`, `NotFound`."""
    if not in_unit():
        raise RuntimeError("a draft is made in a transaction that its caller undoes")
    for noun, (create, change) in _NOUNS.items():
        for key, fields in draft.get(noun, {}).items():
            if key.startswith("new"):
                create(viewer, fields)
            else:
                change(viewer, key, fields)
    for user_id, skills in draft.get("agent_skills", {}).items():
        agents.set_agent_skills(viewer, user_id, skills)
    if draft.get("routing_settings"):
        routing_settings.change_routing_settings(viewer, draft["routing_settings"])


def problems(viewer: Viewer, draft: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with a draft, by field; found out by making it and undoing that."""
    if strange := sorted(set(draft) - {*_NOUNS, *_OTHERS}):
        return {"change": [f"“{strange[0]}” cannot be tried. Choose from {', '.join([*_NOUNS, *_OTHERS])}."]}
    if not any(draft.values()):
        return {"change": ["Change something: with the settings of today there is nothing to compare."]}
    extra = draft.get("extra_agents") or 0
    if not isinstance(extra, int) or not 0 <= extra <= MOST_EXTRA:
        return {"change.extra_agents": [f"A whole number from 0 to {MOST_EXTRA}."]}
    try:
        with rehearsal():
            make(viewer, draft)
    except Invalid as wrong:
        return {f"change.{field}": texts for field, texts in wrong.errors.items()}
    except InboxError as wrong:
        return {"change": [wrong.detail]}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {"change": ["This is no change of settings. Write {kind: {id: fields}}."]}
    return {}
