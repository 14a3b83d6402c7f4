"""Who is it? Finds the contacts behind addresses, and gets to know new ones."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from hub import tenancy
from hub.clock import now
from hub.messages import Party
from hub.models import Contact, Identity
from hub.prepared import Prepared
from inbox import aliases, search
from inbox.known import now_has

Address = tuple[str, str]
"""Kind and value: what makes an address one."""


def identify(organization_id: Any, party: Party) -> Identity:
    """The identity of this address in the organization, with its contact loaded.

    An address that nobody has yet makes a contact. A name is taken over only where there was
    none: what agents have written stays. Safe when two workers meet the same new address.
    """
    return identify_all(organization_id, [party])[party.kind, party.value]


def identify_all(organization_id: Any, parties: Sequence[Party]) -> dict[Address, Identity]:
    """`identify` for many, in few statements; of several names for one address the first counts."""
    first = {(party.kind, party.value): party for party in reversed(parties)}
    known = _find(organization_id, first)
    missing = [party for address, party in first.items() if address not in known]
    if any(party.aliases for party in missing):
        known |= aliases.recognise(organization_id, missing)
        missing = [party for party in missing if (party.kind, party.value) not in known]
    if missing:
        known |= _create(organization_id, missing)
    for party in parties:
        _complete(known[party.kind, party.value], party)
        if party.aliases:
            aliases.learn(known[party.kind, party.value], party)
    return known


def _find(organization_id: Any, addresses: Iterable[Address]) -> dict[Address, Identity]:
    wanted = set(addresses)
    rows = _identities(organization_id, {kind for kind, _ in wanted}, {value for _, value in wanted})
    found = {(row.kind, row.value): row for row in rows}
    return {address: found[address] for address in wanted & found.keys()}


_identities = Prepared[Identity](
    lambda organization_id, kinds, values: (
        Identity.objects.within(organization_id)
        .filter(kind__in=kinds, value__in=values)
        .select_related("contact")
    )
)


def _create(organization_id: Any, parties: Sequence[Party]) -> dict[Address, Identity]:
    # In one order everywhere, so that two workers that meet the same people cannot deadlock.
    in_order = sorted(parties, key=lambda party: (party.kind, party.value))
    made = {(party.kind, party.value): _new(organization_id, party) for party in in_order}
    people = [identity.contact for identity in made.values()]
    try:
        with transaction.atomic():
            tenancy.insert([*people, *made.values()])
    except IntegrityError:
        return _create_one_by_one(organization_id, parties)
    search.index_contacts(people)
    return made


def _create_one_by_one(organization_id: Any, parties: Sequence[Party]) -> dict[Address, Identity]:
    """Another worker has just met one of them."""
    if len(parties) > 1:
        return {(party.kind, party.value): identify(organization_id, party) for party in parties}
    found = _find(organization_id, [(party.kind, party.value) for party in parties])
    if not found:
        raise RuntimeError("an address can neither be found nor added")
    return found


def _new(organization_id: Any, party: Party) -> Identity:
    contact = Contact(organization_id=organization_id, name=party.name[:200], locale=party.locale[:16])
    identity = Identity(
        organization_id=organization_id,
        contact=contact,
        kind=party.kind,
        value=party.value,
        display=party.display or party.value,
        verified_at=now() if party.verified else None,
    )
    now_has(contact, "identities", [identity])
    return identity


def _complete(identity: Identity, party: Party) -> None:
    contact = identity.contact
    changed = []
    if party.name and not contact.name:
        contact.name = party.name[:200]
        changed.append("name")
    if party.locale and not contact.locale:
        contact.locale = party.locale[:16]
        changed.append("locale")
    if changed:
        contact.updated_at = now()
        contact.save(update_fields=[*changed, "updated_at"])
        search.index_contact(contact)
