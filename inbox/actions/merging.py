"""Merge: two conversations become one, and one again."""

from typing import Any
from uuid import UUID

from hub.models import (
    Channel,
    ChannelThread,
    Conversation,
    Organization,
    Participant,
    Status,
    StatusEvent,
    TimelineItem,
)
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import payloads
from inbox.actions import moving
from inbox.change import Change, as_id, finish_all, lock_all
from inbox.errors import Conflict, Invalid, NotFound

MERGED = "merged"


def merge(viewer: Viewer, conversation_id: Any, into: Any) -> Conversation:
    """Put everything of a conversation behind what was said in another, and close it; answers the other.

    Answers to the closed one arrive in the other. Raises `Invalid` for itself, `Conflict` when one of
    them was merged before, `NotFound`.
    """
    source_id, target_id = as_id(conversation_id), as_id(into)
    if source_id == target_id:
        raise Invalid({"into": ["A conversation cannot be merged into itself."]})
    with unit():
        source, target = _both(viewer.organization, source_id, target_id, viewer)
        if source.conversation.merged_into_id or target.conversation.merged_into_id:
            raise Conflict("One of them was merged already.", slug="already-merged")
        _merge(source, target)
        return target.conversation


def unmerge(viewer: Viewer, conversation_id: Any) -> Conversation:
    """Take a merged conversation out of the other again; answers it, open.

    What was said since stays where it was said. Raises `Conflict` when it is not merged, `NotFound`.
    """
    with unit():
        source = _one(viewer, as_id(conversation_id))
        if source.merged_into_id is None:
            raise Conflict("This conversation was not merged.", slug="not-merged")
        back, target = _both(viewer.organization, source.pk, source.merged_into_id, viewer)
        line = _line(back.conversation)
        places = {UUID(item): seq for item, seq in line.data["items"]} if line else {}
        moved = moving.back(target, back, places)
        threads = ChannelThread.objects.within(viewer.organization).filter(
            pk__in=line.data.get("threads", []) if line else []
        )
        threads.update(conversation=back.conversation)
        back.conversation.merged_into = None
        back.set_status(Status.OPEN)
        for change, other in ((back, target), (target, back)):
            said = {"status": {"from": Status.CLOSED, "to": Status.OPEN}} if change is back else {}
            record = change.record("unmerged", {"other": moving.named(other.conversation)} | said)
            change.announce("conversation.split", item=payloads.item(record), **moved.told())
        finish_all(viewer.organization, [back, target])
        return back.conversation


def join(organization: Organization, source_id: UUID, target_id: UUID) -> None:
    """Merge what a late message has proved to be one, unless somebody here was faster."""
    source, target = _both(organization, source_id, target_id, None)
    if source.conversation.merged_into_id is None and target.conversation.merged_into_id is None:
        _merge(source, target)


def also_on(organization: Organization, conversation_id: UUID, channel: Channel) -> None:
    """Note that a conversation came by a further channel, so that its lists show it."""
    for conversation in lock_all(organization, [conversation_id]):
        if str(channel.pk) not in conversation.channel_ids:
            change = Change(conversation, None)
            conversation.channel_ids = [*conversation.channel_ids, str(channel.pk)]
            change.announce("conversation.updated")
            change.finish()


def _both(
    organization: Organization, source_id: UUID, target_id: UUID, actor: Viewer | None
) -> tuple[Change, Change]:
    rows = {row.pk: row for row in lock_all(organization, [source_id, target_id])}
    if len(rows) < 2:
        raise NotFound("There is no such conversation.")
    return Change(rows[source_id], actor), Change(rows[target_id], actor)


def _one(viewer: Viewer, conversation_id: UUID) -> Conversation:
    row = Conversation.objects.within(viewer.organization).filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("There is no such conversation.")
    return row


def _merge(source: Change, target: Change) -> None:
    first_seq, before = target.conversation.last_item_seq + 1, target.conversation.status
    moved = moving.behind(source, target)
    threads = ChannelThread.objects.filter(conversation=source.conversation)
    thread_ids = [str(pk) for pk in threads.values_list("pk", flat=True)]
    threads.update(conversation=target.conversation)
    _take_over_people(source, target)
    _take_over_state(source.conversation, target)
    source.conversation.merged_into = target.conversation
    was = source.conversation.status
    source.set_status(Status.CLOSED)
    there = source.record(
        MERGED,
        {
            "status": {"from": was, "to": Status.CLOSED},
            "into": moving.named(target.conversation),
            "items": [[str(item.pk), seq] for item, seq in zip(moved.items, moved.former, strict=True)],
            "threads": thread_ids,
        },
    )
    after = target.conversation.status
    said = {"status": {"from": before, "to": after}} if before != after else {}
    origin = {"from": moving.named(source.conversation), "first_seq": first_seq}
    here = target.record(MERGED, origin | said)
    source.announce("conversation.merged", item=payloads.item(there), **moved.told())
    target.announce("conversation.merged", item=payloads.item(here), **moved.told())
    finish_all(source.organization, [source, target])


def _take_over_people(source: Change, target: Change) -> None:
    there = Participant.objects.filter(conversation=target.conversation)
    known = set(there.values_list("identity_id", "user_id"))
    for row in Participant.objects.filter(conversation=source.conversation):
        if (row.identity_id, row.user_id) not in known:
            role = Participant.Role.CC if row.role == Participant.Role.REQUESTER else row.role
            target.rows.append(
                Participant(
                    organization=target.organization,
                    conversation=target.conversation,
                    identity_id=row.identity_id,
                    user_id=row.user_id,
                    role=role,
                )
            )


def _take_over_state(source: Conversation, target: Change) -> None:
    """Whoever waits there waits here now, and the list shows the newest word of both."""
    into = target.conversation
    if source.is_active and not into.is_active:
        target.set_status(Status.OPEN)
    waiting = [at for at in (source.waiting_since, into.waiting_since) if at is not None]
    into.waiting_since = min(waiting) if waiting and into.is_active else into.waiting_since
    into.channel_ids = list(dict.fromkeys([*into.channel_ids, *source.channel_ids]))
    if source.last_activity_at > into.last_activity_at:
        into.last_activity_at = source.last_activity_at
        into.preview, into.last_direction = source.preview, source.last_direction
        into.last_agent_id = source.last_agent_id


def _line(conversation: Conversation) -> StatusEvent | None:
    """The newest line that says into what it was merged."""
    rows = StatusEvent.objects.within(conversation.organization_id).filter(
        item__conversation=conversation, item__kind=TimelineItem.Kind.EVENT, name=MERGED
    )
    return next((row for row in rows.order_by("-item__seq") if "items" in row.data), None)
