"""People outside."""

from typing import Any

from inbox.api.schemas.kinds import Shape


class ContactRef(Shape):
    id: str
    name: str
    email: str | None
    phone: str | None
    locale: str


class Identity(Shape):
    id: str
    kind: str
    value: str
    display: str
    verified_at: str | None
    unreachable_since: str | None
    unreachable_reason: str


class Contact(ContactRef):
    """A person out there with every address."""

    time_zone: str
    custom: dict[str, Any]
    identities: list[Identity]
    created_at: str
    updated_at: str
