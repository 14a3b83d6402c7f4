"""Skills: what work may ask for."""

from typing import Any

from django.db import IntegrityError, transaction

from hub.models import Queue, Skill
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Conflict, Invalid, NotFound
from inbox.routing import queue_checks

NOUN = "skill"


def create_skill(viewer: Viewer, name: str) -> Skill:
    """Make a skill. Raises `Invalid`, also for a name that is taken."""
    row = Skill(organization=viewer.organization)
    with unit():
        _save(viewer, row, name, is_new=True)
    return row


def rename_skill(viewer: Viewer, skill_id: Any, name: str) -> Skill:
    """Give a skill another name. Raises `Invalid`, `NotFound`."""
    with unit():
        row = _one(viewer, skill_id)
        _save(viewer, row, name)
        return row


def remove_skill(viewer: Viewer, skill_id: Any) -> None:
    """Delete a skill; nobody has it any more. Raises `Conflict` while a queue asks for it, `NotFound`."""
    with unit():
        row = _one(viewer, skill_id)
        for queue in Queue.objects.within(viewer.organization).filter(archived_at__isnull=True):
            if queue_checks.uses_skill(queue, str(row.pk)):
                raise Conflict(
                    f"The queue “{queue}” asks for this skill. Take it out there first.", slug="skill-in-use"
                )
        announce_setting(viewer, NOUN, row, is_removed=True)
        row.delete()


def _one(viewer: Viewer, skill_id: Any) -> Skill:
    row = Skill.objects.within(viewer.organization).filter(pk=as_id(skill_id)).first()
    if row is None:
        raise NotFound("There is no such skill.")
    return row


def _save(viewer: Viewer, row: Skill, name: str, *, is_new: bool = False) -> None:
    row.name = name.strip()
    if not row.name:
        raise Invalid({"name": ["This is needed."]})
    try:
        with transaction.atomic():
            row.save(force_insert=is_new)
    except IntegrityError:
        raise Invalid({"name": ["Another skill has this name."]}) from None
    announce_setting(viewer, NOUN, row)
