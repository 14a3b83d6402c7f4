"""Split: a part of a conversation becomes one of its own."""

from collections.abc import Sequence
from typing import Any

from hub.models import Contact, Conversation, ConversationLink, Participant, Status, TimelineItem
from hub.viewer import Viewer
from inbox import payloads
from inbox.actions import moving
from inbox.change import Change, as_id, changing, finish_all, open_conversation, preview
from inbox.errors import Invalid, NotFound

_MOST = 200


def split(viewer: Viewer, conversation_id: Any, item_ids: Sequence[Any], subject: str = "") -> Conversation:
    """Move messages and notes into a new conversation linked to the old one; answers the new one.

    Merging the new one into the old one brings everything together again. Raises `Invalid` when nothing
    or everything is to go, `NotFound` for items that are not there.
    """
    wanted = {as_id(item_id) for item_id in item_ids}
    if not 0 < len(wanted) <= _MOST:
        raise Invalid({"item_ids": [f"Choose 1 to {_MOST} messages."]})
    with changing(viewer, conversation_id) as change:
        items = _items(change.conversation, wanted)
        new = _open(change, viewer, items, subject)
        finish_all(viewer.organization, [new])
        moved = moving.out(change, new, items)
        _people(change, new, items)
        line = change.record("split", {"into": moving.named(new.conversation)})
        change.announce("conversation.split", item=payloads.item(line), **moved.told())
        filled = Change(new.conversation, viewer)
        filled.announce("conversation.split", **moved.told())
        finish_all(viewer.organization, [filled])
        return new.conversation


def _items(conversation: Conversation, wanted: set[Any]) -> list[TimelineItem]:
    rows = TimelineItem.objects.filter(conversation=conversation).exclude(kind=TimelineItem.Kind.EVENT)
    said = list(rows.select_related("message__channel", "author_identity__contact").order_by("seq"))
    items = [item for item in said if item.pk in wanted]
    if len(items) < len(wanted):
        raise NotFound("One of the messages is not in this conversation.")
    if len(items) == len(said):
        raise Invalid({"item_ids": ["Something has to stay: choose fewer messages."]})
    return items


def _open(change: Change, viewer: Viewer, items: Sequence[TimelineItem], subject: str) -> Change:
    """The new conversation, as far along as what moves into it."""
    old = change.conversation
    messages = [item for item in items if item.kind == TimelineItem.Kind.MESSAGE]
    last = messages[-1] if messages else None
    channels = dict.fromkeys(str(item.message.channel_id) for item in reversed(messages))
    new = open_conversation(
        viewer.organization,
        _requester(items) or old.requester,
        actor=viewer,
        subject=(subject or (messages[0].message.subject if messages else "") or old.subject)[:500],
        queue_id=old.queue_id,
        team_id=old.team_id,
        assignee=viewer.user,
        channel_ids=list(channels) or old.channel_ids,
        preview=preview(last.message) if last else "",
        last_direction=last.direction if last else "",
    )
    new.set_status(Status.OPEN)
    new.rows.append(
        ConversationLink(
            organization=viewer.organization,
            conversation=new.conversation,
            other=old,
            kind=ConversationLink.Kind.SPLIT,
        )
    )
    new.announce("conversation.created")
    return new


def _requester(items: Sequence[TimelineItem]) -> Contact | None:
    return next((item.author_identity.contact for item in items if item.author_identity is not None), None)


def _people(change: Change, new: Change, items: Sequence[TimelineItem]) -> None:
    """Those who wrote what moved take part in the new conversation, too."""
    authors = {item.author_identity_id: item.author_identity for item in items if item.author_identity}
    for number, identity in enumerate(authors.values()):
        role = Participant.Role.CC if number else Participant.Role.REQUESTER
        change.rows.append(
            Participant(
                organization=change.organization,
                conversation=new.conversation,
                identity=identity,
                role=role,
            )
        )
