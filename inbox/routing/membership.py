"""Who works in which queue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from hub.models import Membership, Queue, QueueMember, TeamMember


def members(organization_id: UUID, queues: Iterable[Queue]) -> Mapping[UUID, frozenset[UUID]]:
    """The users who take work from each queue, by queue; three queries, however many there are.

    Those who left the organization are in none.
    """
    rows = list(queues)
    people = frozenset(
        Membership.objects.within(organization_id)
        .filter(is_active=True, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    teams = _teams(organization_id)
    single: defaultdict[UUID, set[UUID]] = defaultdict(set)
    places = QueueMember.objects.within(organization_id).filter(queue_id__in=[row.pk for row in rows])
    for queue_id, user_id, team_id in places.values_list("queue_id", "user_id", "team_id"):
        single[queue_id] |= {user_id} if user_id else teams.get(team_id, set())
    return {
        row.pk: people if row.is_open_to_all else people & (single[row.pk] | teams.get(row.team_id, set()))
        for row in rows
    }


def _teams(organization_id: UUID) -> Mapping[UUID | None, set[UUID]]:
    found: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
    for team_id, user_id in TeamMember.objects.within(organization_id).values_list("team_id", "user_id"):
        found[team_id].add(user_id)
    return found
