"""Why work went where it went: the decisions of routing about a conversation."""

from hub.models import Conversation, RoutingDecision
from hub.viewer import Viewer
from inbox.payloads import Shape, id_of, moment

_MOST = 200


def reasons(viewer: Viewer, conversation: Conversation) -> list[Shape]:
    """The newest decisions about the conversation's work, oldest first, each with everybody looked at."""
    rows = RoutingDecision.objects.within(viewer.organization).filter(work__conversation=conversation)
    return [
        {
            "id": str(row.pk),
            "work_id": str(row.work_id),
            "at": moment(row.at),
            "about": row.about,
            "agent_id": id_of(row.agent_id),
            "reason": row.reason,
            "candidates": row.candidates,
        }
        for row in reversed(rows.order_by("-at", "-pk")[:_MOST])
    ]
