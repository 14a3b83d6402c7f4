"""Several addresses that a provider says are one person's: known by one of them, known by all."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from hub.clock import now
from hub.messages import Party
from hub.models import Identity


def recognise(organization_id: Any, parties: Sequence[Party]) -> dict[tuple[str, str], Identity]:
    """New identities of those parties who are known by an alias, with the alias's contact."""
    found: dict[tuple[str, str], Identity] = {}
    for party in parties:
        wanted = Q()
        for kind, value in party.aliases:
            wanted |= Q(kind=kind, value=value)
        if not wanted:
            continue
        rows = Identity.objects.within(organization_id).filter(wanted).select_related("contact")
        other = rows.order_by("created_at", "id").first()
        if other is not None and (made := _add(other, party.kind, party.value, party)) is not None:
            found[party.kind, party.value] = made
    return found


def learn(identity: Identity, party: Party) -> None:
    """Give the contact those aliases that nobody has yet; one that is another contact's stays theirs."""
    known = set(
        Identity.objects.within(identity.organization_id)
        .filter(kind__in={kind for kind, _ in party.aliases}, value__in={value for _, value in party.aliases})
        .values_list("kind", "value")
    )
    for kind, value in party.aliases:
        if value and (kind, value) not in known:
            _add(identity, kind, value)


def _add(beside: Identity, kind: str, value: str, party: Party | None = None) -> Identity | None:
    """A further address of a contact; None when another worker has just made it."""
    identity = Identity(
        organization_id=beside.organization_id,
        contact=beside.contact,
        kind=kind,
        value=value,
        display=(party.display if party else "") or value,
        verified_at=now() if party and party.verified else None,
    )
    try:
        with transaction.atomic():
            identity.save(force_insert=True)
    except IntegrityError:
        return None
    return identity
