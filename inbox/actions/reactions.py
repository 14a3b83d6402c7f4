"""React: somebody puts an emoji on a message, or takes it back; the latest word of each person counts."""

from datetime import datetime
from typing import Any

from hub.clock import now
from hub.messages import InboundReaction
from hub.models import Channel, Message, TimelineItem
from hub.transaction import unit
from inbox import contacts, payloads
from inbox.actions.amending import taken_up
from inbox.change import Change

MOST = 100
"""So many reactions of a message are kept, those that were taken back included."""

Reaction = dict[str, Any]


def react(channel: Channel, inbound: InboundReaction) -> TimelineItem | None:
    """Note a reaction on a message of theirs or ours; None when the channel knows no such message.

    It wakes nobody. Twice, or out of order, is the same as once and in order. One transaction.
    """
    with unit():
        found = taken_up(channel, inbound.external_id)
        if found is None:
            return None
        change, message = found
        by = _author(channel, inbound)
        at = inbound.reacted_at or now()
        if put(message, by, inbound.emoji, at, removed=inbound.removed, replaces=inbound.replaces):
            announce(change, message)
            change.finish()
        return message.item


def put(
    message: Message, by: Reaction, emoji: str, at: datetime, *, removed: bool = False, replaces: bool = False
) -> bool:
    """Keep a reaction with its message; whether that changes what is shown. Saves the message."""
    rows = [dict(row) for row in message.facts.get("reactions", [])]
    before = _standing(rows)
    stamp = str(payloads.moment(at))
    own = [row for row in rows if row["by"]["id"] == by["id"] and row["by"]["type"] == by["type"]]
    for row in own:
        is_meant = row["emoji"] == emoji or replaces or (removed and not emoji)
        if is_meant and row["at"] <= stamp:
            row["removed"], row["at"] = removed or row["emoji"] != emoji, stamp
    if emoji and not any(row["emoji"] == emoji for row in own):
        is_late = replaces and any(row["at"] > stamp for row in own)
        rows.append({"emoji": emoji[:32], "by": by, "at": stamp, "removed": removed or is_late})
    message.facts = {**message.facts, "reactions": rows[-MOST:]}
    message.save(update_fields=["facts"])
    return _standing(rows) != before


def _standing(rows: list[Reaction]) -> list[tuple[str, Any]]:
    return [(row["emoji"], row["by"]) for row in rows if not row["removed"]]


def announce(change: Change, message: Message) -> None:
    """Tell everybody of the message as it is now."""
    item = message.item
    item.message = message
    change.announce("message.updated", message=payloads.item(item))


def _author(channel: Channel, inbound: InboundReaction) -> Reaction:
    if inbound.echo:
        return {"type": "system", "id": None, "name": channel.name}
    person = contacts.identify(channel.organization_id, inbound.sender).contact
    return {"type": "contact", "id": str(person.pk), "name": person.name or inbound.sender.display}
