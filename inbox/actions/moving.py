"""Moves items from one timeline to another, without a hole where they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub import tenancy
from hub.models import Conversation, StatusEvent, TimelineItem
from inbox import payloads
from inbox.change import Change
from inbox.models import SearchDocument

MOVED = "moved"
"""The line that stands where an item was taken away: sequences of a timeline have no gaps."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: the items where they are now, their former places, and the lines left behind."""

    items: Sequence[TimelineItem]
    former: Sequence[int]
    lines: Sequence[TimelineItem] = ()

    def told(self) -> dict[str, Any]:
        """What an event carries of it, so that whoever holds the items can move them as well."""
        return {
            "moved": [
                {"id": str(item.pk), "conversation_id": str(item.conversation_id), "seq": item.seq}
                for item in self.items
            ],
            "lines": payloads.items(self.lines),
        }


def named(conversation: Conversation) -> dict[str, Any]:
    """A conversation as the lines of another one's timeline name it."""
    return {"id": str(conversation.pk), "number": conversation.number, "subject": conversation.subject}


def behind(source: Change, target: Change) -> Moved:
    """Move a whole timeline behind another one."""
    items = list(TimelineItem.objects.filter(conversation=source.conversation).order_by("seq"))
    former = [item.seq for item in items]
    _append(target, items)
    return Moved(items, former)


def out(source: Change, target: Change, items: Sequence[TimelineItem]) -> Moved:
    """Move some items into another conversation; lines in their places say where they went."""
    former = [item.seq for item in items]
    _append(target, items)
    return Moved(items, former, _fill(source, former, target))


def back(source: Change, target: Change, places: Mapping[UUID, int]) -> Moved:
    """Move items to the places where they were before, as far as they are still where they were put."""
    items = list(TimelineItem.objects.filter(conversation=source.conversation, pk__in=list(places)))
    left = [item.seq for item in items]
    for item in items:
        item.conversation, item.seq = target.conversation, places[item.pk]
    _save(target, items)
    return Moved(items, left, _fill(source, left, target))


def _append(target: Change, items: Sequence[TimelineItem]) -> None:
    conversation = target.conversation
    for item in items:
        conversation.last_item_seq += 1
        item.conversation, item.seq = conversation, conversation.last_item_seq
        is_said = item.kind == TimelineItem.Kind.MESSAGE
        if is_said and item.direction == TimelineItem.Direction.INBOUND:
            conversation.last_inbound_seq = item.seq
    _save(target, items)


def _save(target: Change, items: Sequence[TimelineItem]) -> None:
    TimelineItem.objects.within(target.organization).bulk_update(items, ["conversation", "seq"], 200)
    found = SearchDocument.objects.within(target.organization).filter(source__in=[item.pk for item in items])
    found.update(conversation_id=target.conversation.pk)


def _fill(source: Change, places: Sequence[int], target: Change) -> list[TimelineItem]:
    to: dict[str, Any] = {"id": str(target.conversation.pk)}
    lines = [
        TimelineItem(
            organization=source.organization,
            conversation=source.conversation,
            seq=seq,
            kind=TimelineItem.Kind.EVENT,
            direction=TimelineItem.Direction.INTERNAL,
            author_user=source.actor.user if source.actor else None,
            occurred_at=source.at,
            recorded_at=source.at,
        )
        for seq in places
    ]
    events = [
        StatusEvent(organization=source.organization, item=line, name=MOVED, data={"to": to})
        for line in lines
    ]
    tenancy.insert([*lines, *events])
    for line, event in zip(lines, events, strict=True):
        line.event = event
    return lines
