"""The status of a conversation."""

from datetime import datetime

from inbox import payloads
from inbox.change import Change


def set_status(change: Change, status: str, until: datetime | None = None) -> None:
    """Change the status of a conversation in hand; says nothing when nothing changes."""
    conversation = change.conversation
    before = conversation.status, conversation.snoozed_until
    change.set_status(status)
    conversation.snoozed_until = until
    if before == (conversation.status, conversation.snoozed_until):
        return
    line = change.record(
        "status_changed",
        {
            "from": before[0],
            "to": status,
            "until": payloads.moment(until),
            "by": change.acting["type"] if change.acting else "clock",
        },
    )
    change.announce("conversation.status_changed", item=payloads.item(line))
