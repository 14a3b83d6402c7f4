"""Who may see an event or a last-value frame: audiences decide the right, topics the wish."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from hub.models.people import Role

INBOX = "inbox"
"""The topic of everything in an organization that its viewer may see."""

BOARD = "board"
"""The topic of the supervisors' live board; it has last-value frames and no events."""

_ROLES_BELOW: Mapping[str, tuple[str, ...]] = {
    Role.AGENT: (Role.AGENT,),
    Role.SUPERVISOR: (Role.AGENT, Role.SUPERVISOR),
    Role.ADMINISTRATOR: (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR),
}


def topic(kind: str, identifier: UUID | str = "") -> str:
    """Return the name of a topic; the only place that makes one.

    `kind` is "inbox", "board", "conversation" or "queue". An id is normalized, so that however it was written
    one thing has one name; a malformed one raises `ValueError`.
    """
    if kind in (INBOX, BOARD):
        return kind
    return f"{kind}:{UUID(str(identifier))}"


def to_user(user_id: UUID | str) -> str:
    """Return the audience of what concerns one user alone."""
    return f"user:{user_id}"


def to_role(role: str) -> str:
    """Return the audience of what a role, and those above it, may see."""
    return f"role:{role}"


def audiences(user_id: UUID | str, role: str) -> frozenset[str]:
    """Return every audience that a member of this role belongs to."""
    return frozenset({"", to_user(user_id), *map(to_role, _ROLES_BELOW.get(role, ()))})


def topics_of(conversation_id: UUID | str | None, data: Mapping[str, Any]) -> frozenset[str]:
    """Return the topics that an event with this data belongs to, beyond `INBOX`."""
    found = {topic("conversation", conversation_id)} if conversation_id else set()
    parts = [data.get(name) for name in ("conversation", "offer", "work")]
    queue_ids = [part.get("queue_id") for part in parts if isinstance(part, Mapping)]
    queue_ids += [data.get("id")] if data.get("noun") == "queue" else []
    return frozenset(found | {topic("queue", queue_id) for queue_id in queue_ids if queue_id})


def wants(member_topics: frozenset[str], audience: str, topics: Iterable[str]) -> bool:
    """Whether somebody with these topics asked for an event; what is addressed to one user always arrives."""
    return INBOX in member_topics or audience.startswith("user:") or not member_topics.isdisjoint(topics)
