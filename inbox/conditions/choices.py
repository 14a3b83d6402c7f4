"""Where the values of fields come from: fixed words, and rows of the organization by id and name."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from hub import registry
from hub.models import (
    Channel,
    Label,
    Membership,
    Organization,
    Priority,
    Queue,
    Schedule,
    Skill,
    Status,
    Team,
    TimelineItem,
)

Direction = TimelineItem.Direction


def names(organization: Organization, sources: Iterable[str]) -> dict[str, str]:
    """The names of the values of these sources, in the order in which people pick them."""
    found: dict[str, str] = {}
    for source in sources:
        if source in _SOURCES:
            found |= _SOURCES[source](organization)
    return found


def _agents(organization: Organization) -> dict[str, str]:
    rows = Membership.objects.within(organization).filter(is_active=True, user__is_active=True)
    return {str(row.user_id): str(row.user) for row in rows.select_related("user").order_by("user__name")}


def _channels(organization: Organization) -> dict[str, str]:
    rows = Channel.objects.within(organization).filter(archived_at__isnull=True).only("name")
    return {str(row.pk): row.name for row in rows.order_by("name", "id")}


def _queues(organization: Organization) -> dict[str, str]:
    rows = Queue.objects.within(organization).filter(archived_at__isnull=True).only("name")
    return {str(row.pk): row.name for row in rows.order_by("position", "name", "id")}


def _teams(organization: Organization) -> dict[str, str]:
    return {str(row.pk): row.name for row in Team.objects.within(organization).order_by("name", "id")}


def _schedules(organization: Organization) -> dict[str, str]:
    rows = Schedule.objects.within(organization).only("name").order_by("name", "id")
    return {str(row.pk): row.name for row in rows}


def _skills(organization: Organization) -> dict[str, str]:
    return {str(row.pk): row.name for row in Skill.objects.within(organization).order_by("name", "id")}


def _labels(organization: Organization) -> dict[str, str]:
    return {row.name: row.name for row in Label.objects.within(organization).order_by("name", "id")}


def _kinds(organization: Organization) -> dict[str, str]:
    return {kind: connector.label or kind for kind, connector in sorted(registry.connectors().items())}


_SOURCES: Final[Mapping[str, Callable[[Organization], dict[str, str]]]] = {
    "status": lambda organization: {status.value: str(status.label) for status in Status},
    "priority": lambda organization: {priority.value: str(priority.label) for priority in Priority},
    "direction": lambda organization: {
        Direction.INBOUND.value: "From the customer",
        Direction.OUTBOUND.value: "To the customer",
    },
    "channel_kind": _kinds,
    "agent": _agents,
    "channel": _channels,
    "queue": _queues,
    "team": _teams,
    "schedule": _schedules,
    "skill": _skills,
    "label": _labels,
}
