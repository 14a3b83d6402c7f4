"""What is wrong with a queue's settings, and what is merely strange, in words for whoever writes them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from hub.models import AgentSkill, Queue, Skill, Team
from inbox.routing.membership import members

Requirement = Mapping[str, Any]
Step = Mapping[str, Any]
Levels = Mapping[UUID, Mapping[str, int]]

NO_MEMBERS = "This queue has no members, so nothing in it would be offered to anybody."


def problems(organization_id: UUID, queue: Queue) -> dict[str, list[str]]:
    """Why these settings cannot be saved, by field; empty when they can."""
    teams, queues = _ids(Team, organization_id), _live_queues(organization_id)
    errors: defaultdict[str, list[str]] = defaultdict(list)
    skills = _ids(Skill, organization_id)
    errors["requirements"] += _wrong(queue.requirements, skills)
    for number, step in enumerate(queue.steps, 1):
        found = _wrong(step.get("requirements", ()), skills)
        if "team" in step and step["team"] not in teams:
            found.append("There is no such team.")
        if step.get("queue") == str(queue.pk):
            found.append("A queue cannot hand over to itself.")
        elif "queue" in step and step["queue"] not in queues:
            found.append("There is no such queue.")
        errors["steps"] += [f"Step {number}: {text}" for text in found]
    return {field: texts for field, texts in errors.items() if texts}


def warnings(organization_id: UUID, queues: Sequence[Queue]) -> dict[UUID, list[str]]:
    """What is strange about each queue although it can be saved; six queries, however many queues."""
    if not queues:
        return {}
    people = members(organization_id, queues)
    names = {str(row.pk): row.name for row in Skill.objects.within(organization_id)}
    levels: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in AgentSkill.objects.within(organization_id):
        levels[row.user_id][str(row.skill_id)] = row.level
    teams = _team_members(organization_id)
    return {
        row.pk: [
            *_about_members(row, people[row.pk]),
            *_about_skills(row, people[row.pk], teams, levels, names),
            *_about_steps(row),
        ]
        for row in queues
    }


def wrong_requirements(organization_id: UUID, requirements: Sequence[Requirement]) -> list[str]:
    """Why nothing can ask for these skills; empty when it can."""
    return _wrong(requirements, _ids(Skill, organization_id))


def uses_skill(queue: Queue, skill_id: str) -> bool:
    """Whether a queue, or one of its steps, asks for a skill."""
    asked = [queue.requirements, *(step.get("requirements", ()) for step in queue.steps)]
    return any(one["skill"] == skill_id for requirements in asked for one in requirements)


def _about_members(queue: Queue, people: Collection[UUID]) -> list[str]:
    if people:
        return []
    if queue.handing == Queue.Handing.TAKE:
        return ["This queue has no members."]
    return [NO_MEMBERS]


def _about_skills(
    queue: Queue,
    people: Collection[UUID],
    teams: Mapping[str, set[UUID]],
    levels: Levels,
    names: Mapping[str, str],
) -> list[str]:
    """Requirements that nobody meets, first the queue's own, then those of its steps."""
    able, found = set(people), []
    if able and not _anybody(able, queue.requirements, levels):
        wanted = _in_words(queue.requirements, names)
        found.append(f"No member of this queue has {wanted}, so work would wait until a step asks for less.")
    for number, step in enumerate(queue.steps, 1):
        able |= teams.get(str(step.get("team")), set())
        requirements = step.get("requirements")
        if able and requirements and not _anybody(able, requirements, levels):
            found.append(f"Step {number}: no member of this queue has {_in_words(requirements, names)}.")
    return found


def _about_steps(queue: Queue) -> list[str]:
    found, end = [], 0
    for number, step in enumerate(queue.steps, 1):
        if end:
            found.append(f"Step {number} is never reached: step {end} takes the work out of this queue.")
        if step.get("when") == "closed" and queue.schedule_id is None:
            found.append(
                f"Step {number} waits for closed hours, but this queue has no schedule and is always open."
            )
        elif {"queue", "to"} & step.keys() and step.get("when", "always") == "always" and not end:
            end = 0 if step.get("skip_if_nobody") else number
    return found


def _anybody(people: Collection[UUID], requirements: Sequence[Requirement], levels: Levels) -> bool:
    return any(
        all(levels.get(person, {}).get(one["skill"], 0) >= one["level"] for one in requirements)
        for person in people
    )


def _in_words(requirements: Sequence[Requirement], names: Mapping[str, str]) -> str:
    return " and ".join(f"{names.get(one['skill'], 'a skill')} at {one['level']}" for one in requirements)


def _wrong(requirements: Sequence[Requirement], skills: Collection[str]) -> list[str]:
    asked = [one["skill"] for one in requirements]
    found = []
    if not set(asked) <= set(skills):
        found.append("There is no such skill.")
    if len(set(asked)) < len(asked):
        found.append("Each skill can be asked for once.")
    return found


def _ids(model: Any, organization_id: UUID) -> set[str]:
    return {str(found) for found in model.objects.within(organization_id).values_list("pk", flat=True)}


def _live_queues(organization_id: UUID) -> set[str]:
    rows = Queue.objects.within(organization_id).filter(archived_at__isnull=True)
    return {str(found) for found in rows.values_list("pk", flat=True)}


def _team_members(organization_id: UUID) -> Mapping[str, set[UUID]]:
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for team_id, user_id in Team.objects.within(organization_id).values_list("pk", "places__user_id"):
        found[str(team_id)] |= {user_id} if user_id else set()
    return found
