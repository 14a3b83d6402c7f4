"""Reply: what an agent writes to the customer, kept, queued for delivery and shown at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub import registry
from hub.connector import Connector
from hub.messages import Party
from hub.models import (
    Attachment,
    Channel,
    Conversation,
    Delivery,
    Identity,
    Message,
    Participant,
    Status,
    TimelineItem,
)
from hub.viewer import Viewer
from inbox import contacts, html, outbox, payloads
from inbox.change import Change, as_id, changing
from inbox.errors import Conflict, Invalid, NotFound
from inbox.known import now_has


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent wants to say. `client_id` is the browser's own id of it: the same one again
    is the same message. `seen_seq` is the last item the agent had on screen."""

    text: str = ""
    html: str = ""
    attachment_ids: Sequence[Any] = ()
    client_id: str = ""
    channel_id: Any = None
    cc: Sequence[str] = ()
    seen_seq: int | None = None
    force: bool = False
    reply_to: Any = None
    subject: str = ""


def reply(viewer: Viewer, conversation_id: Any, draft: Draft) -> TimelineItem:
    """Say it. Answers the item, its deliveries queued; the first item when the same `client_id`
    comes again.

    Raises `Conflict` ("conversation-changed", with what was missed) when somebody else said
    something after `seen_seq` and `force` is not set, `Invalid` for what cannot be sent,
    `NotFound` for foreign ids. One transaction.
    """
    with changing(viewer, conversation_id) as change:
        known = _known(viewer, change.conversation, draft)
        if known is not None:
            return known
        _guard(change, draft)
        channel = _channel(change.conversation, draft)
        item = write(change, channel, draft, _recipients(change.conversation, channel, draft))
        _take_over(change)
        change.announce("message.created", message=payloads.item(item))
        return item


def write(change: Change, channel: Channel, draft: Draft, recipients: Sequence[Identity]) -> TimelineItem:
    """The item, its files, and one queued delivery per recipient. Raises `Invalid`."""
    assert change.actor is not None
    _check(channel, draft, recipients)
    conversation, viewer = change.conversation, change.actor
    item = change.append(TimelineItem.Kind.MESSAGE, TimelineItem.Direction.OUTBOUND, user=viewer.user)
    change.message(
        item,
        channel,
        client_id=draft.client_id or None,
        reply_to=_replied_to(conversation, draft),
        subject=draft.subject or conversation.subject,
        text=draft.text or html.to_text(draft.html),
        html=html.sanitise(draft.html) if draft.html else "",
        sender={"name": str(viewer.user), "address": channel.address},
        to=[_address(identity) for identity in recipients[:1]],
        cc=[_address(identity) for identity in recipients[1:]],
    )
    _attach(viewer, item, draft)
    deliveries = [
        Delivery(organization=change.organization, message=item.message, channel=channel, recipient=identity)
        for identity in recipients
    ]
    for delivery in deliveries:
        delivery.save(force_insert=True)
        outbox.enqueue(delivery, conversation)
    now_has(item.message, "deliveries", deliveries)
    return item


def _known(viewer: Viewer, conversation: Conversation, draft: Draft) -> TimelineItem | None:
    if not draft.client_id:
        return None
    message = (
        Message.objects.within(viewer.organization)
        .filter(client_id=draft.client_id)
        .select_related("item", "channel")
        .first()
    )
    if message is None:
        return None
    if message.item.conversation_id != conversation.pk:
        raise Invalid({"client_id": ["This client_id was used in another conversation."]})
    return message.item


def _guard(change: Change, draft: Draft) -> None:
    """Nobody answers blind: what others said since the agent looked comes back instead."""
    if draft.seen_seq is None or draft.force:
        return
    missed = list(
        TimelineItem.objects.filter(conversation=change.conversation, seq__gt=draft.seen_seq)
        .exclude(kind=TimelineItem.Kind.EVENT)
        .exclude(author_user=change.actor.user if change.actor else None)
        .select_related(*payloads.ITEM_RELATIONS)
        .order_by("seq")
    )
    if missed:
        raise Conflict(
            "Something was said in this conversation after you last saw it.",
            slug="conversation-changed",
            extra={"missed": payloads.items(missed), "last_seq": change.conversation.last_item_seq},
        )


def _channel(conversation: Conversation, draft: Draft) -> Channel:
    """The channel named, else the one that the customer used last."""
    wanted = draft.channel_id or next(iter(conversation.channel_ids), None)
    if wanted is None:
        raise Invalid({"channel_id": ["This conversation has no channel yet: name one."]})
    channel = Channel.objects.within(conversation.organization_id).filter(pk=as_id(wanted)).first()
    if channel is None:
        raise NotFound("There is no such channel.")
    connector_of(channel)
    return channel


def connector_of(channel: Channel) -> Connector:
    """The channel's connector; raises `Invalid` when it is not installed any more."""
    try:
        return registry.connector(channel.kind)
    except registry.UnknownKind:
        raise Invalid(
            {"channel_id": [f"{channel.name} cannot be used: no connector for it is installed."]}
        ) from None


def _recipients(conversation: Conversation, channel: Channel, draft: Draft) -> list[Identity]:
    """The requester's address on this channel first, then those in copy."""
    kind = identity_kind(channel)
    main = Identity.objects.filter(contact=conversation.requester, kind=kind).order_by("-created_at").first()
    last = _last_sender(conversation, channel)
    first = last if last is not None and last.kind == kind else main
    if first is None:
        raise Invalid(
            {"channel_id": [f"The contact cannot be reached by {channel.name}: no address is known."]}
        )
    copied = [
        contacts.identify(conversation.organization_id, _copy(channel, kind, address)) for address in draft.cc
    ]
    return [first, *(identity for identity in dict.fromkeys(copied) if identity.pk != first.pk)]


def _copy(channel: Channel, kind: str, address: str) -> Party:
    value = registry.connector(channel.kind).normalise(address)
    if value is None:
        raise Invalid({"cc": [f"“{address.strip()[:80]}” is no address for {channel.name}."]})
    return Party(kind=kind, value=value, display=address.strip())


def _last_sender(conversation: Conversation, channel: Channel) -> Identity | None:
    """Who of the requester's addresses wrote last on this channel."""
    item = (
        TimelineItem.objects.filter(
            conversation=conversation,
            direction=TimelineItem.Direction.INBOUND,
            message__channel=channel,
            author_identity__contact=conversation.requester,
        )
        .select_related("author_identity")
        .order_by("-seq")
        .first()
    )
    return item.author_identity if item else None


def identity_kind(channel: Channel) -> str:
    """By which kind of address people are known on this channel."""
    connector = registry.connector(channel.kind)
    return connector.identity_kind or connector.kind


def _check(channel: Channel, draft: Draft, recipients: Sequence[Identity]) -> None:
    capabilities = registry.connector(channel.kind).capabilities(channel.config)
    text = draft.text or html.to_text(draft.html)
    errors: dict[str, list[str]] = {}
    if not capabilities.send:
        errors["channel_id"] = [f"{channel.name} cannot send messages."]
    if not channel.is_active:
        errors["channel_id"] = [f"{channel.name} is switched off."]
    if not text.strip() and not draft.attachment_ids:
        errors["text"] = ["Write something, or attach a file."]
    if capabilities.text_limit is not None and len(text) > capabilities.text_limit:
        errors["text"] = [f"{channel.name} takes {capabilities.text_limit} characters at most."]
    if len(recipients) > 1 and not capabilities.cc:
        errors["cc"] = [f"{channel.name} knows no copies."]
    if len(draft.attachment_ids) > capabilities.files:
        errors["attachment_ids"] = [f"{channel.name} takes {capabilities.files} files at most."]
    if errors:
        raise Invalid(errors)


def _replied_to(conversation: Conversation, draft: Draft) -> Message | None:
    if not draft.reply_to:
        return None
    message = (
        Message.objects.within(conversation.organization_id)
        .filter(item_id=as_id(draft.reply_to), item__conversation=conversation)
        .first()
    )
    if message is None:
        raise NotFound("The message that this answers is not in the conversation.")
    return message


def _attach(viewer: Viewer, item: TimelineItem, draft: Draft) -> None:
    wanted = [as_id(value) for value in draft.attachment_ids]
    if not wanted:
        return
    found = Attachment.objects.within(viewer.organization).filter(
        pk__in=wanted, item__isnull=True, uploaded_by=viewer.user
    )
    by_id = {file.pk: file for file in found}
    if len(by_id) != len(set(wanted)):
        raise NotFound("One of the attachments does not exist or was sent already.")
    for position, file_id in enumerate(dict.fromkeys(wanted)):
        by_id[file_id].item, by_id[file_id].position = item, position
        by_id[file_id].save(update_fields=["item", "position"])
    now_has(item, "attachments", list(by_id.values()))


def _address(identity: Identity) -> dict[str, str]:
    return {"name": identity.contact.name, "address": str(identity)}


def _take_over(change: Change) -> None:
    """An answer opens a new conversation, ends the wait, and claims what nobody had."""
    conversation = change.conversation
    assert change.actor is not None
    conversation.waiting_since = None
    if conversation.status in (Status.NEW, Status.SNOOZED, Status.RESOLVED, Status.CLOSED):
        before = conversation.status
        change.set_status(Status.OPEN)
        if before != Status.NEW:
            line = change.record("status_changed", {"from": before, "to": Status.OPEN, "by": "agent"})
            change.announce("conversation.status_changed", item=payloads.item(line))
    if conversation.assignee_id is None:
        conversation.assignee = change.actor.user
        change.announce("conversation.assigned")
    Participant.objects.get_or_create(
        conversation=conversation,
        user=change.actor.user,
        defaults={"organization": change.organization, "role": Participant.Role.AGENT},
    )
