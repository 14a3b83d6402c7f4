"""Who is asking: a user in one organization, with what they may do there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub import tokens
from hub.clock import now
from hub.models.organization import Organization
from hub.models.people import ApiToken, Membership, Role, User
from hub.prepared import Prepared

ORGANIZATION_KEY = "organization"
"""The session's key for the organization that a user with several has chosen."""

_AGENT = frozenset({"conversations.view", "conversations.answer", "contacts.view", "contacts.edit"})
_SUPERVISOR = _AGENT | {"agents.supervise", "envelopes.replay", "reports.view", "writing.manage"}
_ADMINISTRATOR = _SUPERVISOR | {"channels.manage", "users.manage", "settings.manage", "audit.view"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}

_TOKEN_TOUCH = timedelta(minutes=5)

_memberships = Prepared[Membership](
    lambda user_id: (
        Membership.objects.unscoped("a sign-in names the user, not the organization")
        .filter(user_id=user_id, user__is_active=True, is_active=True)
        .select_related("user", "organization")
        .order_by("created_at", "id")
    )
)
_tokens = Prepared[ApiToken](
    lambda digest: ApiToken.objects.unscoped("a bearer token names its organization").filter(digest=digest)
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in user in one organization."""

    user: User
    organization: Organization
    membership: Membership

    @property
    def role(self) -> str:
        """agent, supervisor or administrator."""
        return self.membership.role

    @property
    def permissions(self) -> frozenset[str]:
        """Everything that the role allows."""
        return PERMISSIONS.get(self.role, frozenset())

    def may(self, permission: str) -> bool:
        """Whether the role allows this act."""
        return permission in self.permissions


def viewer_of(user_id: Any, organization_id: Any = None) -> Viewer | None:
    """The active user's place in this organization, or in their first one when none is named."""
    for membership in _memberships(UUID(str(user_id))):
        if not organization_id or str(membership.organization_id) == str(organization_id):
            return Viewer(membership.user, membership.organization, membership)
    return None


def viewer_from_session(request: Any) -> Viewer | None:
    """The viewer behind an HTTP request whose session is signed in, else None."""
    if not request.user.is_authenticated:
        return None
    chosen = request.session.get(ORGANIZATION_KEY)
    return viewer_of(request.user.pk, chosen) or (viewer_of(request.user.pk) if chosen else None)


def viewer_from_token(secret: str) -> Viewer | None:
    """The viewer behind an API token, else None for unknown, expired and deactivated ones."""
    moment = now()
    token = next(iter(_tokens(tokens.digest(secret))), None)
    if token is None or (token.expires_at and token.expires_at <= moment):
        return None
    if token.last_used_at is None or moment - token.last_used_at > _TOKEN_TOUCH:
        ApiToken.objects.within(token.organization_id).filter(pk=token.pk).update(last_used_at=moment)
    return viewer_of(token.user_id, token.organization_id)
