"""Amend: a message says something else now, or was taken back; what it said before is kept."""

from datetime import datetime
from typing import Any

from hub.clock import now
from hub.messages import InboundDeletion, InboundEdit
from hub.models import Channel, Message, TimelineItem
from hub.transaction import unit
from inbox import html, payloads
from inbox.actions import targets
from inbox.change import Change, lock, preview

MOST_EDITS = 50
"""So many earlier texts of a message are kept, the newest."""


def edit(channel: Channel, inbound: InboundEdit) -> TimelineItem | None:
    """Have a message say what its writer made of it; None when the channel knows no such message.

    An edit that is older than what is shown, or changes nothing, or comes after the message was taken back,
    has no effect. One transaction.
    """
    with unit():
        found = taken_up(channel, inbound.external_id)
        if found is None:
            return None
        change, message = found
        at = inbound.edited_at or now()
        text = inbound.text or html.to_text(inbound.html)
        is_news = text != message.text and "deleted_at" not in message.facts
        if is_news and not _is_stale(message, at):
            rewrite(change, message, text, inbound.html, at)
            change.finish()
        return message.item


def delete(channel: Channel, inbound: InboundDeletion) -> TimelineItem | None:
    """Show a message as taken back; None when the channel knows no such message.

    Its words stay in the database, but neither search nor screen shows them. Once more has no effect.
    """
    with unit():
        found = taken_up(channel, inbound.external_id)
        if found is None:
            return None
        change, message = found
        if "deleted_at" not in message.facts:
            withdraw(change, message, inbound.deleted_at or now())
            change.finish()
        return message.item


def rewrite(change: Change, message: Message, text: str, markup: str, at: datetime) -> None:
    """Put new words in place of a message's, in a change that is under way."""
    was_shown = change.conversation.preview == preview(message)
    before = {"text": message.text, "at": message.facts.get("edited_at") or _moment(message)}
    edits = [*message.facts.get("edits", []), before][-MOST_EDITS:]
    message.facts = {**message.facts, "edits": edits, "edited_at": payloads.moment(at)}
    message.text, message.folds = text, []
    message.html = html.sanitise(markup) if markup else ""
    message.save(update_fields=["text", "html", "folds", "facts"])
    if was_shown:
        change.conversation.preview = preview(message)
    _tell(change, message, "message.updated")


def withdraw(change: Change, message: Message, at: datetime) -> None:
    """Mark a message as taken back, in a change that is under way."""
    if change.conversation.preview == preview(message):
        change.conversation.preview = ""
    message.facts = {**message.facts, "deleted_at": payloads.moment(at)}
    message.save(update_fields=["facts"])
    _tell(change, message, "message.deleted")


def taken_up(channel: Channel, provider_id: str) -> tuple[Change, Message] | None:
    """The message that the provider calls so, in the hands of an action that holds its conversation.

    None when the channel knows no such message. Called in a unit of work.
    """
    found = targets.find(channel, provider_id)
    if found is None:
        return None
    change = Change(lock(channel.organization, found.item.conversation_id), None)
    return change, fresh(found)


def fresh(message: Message) -> Message:
    """The message as it is now that its conversation is locked."""
    rows = Message.objects.within(message.organization_id)
    rows = rows.select_related(*(f"item__{name}" for name in payloads.ITEM_RELATIONS if name != "message"))
    return rows.select_related("channel").get(pk=message.pk)


def _tell(change: Change, message: Message, name: str) -> None:
    item = message.item
    item.message = message
    change.findable.append(item)
    change.announce(name, message=payloads.item(item))


def _is_stale(message: Message, at: datetime) -> bool:
    shown = message.facts.get("edited_at")
    return bool(shown) and str(payloads.moment(at)) < shown


def _moment(message: Message) -> Any:
    return payloads.moment(message.item.occurred_at)
