"""Read: up to where a user has seen a conversation."""

from typing import Any

from hub.models import Conversation, ReadMark
from hub.transaction import after_commit, unit
from hub.viewer import Viewer
from inbox.change import as_id
from inbox.errors import NotFound
from inbox.routing.moves import opened
from realtime import bus, visibility


def mark_read(viewer: Viewer, conversation_id: Any, seq: int) -> None:
    """Note that the viewer has seen everything up to item `seq`; marks only climb."""
    with unit():
        conversation = (
            Conversation.objects.within(viewer.organization)
            .filter(pk=as_id(conversation_id))
            .only("id", "organization_id", "last_item_seq")
            .first()
        )
        if conversation is None:
            raise NotFound("There is no such conversation.")
        seq = max(0, min(seq, conversation.last_item_seq))
        mark, created = ReadMark.objects.get_or_create(
            conversation=conversation,
            user=viewer.user,
            defaults={"organization": viewer.organization, "seq": seq},
        )
        if not created and mark.seq < seq:
            ReadMark.objects.filter(conversation=conversation, pk=mark.pk, seq__lt=seq).update(seq=seq)
        opened(viewer.organization.pk, conversation.pk, viewer.user.pk)
        topic = visibility.topic("conversation", conversation.pk)
        frame = {
            "type": "read",
            "conversation_id": str(conversation.pk),
            "user_id": str(viewer.user.pk),
            "seq": seq,
        }
        after_commit(
            lambda: bus.publish_value(viewer.organization.pk, topic, f"read:{viewer.user.pk}", frame)
        )
