"""Plain functions that make rows for tests; every argument has a believable default.

Rows are made directly, past the actions: nothing is appended to the event log or counted. A test of
what an action does calls the action on what these functions made.
"""

from itertools import count
from typing import Any

from hub.clock import now
from hub.models import (
    Channel,
    Contact,
    Conversation,
    Delivery,
    Identity,
    Label,
    Membership,
    Message,
    Note,
    Organization,
    Queue,
    Role,
    Team,
    TeamMember,
    TimelineItem,
    User,
)
from hub.viewer import Viewer

PASSWORD = "correct horse battery staple"

_numbers = count(1)


def organization(name: str = "Acme", **fields: Any) -> Organization:
    """An organization with a slug of its own."""
    fields.setdefault("slug", f"{name.lower()}-{next(_numbers)}")
    return Organization.objects.create(name=name, **fields)


def user(name: str = "Amal Agent", *, password: str | None = PASSWORD, **fields: Any) -> User:
    """Somebody who can sign in with `PASSWORD`, a member of nothing yet."""
    fields.setdefault("email", f"{name.split()[0].lower()}-{next(_numbers)}@acme.test")
    return User.objects.create_user(password=password, name=name, **fields)


def member(of: Organization, role: str = Role.AGENT, name: str = "Amal Agent", **fields: Any) -> User:
    """A user who is a member of the organization."""
    person = user(name, **fields)
    Membership.objects.create(organization=of, user=person, role=role)
    return person


def agent(of: Organization, name: str = "Amal Agent", **fields: Any) -> User:
    """A member who answers."""
    return member(of, Role.AGENT, name, **fields)


def administrator(of: Organization, name: str = "Ada Admin", **fields: Any) -> User:
    """A member who configures."""
    return member(of, Role.ADMINISTRATOR, name, **fields)


def viewer(person: User, of: Organization) -> Viewer:
    """The member as the one who looks or acts."""
    return Viewer(person, of, Membership.objects.within(of).get(user=person))


def team(of: Organization, *members: User, name: str = "Support") -> Team:
    """A team with these members."""
    made = Team.objects.create(organization=of, name=f"{name} {next(_numbers)}")
    for person in members:
        TeamMember.objects.create(organization=of, team=made, user=person)
    return made


def queue(of: Organization, key: str = "", **fields: Any) -> Queue:
    """A queue."""
    key = key or f"support-{next(_numbers)}"
    return Queue.objects.create(organization=of, key=key, **{"name": key.title(), **fields})


def label(of: Organization, name: str = "vip") -> Label:
    """A label."""
    return Label.objects.create(organization=of, name=name)


def channel(of: Organization, kind: str = "email", **fields: Any) -> Channel:
    """A connected channel with an address that no other channel has."""
    number = next(_numbers)
    fields.setdefault("address", f"support-{number}@acme.test" if kind == "email" else f"{kind}-{number}")
    fields.setdefault("name", f"{kind.title()} {number}")
    return Channel.objects.create(organization=of, kind=kind, **fields)


def contact(of: Organization, name: str = "Carla Customer", **fields: Any) -> Contact:
    """Somebody out there."""
    return Contact.objects.create(organization=of, name=name, **fields)


def identity(of: Contact, kind: str = "email", value: str = "", **fields: Any) -> Identity:
    """An address of the contact."""
    value = value or f"carla-{next(_numbers)}@example.net"
    return Identity.objects.create(
        organization=of.organization, contact=of, kind=kind, value=value, display=value, **fields
    )


def conversation(
    of: Organization, requester: Contact | None = None, channel: Channel | None = None, **fields: Any
) -> Conversation:
    """An empty conversation, by default of a new contact."""
    fields.setdefault("number", next(_numbers))
    fields.setdefault("subject", f"Question {fields['number']}")
    if channel is not None:
        fields.setdefault("channel_ids", [str(channel.pk)])
    return Conversation.objects.create(organization=of, requester=requester or contact(of), **fields)


def item(of: Conversation, kind: str = "message", direction: str = "inbound", **fields: Any) -> TimelineItem:
    """The next entry of the timeline, without its detail row."""
    of.last_item_seq += 1
    of.last_activity_at = now()
    of.last_direction = direction
    of.save()
    fields.setdefault("author_identity", None)
    fields.setdefault("author_user", None)
    return TimelineItem.objects.create(
        organization=of.organization,
        conversation=of,
        seq=of.last_item_seq,
        kind=kind,
        direction=direction,
        **fields,
    )


def inbound(of: Conversation, channel: Channel, text: str = "Where is my parcel?", **fields: Any) -> Message:
    """What the requester said on the channel."""
    author = Identity.objects.filter(contact=of.requester).first() or identity(of.requester)
    entry = item(of, author_identity=author)
    return Message.objects.create(
        organization=of.organization, item=entry, channel=channel, text=text, **fields
    )


def outbound(
    of: Conversation, channel: Channel, by: User, text: str = "It is on its way.", **fields: Any
) -> Message:
    """What the agent answered, without a delivery."""
    entry = item(of, direction="outbound", author_user=by)
    return Message.objects.create(
        organization=of.organization, item=entry, channel=channel, text=text, **fields
    )


def delivery(of: Message, recipient: Identity | None = None, **fields: Any) -> Delivery:
    """The message's way to one recipient, by default the requester."""
    recipient = recipient or identity(of.item.conversation.requester)
    return Delivery.objects.create(
        organization=of.organization, message=of, channel=of.channel, recipient=recipient, **fields
    )


def note(of: Conversation, by: User, text: str = "Asked the carrier.") -> Note:
    """What agents say among themselves."""
    entry = item(of, kind="note", direction="internal", author_user=by)
    return Note.objects.create(organization=of.organization, item=entry, text=text)
