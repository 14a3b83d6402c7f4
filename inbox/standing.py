"""Whether those who opened a socket may still have it: checked for many at once, in three queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from hub.clock import now
from hub.models import ApiToken, Membership


@dataclass(frozen=True, slots=True)
class Credential:
    """What a socket was opened with: a session's key, or the digest of an API token."""

    user_id: UUID
    organization_id: UUID
    session_key: str = ""
    token_digest: str = ""


def roles(credentials: Iterable[Credential]) -> dict[Credential, str]:
    """Return the present role behind each credential; those that are void are missing.

    Void means: signed out, expired, password changed, token revoked, user or membership deactivated.
    """
    wanted = list(credentials)
    sessions = _sessions(wanted)
    digests = _live_digests(wanted)
    memberships = _memberships(wanted)
    found: dict[Credential, str] = {}
    for credential in wanted:
        membership = memberships.get((credential.user_id, credential.organization_id))
        if membership is None:
            continue
        if credential.token_digest in digests or _holds(sessions.get(credential.session_key), membership):
            found[credential] = membership.role
    return found


def _holds(session: Mapping[str, Any] | None, membership: Membership) -> bool:
    """Whether a session's content signs this member in."""
    if not session or session.get(SESSION_KEY) != str(membership.user_id):
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), membership.user.get_session_auth_hash())


def _sessions(credentials: Iterable[Credential]) -> dict[str, dict[str, Any]]:
    keys = {credential.session_key for credential in credentials if credential.session_key}
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=now())
    return {row.session_key: row.get_decoded() for row in rows}


def _live_digests(credentials: Iterable[Credential]) -> set[str]:
    digests = {credential.token_digest for credential in credentials if credential.token_digest}
    rows = ApiToken.objects.unscoped("sockets of all organizations are checked together").filter(
        digest__in=digests
    )
    moment = now()
    return {row.digest for row in rows if row.expires_at is None or row.expires_at > moment}


def _memberships(credentials: Iterable[Credential]) -> dict[tuple[UUID, UUID], Membership]:
    rows = (
        Membership.objects.unscoped("sockets of all organizations are checked together")
        .filter(
            user_id__in={credential.user_id for credential in credentials},
            is_active=True,
            user__is_active=True,
        )
        .select_related("user")
    )
    return {(row.user_id, row.organization_id): row for row in rows}
