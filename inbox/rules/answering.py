"""What a rule says to a customer: an automatic message, after RFC 3834.

Never to what a machine or a list wrote, never to ourselves, rationed, and marked as automatic. It leaves the
list's row and the customer's wait as they are: nobody was answered by it.
"""

from collections.abc import Mapping
from typing import Any

from hub import registry
from hub.models import Conversation, Delivery, Identity, TimelineItem
from inbox import outbox, payloads
from inbox.change import Change, number_all
from inbox.known import now_has
from inbox.rules.means import Means
from inbox.templates import fill, values

Direction = TimelineItem.Direction


def obstacle(item: TimelineItem | None, means: Means) -> str:
    """Why an automatic message cannot answer this one, in words; "" where it may. Rations come later."""
    if item is None or item.kind != TimelineItem.Kind.MESSAGE or item.direction != Direction.INBOUND:
        return "there is no message of the customer to answer"
    message, author = item.message, item.author_identity
    if message.is_automatic or message.is_quarantined or message.facts.get("aside"):
        return "the message was written by a machine, or aside"
    if author is None or author.unreachable_since is not None:
        return "its writer cannot be reached"
    if author.unsubscribed_at is not None:
        return "its writer wants no automatic messages"
    if (author.kind, author.value) in means.own_addresses:
        return "it came from one of our own addresses"
    return _obstacle_on_channel(item)


def _obstacle_on_channel(item: TimelineItem) -> str:
    channel = item.message.channel
    connector = registry.connectors().get(channel.kind)
    if connector is None or not channel.is_active or not connector.capabilities(channel.config).send:
        return f"{channel.name} cannot send messages"
    return ""


def answer(
    change: Change, item: TimelineItem | None, deed: Mapping[str, Any], means: Means
) -> tuple[bool, str]:
    """Put the text into the outbox; whether it was, and why not."""
    item = item if item is not None and item.direction == Direction.INBOUND else last_question(change)
    if reason := obstacle(item, means):
        return False, reason
    assert item is not None
    assert item.author_identity is not None
    if not means.grant(change.conversation, item.author_identity):
        return False, "the writer has had enough automatic messages for now"
    number_all(change.organization, [change.conversation])
    _write(change, item, item.author_identity, deed)
    return True, ""


def last_question(change: Change) -> TimelineItem | None:
    """The customer's newest message, of the change in hand or from before."""
    new = [row for row in change.rows if isinstance(row, TimelineItem) and _is_question(row)]
    return new[-1] if new else latest_question(change.conversation)


def latest_question(conversation: Conversation) -> TimelineItem | None:
    """The customer's newest message that is kept, of those that people wrote to us."""
    rows = TimelineItem.objects.filter(conversation=conversation, kind=TimelineItem.Kind.MESSAGE)
    rows = rows.filter(direction=Direction.INBOUND, message__is_automatic=False)
    return rows.select_related("message__channel", "author_identity__contact").order_by("-seq").first()


def _is_question(row: TimelineItem) -> bool:
    return (
        row.kind == TimelineItem.Kind.MESSAGE
        and row.direction == Direction.INBOUND
        and not row.message.is_automatic
    )


def _write(change: Change, item: TimelineItem, recipient: Identity, deed: Mapping[str, Any]) -> None:
    channel, conversation = item.message.channel, change.conversation
    known = values(change.organization, None, channel, conversation, recipient.contact)
    who = (change.acting or {}).get("name", "")
    said = change.append(TimelineItem.Kind.MESSAGE, Direction.OUTBOUND)
    message = change.message(
        said,
        channel,
        is_shown=False,
        subject=fill(str(deed.get("subject") or item.message.subject), known)[:500],
        text=fill(str(deed["text"]), known),
        sender={"name": channel.name, "address": channel.address},
        to=[{"name": recipient.contact.name, "address": str(recipient)}],
        is_automatic=True,
        reply_to=item.message,
        decisions=[{"about": "automatic", "reason": f"“{who}” answers by itself"}],
    )
    delivery = Delivery(
        organization=change.organization, message=message, channel=channel, recipient=recipient
    )
    change.rows.append(delivery)
    now_has(message, "deliveries", [delivery])
    outbox.enqueue(delivery, conversation)
    change.announce("message.created", message=payloads.item(said))
