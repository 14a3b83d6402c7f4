"""Amend what was sent: agents change or take back messages of ours, and react to any, where a channel can.

What is wanted is kept with the message and done by a job; the message changes once the provider has done it.
"""

from typing import Any, Literal

from hub import registry
from hub.clock import now
from hub.jobs import Retry, RunningJob, enqueue
from hub.messages import ErrorClass, MessageRef, Party, SendError
from hub.models import Channel, ChannelThread, Message, TimelineItem, User
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import division, pacing, payloads
from inbox.actions import reactions
from inbox.actions.amending import fresh, rewrite, withdraw
from inbox.change import Change, as_id, lock
from inbox.errors import Conflict, Invalid, NotFound

AMEND = "inbox.amend"
"""The job that has a provider change, take back, or react."""

MOST_ATTEMPTS = 8

What = Literal["edit", "delete"]


def edit_sent(viewer: Viewer, message_id: Any, text: str) -> TimelineItem:
    """Have a message that was sent say something else; the provider is asked in a moment.

    Raises `Conflict` while it is on its way or when the channel cannot, `Invalid` for an unusable text,
    `NotFound`. One transaction.
    """
    with unit():
        change, message = _own_message(viewer, message_id, "edit")
        capabilities = registry.connector(message.channel.kind).capabilities(message.channel.config)
        if not text.strip():
            raise Invalid({"text": ["Write something, or take the message back."]})
        if capabilities.text_limit is not None and division.too_long(capabilities, text):
            raise Invalid({"text": [f"{message.channel.name} takes {capabilities.text_limit} at most."]})
        return _want(change, message, {"what": "edit", "text": text})


def delete_sent(viewer: Viewer, message_id: Any) -> TimelineItem:
    """Take back a message that was sent; the provider is asked in a moment. Raises as `edit_sent` does."""
    with unit():
        change, message = _own_message(viewer, message_id, "delete")
        return _want(change, message, {"what": "delete", "text": ""})


def react_to(viewer: Viewer, message_id: Any, emoji: str, *, removed: bool = False) -> TimelineItem:
    """Put an emoji on a message, or take it back; shown at once, told to the provider in a moment.

    Raises `Conflict` when the channel cannot, `Invalid` for an emoji that it does not know, `NotFound`.
    """
    with unit():
        change, message = _message(viewer, message_id)
        capabilities = registry.connector(message.channel.kind).capabilities(message.channel.config)
        if not capabilities.react_out or not references(message):
            raise Conflict("Nobody can react to this message here.", slug="cannot-react")
        if not emoji.strip() or (capabilities.reactions and emoji not in capabilities.reactions):
            raise Invalid({"emoji": ["This channel does not know this reaction."]})
        if reactions.put(message, _by(viewer.user), emoji, now(), removed=removed):
            reactions.announce(change, message)
            change.finish()
            payload = {
                "message_id": str(message.pk),
                "what": "unreact" if removed else "react",
                "text": emoji,
            }
            enqueue(AMEND, payload, queue="send", lane=f"amend:{message.pk}")
        return message.item


def _want(change: Change, message: Message, pending: dict[str, str]) -> TimelineItem:
    message.facts = {**message.facts, "pending": pending}
    message.save(update_fields=["facts"])
    reactions.announce(change, message)
    change.finish()
    payload = {"message_id": str(message.pk), **pending}
    enqueue(AMEND, payload, queue="send", lane=f"amend:{message.pk}")
    return message.item


def amend(job: RunningJob, message_id: str, what: str, text: str) -> None:
    """Have the provider do it; each hook may be called again, so an attempt that nobody knows of is repeated.

    What the provider refuses for good is a line in the timeline, and the message stays as it was.
    """
    rows = Message.objects.unscoped("the worker's own job names the row")
    message = (
        rows.select_related("channel__organization", "item__conversation", "item__author_identity__contact")
        .filter(pk=as_id(message_id))
        .first()
    )
    if message is None:
        return
    try:
        for target in references(message):
            _tell(message.channel, target, what, text)
    except SendError as error:
        _refused(job, message, what, error)
        return
    with unit():
        _done(message, what, text)
        job.finish()


def references(message: Message) -> list[MessageRef]:
    """What the provider calls the message: one for each delivery that arrived there, or its own id."""
    channel, item = message.channel, message.item
    thread = ChannelThread.objects.filter(conversation=item.conversation_id, channel=channel)
    newest = thread.order_by("-id").first()
    key = newest.key if newest else ""
    if item.direction == TimelineItem.Direction.INBOUND:
        author = item.author_identity
        if author is None or not message.external_id:
            return []
        party = Party(author.kind, author.value, author.contact.name, author.display)
        return [MessageRef(message.external_id, key, party, is_own=False)]
    sent = message.deliveries.exclude(provider_id="").select_related("recipient__contact")
    return [
        MessageRef(
            delivery.provider_id,
            key,
            Party(
                delivery.recipient.kind,
                delivery.recipient.value,
                delivery.recipient.contact.name,
                delivery.recipient.display,
            ),
            is_own=True,
            delivery_id=str(delivery.pk),
        )
        for delivery in sent
    ]


def _tell(channel: Channel, target: MessageRef, what: str, text: str) -> None:
    connector = registry.connector(channel.kind)
    try:
        match what:
            case "edit":
                connector.edit(channel, target, text)
            case "delete":
                connector.delete(channel, target)
            case _:
                connector.react(channel, target, text, removed=what == "unreact")
    except SendError:
        raise
    except Exception as error:  # The edge to a provider's SDK: anything may come out of it.
        raise connector.classify(error) from error


def _refused(job: RunningJob, message: Message, what: str, error: SendError) -> None:
    is_passing = error.error_class in (ErrorClass.RETRY, ErrorClass.THROTTLED, ErrorClass.RECONNECT)
    if is_passing and job.attempt < MOST_ATTEMPTS:
        pause = error.retry_after or pacing.pause_after(job.attempt).total_seconds()
        raise Retry(pause, f"the provider: {error.code}")
    with unit():
        change = Change(lock(message.organization, message.item.conversation_id), None)
        current = fresh(message)
        current.facts = {name: fact for name, fact in current.facts.items() if name != "pending"}
        current.save(update_fields=["facts"])
        reactions.announce(change, current)
        line = change.record(
            "amendment_failed", {"item_id": str(message.pk), "what": what, "detail": error.detail[:500]}
        )
        change.announce("conversation.updated", item=payloads.item(line))
        change.finish()
        job.finish()


def _done(message: Message, what: str, text: str) -> None:
    if what not in ("edit", "delete"):
        return
    change = Change(lock(message.organization, message.item.conversation_id), None)
    current = fresh(message)
    current.facts = {name: fact for name, fact in current.facts.items() if name != "pending"}
    if what == "edit":
        rewrite(change, current, text, "", now())
    else:
        withdraw(change, current, now())
    change.finish()


def _own_message(viewer: Viewer, message_id: Any, what: What) -> tuple[Change, Message]:
    """A message of ours that has arrived at its provider and may be amended; its conversation is locked."""
    change, message = _message(viewer, message_id)
    capabilities = registry.connector(message.channel.kind).capabilities(message.channel.config)
    if message.item.direction != TimelineItem.Direction.OUTBOUND:
        raise Conflict("Only what was sent from here can be changed.", slug="not-ours")
    if not getattr(capabilities, f"{what}_out"):
        raise Conflict(f"{message.channel.name} cannot do this to what was sent.", slug="cannot-amend")
    if "deleted_at" in message.facts:
        raise Conflict("This message was taken back.", slug="not-ours")
    if not references(message):
        raise Conflict("This message has not been sent yet.", slug="not-sent")
    return change, message


def _message(viewer: Viewer, message_id: Any) -> tuple[Change, Message]:
    rows = Message.objects.within(viewer.organization).select_related("item", "channel")
    found = rows.filter(pk=as_id(message_id)).first()
    if found is None:
        raise NotFound("There is no such message.")
    change = Change(lock(viewer.organization, found.item.conversation_id), viewer)
    return change, fresh(found)


def _by(user: User) -> dict[str, Any]:
    return {"type": "agent", "id": str(user.pk), "name": str(user)}
