"""What was said before it came here: put where it belongs without waking anybody."""

from hub.messages import Party
from hub.models import Status, StatusEvent, TimelineItem
from inbox.actions.arrival import Arrival
from inbox.change import Change, preview


def outsider(arrival: Arrival, addressed: list[Party], author: Party) -> Party:
    """The person whose conversation it is: who wrote, or whom we wrote to."""
    return addressed[0] if arrival.inbound.echo and addressed else author


def settle(change: Change, item: TimelineItem, arrival: Arrival) -> None:
    """Have the conversation look as if the message had come in its time.

    A conversation that begins with history is closed, unless the arrival asks to keep it open; one that
    somebody works on stays as it is. Nothing counts as unread or as waiting.
    """
    conversation, at = change.conversation, item.occurred_at
    is_first = item.seq == 1
    if is_first:
        conversation.created_at = at
        conversation.last_activity_at = at
        change.set_status(Status.CLOSED)
    if arrival.stays_open and conversation.status == Status.CLOSED and not _was_worked_on(change):
        change.set_status(Status.OPEN)
    if at >= conversation.last_activity_at:
        conversation.preview = preview(item.message)
        conversation.last_direction = item.direction
        conversation.last_agent = item.author_user
        conversation.last_activity_at = at
    if not change.announced:
        change.announce("conversation.updated")


def _was_worked_on(change: Change) -> bool:
    """Whether anybody has ever changed its status, so that closed means closed."""
    events = StatusEvent.objects.within(change.organization)
    return not change.is_new and events.filter(item__conversation=change.conversation).exists()
