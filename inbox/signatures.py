"""Finds the signature that stands under an agent's message, and fills its variables."""

from django.db.models import Q

from hub.models import Channel, Contact, Conversation, Organization, Signature, Team, User
from inbox.templates import Rendered, rendered, values

NONE = Rendered("", "")


def signature_for(
    organization: Organization,
    user: User | None,
    team: Team | None,
    channel: Channel | None,
    conversation: Conversation | None = None,
    contact: Contact | None = None,
) -> Rendered:
    """The closest signature, ready to be sent: the agent's, the team's, the channel's, the organization's.

    An empty one that is closer hides those behind it: so an agent goes without. One query.
    """
    found = closest(organization, user, team, channel)
    if found is None:
        return NONE
    known = values(organization, user, channel, conversation, contact)
    return rendered(found.text, found.html, known)


def closest(
    organization: Organization, user: User | None, team: Team | None, channel: Channel | None
) -> Signature | None:
    """The signature that applies, unfilled."""
    applies = Q(user__isnull=True, team__isnull=True, channel__isnull=True)
    for owner, row in (("user", user), ("team", team), ("channel", channel)):
        if row is not None:
            applies |= Q(**{owner: row})
    rows = Signature.objects.within(organization).filter(applies)
    return min(rows, key=_distance, default=None)


def _distance(signature: Signature) -> int:
    owners = (signature.user_id, signature.team_id, signature.channel_id, True)
    return next(place for place, owner in enumerate(owners) if owner)
