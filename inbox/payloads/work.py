"""Work and offers as they leave the hub."""

from hub.models import Offer, WorkItem
from inbox.payloads.moments import Shape, id_of, moment


def offer(row: Offer) -> Shape:
    """Work put before one agent; the row's `work` is read."""
    return {
        "id": str(row.pk),
        "conversation_id": str(row.work.conversation_id),
        "agent_id": str(row.agent_id),
        "status": row.status,
        "expires_at": moment(row.expires_at),
        "created_at": moment(row.created_at),
        "kind": row.work.kind,
        "queue_id": id_of(row.work.queue_id),
        "reason": row.reason,
    }


def work(row: WorkItem) -> Shape:
    """One stay of a conversation, or of a call in it, with whoever works on it."""
    return {
        "id": str(row.pk),
        "conversation_id": str(row.conversation_id),
        "queue_id": id_of(row.queue_id),
        "kind": row.kind,
        "state": row.state,
        "assignee_id": id_of(row.assignee_id),
        "queued_at": moment(row.queued_at),
        "accepted_at": moment(row.accepted_at),
        "first_accepted_at": moment(row.first_accepted_at),
        "ended_at": moment(row.ended_at),
        "step": row.step,
        "stuck_reason": row.stuck_reason,
        "virtual_start_at": moment(row.virtual_start_at),
        "requirements": [{"skill": one["skill"], "level": one["level"]} for one in row.requirements],
    }
