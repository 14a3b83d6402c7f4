"""Queues: made, changed and put away; who works in them comes along."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.text import slugify

from hub.clock import now
from hub.models import Channel, Conversation, Membership, Queue, QueueMember, Schedule, Team, WorkItem
from hub.tenancy import TenantModel
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Conflict, Invalid, NotFound
from inbox.routing import queue_checks
from inbox.routing.waking import wake

NOUN = "queue"

_FIELDS = (
    "name",
    "icon",
    "position",
    "is_open_to_all",
    "handing",
    "requirements",
    "steps",
    "sticky_seconds",
    "wrap_up_seconds",
    "service_level_percent",
    "service_level_seconds",
)
_OWNED: Mapping[str, type[TenantModel]] = {"team": Team, "schedule": Schedule}
_WAITING = (WorkItem.State.QUEUED, WorkItem.State.OFFERED)


def create_queue(viewer: Viewer, fields: Mapping[str, Any]) -> Queue:
    """Make a queue; `fields` as `change_queue` takes them, and `key`, made from the name without it.

    Raises `Invalid` with the reasons by field, `NotFound` for people, teams and schedules of others.
    """
    row = Queue(organization=viewer.organization, is_open_to_all=False)
    with unit():
        row.key = _key(viewer, fields.get("key") or str(fields.get("name", "")))
        _fill(viewer, row, fields, is_new=True)
    return row


def change_queue(viewer: Viewer, queue_id: Any, fields: Mapping[str, Any]) -> Queue:
    """Change name, icon, position, members (`is_open_to_all`, `team_id`, `member_ids`,
    `member_team_ids`), `handing`, `schedule_id`, `requirements`, `steps` or any of the times, in seconds.

    What waits is looked at again with the new settings. Raises `Invalid`, `NotFound`.
    """
    with unit():
        row = _lock(viewer, queue_id)
        _fill(viewer, row, fields)
        return row


def remove_queue(viewer: Viewer, queue_id: Any) -> None:
    """Delete a queue that nothing was ever in; archive any other, which keeps its history.

    Raises `Conflict` while work waits in it or something leads into it, `NotFound`.
    """
    with unit():
        row = _lock(viewer, queue_id)
        _refuse_in_use(viewer, row)
        announce_setting(viewer, NOUN, row, is_removed=True)
        was_used = any(
            model.objects.within(viewer.organization).filter(queue=row).exists()
            for model in (WorkItem, Conversation)
        )
        if was_used:
            row.archived_at = now()
            row.save(update_fields=["archived_at"])
        else:
            row.delete()


def _lock(viewer: Viewer, queue_id: Any) -> Queue:
    rows = Queue.objects.within(viewer.organization).select_for_update(of=("self",))
    found = rows.filter(pk=as_id(queue_id), archived_at__isnull=True).first()
    if found is None:
        raise NotFound("There is no such queue.")
    return found


def _fill(viewer: Viewer, row: Queue, fields: Mapping[str, Any], *, is_new: bool = False) -> None:
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    for name, model in _OWNED.items():
        if f"{name}_id" in fields:
            setattr(row, name, _one(viewer, model, fields[f"{name}_id"], name))
    row.name = row.name.strip()
    row.steps = sorted(row.steps, key=lambda step: step["after"])
    errors = queue_checks.problems(viewer.organization.pk, row)
    if not row.name:
        errors["name"] = ["This is needed."]
    elif _others(viewer, row).filter(name__iexact=row.name, archived_at__isnull=True).exists():
        errors["name"] = ["Another queue has this name."]
    if errors:
        raise Invalid(errors)
    row.save(force_insert=is_new)
    _set_places(viewer, row, fields)
    announce_setting(viewer, NOUN, row)
    wake([row.pk])


def _set_places(viewer: Viewer, row: Queue, fields: Mapping[str, Any]) -> None:
    """Replace the queue's own members, its further teams, or both; what is not named stays."""
    places = QueueMember.objects.within(viewer.organization).filter(queue=row)
    if "member_ids" in fields:
        wanted = {as_id(one) for one in fields["member_ids"]}
        known = Membership.objects.within(viewer.organization).filter(user_id__in=wanted, is_active=True)
        _refuse_strangers(wanted, known.values_list("user_id", flat=True), "agent")
        places.filter(user__isnull=False).exclude(user_id__in=wanted).delete()
        _add(row, user_id=wanted - set(places.values_list("user_id", flat=True)))
    if "member_team_ids" in fields:
        wanted = {as_id(one) for one in fields["member_team_ids"]}
        teams = Team.objects.within(viewer.organization).filter(pk__in=wanted)
        _refuse_strangers(wanted, teams.values_list("pk", flat=True), "team")
        places.filter(team__isnull=False).exclude(team_id__in=wanted).delete()
        _add(row, team_id=wanted - set(places.values_list("team_id", flat=True)))


def _add(row: Queue, **ids: Iterable[Any]) -> None:
    ((column, values),) = ids.items()
    QueueMember.objects.bulk_create(
        QueueMember(organization_id=row.organization_id, queue=row, **{column: value})
        for value in sorted(values)
    )


def _refuse_strangers(wanted: set[Any], known: Iterable[Any], what: str) -> None:
    if wanted - set(known):
        raise NotFound(f"There is no such {what} here.")


def _refuse_in_use(viewer: Viewer, row: Queue) -> None:
    waiting = WorkItem.objects.within(viewer.organization).filter(
        queue=row, state__in=_WAITING, is_over=False
    )
    if count := waiting.count():
        what = "1 conversation waits" if count == 1 else f"{count} conversations wait"
        raise Conflict(f"{what} in this queue. Move them to another one first.", slug="queue-in-use")
    channels = Channel.objects.within(viewer.organization).filter(queue=row, archived_at__isnull=True)
    if (channel := channels.first()) is not None:
        raise Conflict(
            f"What comes in on “{channel}” lands in this queue. Choose another one there first.",
            slug="queue-in-use",
        )
    for other in _others(viewer, row).filter(archived_at__isnull=True):
        if any(step.get("queue") == str(row.pk) for step in other.steps):
            raise Conflict(
                f"A step of “{other}” leads into this queue. Take that step out first.", slug="queue-in-use"
            )


def _others(viewer: Viewer, row: Queue) -> Any:
    return Queue.objects.within(viewer.organization).filter(~Q(pk=row.pk))


def _one(viewer: Viewer, model: type[TenantModel], row_id: Any, what: str) -> Any:
    if row_id is None:
        return None
    found = model.objects.within(viewer.organization).filter(pk=as_id(row_id)).first()
    if found is None:
        raise NotFound(f"There is no such {what} here.")
    return found


def _key(viewer: Viewer, wanted: str) -> str:
    """A key that no other queue has, the archived ones included."""
    base = slugify(wanted)[:40] or NOUN
    taken = set(Queue.objects.within(viewer.organization).values_list("key", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(key for key in numbered if key not in taken)
