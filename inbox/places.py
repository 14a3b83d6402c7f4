"""Where a conversation belongs, and the line in its timeline that says that it was moved."""

from typing import Any

from hub.models import Conversation, Queue, Team, User
from inbox import payloads
from inbox.change import Change

Places = dict[str, dict[str, str] | None]


def places(conversation: Conversation) -> Places:
    """Its assignee, team and queue by name."""
    return {
        "assignee": _named(conversation.assignee),
        "team": _named(conversation.team),
        "queue": _named(conversation.queue),
    }


def tell_moved(change: Change, before: Places, **more: Any) -> bool:
    """Record and announce where a conversation in hand was moved since `before`; whether it was."""
    after = places(change.conversation)
    moved = {key: {"from": before[key], "to": after[key]} for key in before if before[key] != after[key]}
    if not moved:
        return False
    line = change.record("assigned", {**moved, **more})
    change.announce("conversation.assigned", item=payloads.item(line))
    return True


def _named(row: User | Team | Queue | None) -> dict[str, str] | None:
    return {"id": str(row.pk), "name": str(row)} if row else None
