"""Agents who let offers pass: after so many in a row they get no more of that class."""

from uuid import UUID

from hub.models import AgentState, Offer, Organization
from inbox.routing import availability, settings

_LOOKED_AT = 20


def count(organization: Organization, user_id: UUID, kind: str) -> None:
    """Count what an agent missed in a row since they last said something of their state. Needs a unit."""
    work_class = availability.class_of(kind)
    limit = settings.of(organization).missed_limit.get(work_class, 0)
    said = AgentState.objects.within(organization).filter(user_id=user_id, until__isnull=True).first()
    if not limit or said is None:
        return
    rows = Offer.objects.within(organization).filter(agent_id=user_id, created_at__gte=said.since)
    latest = rows.order_by("-created_at").values_list("status", "work__kind", "expires_at")[:_LOOKED_AT]
    missed = 0
    for status, of_kind, expires_at in latest:
        if availability.class_of(of_kind) != work_class or expires_at is None:
            continue
        if status == Offer.Status.TIMEOUT:
            missed += 1
        elif status != Offer.Status.RESCINDED:
            break
    if missed >= limit:
        availability.miss(organization.pk, user_id, work_class)
