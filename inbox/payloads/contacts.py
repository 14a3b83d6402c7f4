"""People outside as they leave the hub."""

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from hub.models import Contact, Identity
from inbox.payloads.moments import Shape, moment


def contacts(rows: Iterable[Contact]) -> dict[uuid.UUID, Shape]:
    """References of these contacts by id; their addresses in one query."""
    people = list({contact.pk: contact for contact in rows}.values())
    prefetch_related_objects(people, "identities")
    return {person.pk: contact_ref(person, list(person.identities.all())) for person in people}


def contact_ref(contact: Contact, identities: Sequence[Identity]) -> Shape:
    """A contact as conversations name them: the oldest address of each kind stands for them."""
    oldest = sorted(identities, key=lambda identity: (identity.created_at, identity.pk))
    address = next((identity.value for identity in oldest if identity.kind == "email"), None)
    phone = next((identity.value for identity in oldest if identity.kind == "phone"), None)
    return {
        "id": str(contact.pk),
        "name": contact.name or address or phone or next(map(str, oldest), "Visitor"),
        "email": address,
        "phone": phone,
        "locale": contact.locale,
    }


def contact(person: Contact) -> Shape:
    """A contact with every address."""
    identities = list(person.identities.all())
    return contact_ref(person, identities) | {
        "time_zone": person.time_zone,
        "custom": person.custom,
        "identities": [
            {
                "id": str(identity.pk),
                "kind": identity.kind,
                "value": identity.value,
                "display": identity.display or identity.value,
                "verified_at": moment(identity.verified_at),
                "unreachable_since": moment(identity.unreachable_since),
                "unreachable_reason": identity.unreachable_reason,
            }
            for identity in identities
        ],
        "created_at": moment(person.created_at),
        "updated_at": moment(person.updated_at),
    }
