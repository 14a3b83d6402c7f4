"""Receive: what a person outside said becomes an item of a conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.messages import InboundMessage, Party
from hub.models import (
    Attachment,
    Channel,
    ChannelThread,
    Conversation,
    Identity,
    InboundEnvelope,
    Message,
    Participant,
    Status,
    TimelineItem,
)
from hub.transaction import unit
from inbox import contacts, html, payloads, threading
from inbox.change import Change, lock, open_conversation
from inbox.known import now_has
from inbox.threading import Decision

Direction = TimelineItem.Direction


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are safe in the media storage already; `size` in bytes."""

    filename: str
    content_type: str
    size: int
    digest: str
    storage_key: str
    content_id: str = ""
    inline: bool = False


def receive(
    channel: Channel,
    inbound: InboundMessage,
    *,
    envelope: InboundEnvelope | None = None,
    files: Sequence[StoredFile] = (),
) -> TimelineItem:
    """Put an inbound message where it belongs, and tell everyone. One transaction.

    The same `external_id` on the same channel again changes nothing and answers the item of
    the first time, so an envelope can be processed any number of times.
    """
    with unit():
        known = _known(channel, inbound)
        if known is not None:
            return known
        sender = contacts.identify(channel.organization_id, inbound.sender)
        decision = threading.find(channel, inbound, sender)
        is_new = decision.conversation_id is None
        change = _begin(channel, inbound, sender) if is_new else Change(_found(channel, decision), None)
        item = _append(change, channel, inbound, sender, decision, envelope)
        _attach(item, files)
        if inbound.cc or not is_new:
            _take_part(change.conversation, sender, inbound.cc)
        _remember_thread(change.conversation, channel, inbound)
        _wake(change, inbound)
        if is_new:
            change.announce("conversation.created")
        change.announce("message.created", message=payloads.item(item))
        change.finish()
        return item


def _known(channel: Channel, inbound: InboundMessage) -> TimelineItem | None:
    message = (
        Message.objects.filter(channel=channel, external_id=inbound.external_id)
        .select_related("item")
        .first()
    )
    return message.item if message else None


def _found(channel: Channel, decision: Decision) -> Conversation:
    return lock(channel.organization, decision.conversation_id)


def _begin(channel: Channel, inbound: InboundMessage, sender: Identity) -> Change:
    change = open_conversation(
        channel.organization,
        sender.contact,
        subject=inbound.subject[:500],
        queue_id=channel.queue_id,
    )
    Participant(
        organization=channel.organization,
        conversation=change.conversation,
        identity=sender,
        role=Participant.Role.REQUESTER,
    ).save(force_insert=True)
    return change


def _append(
    change: Change,
    channel: Channel,
    inbound: InboundMessage,
    sender: Identity,
    decision: Decision,
    envelope: InboundEnvelope | None,
) -> TimelineItem:
    direction = Direction.OUTBOUND if inbound.echo else Direction.INBOUND
    item = change.append(
        TimelineItem.Kind.MESSAGE,
        direction,
        identity=None if inbound.echo else sender,
        occurred_at=inbound.sent_at,
    )
    change.message(
        item,
        channel,
        envelope=envelope,
        external_id=inbound.external_id[:255],
        reference=(inbound.reference or inbound.external_id)[:998],
        in_reply_to=(inbound.in_reply_to[0] if inbound.in_reply_to else "")[:998],
        client_id=inbound.client_id or None,
        subject=inbound.subject[:500],
        text=inbound.text or html.to_text(inbound.html),
        html=html.sanitise(inbound.html) if inbound.html else "",
        sender=_address(inbound.sender),
        to=[_address(party) for party in inbound.to],
        cc=[_address(party) for party in inbound.cc],
        is_automatic=inbound.automatic,
        decisions=[{"about": "threading", "reason": decision.reason}, *_problems(inbound)],
    )
    return item


def _problems(inbound: InboundMessage) -> list[dict[str, str]]:
    return [{"about": "reading", "reason": problem} for problem in inbound.problems]


def _address(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.display or party.value}


def _attach(item: TimelineItem, files: Sequence[StoredFile]) -> None:
    if not files:
        return
    rows = [
        Attachment(
            organization_id=item.organization_id,
            item=item,
            position=position,
            filename=file.filename[:255],
            content_type=file.content_type[:127],
            size=file.size,
            digest=file.digest,
            storage_key=file.storage_key,
            content_id=file.content_id[:255],
            is_inline=file.inline,
        )
        for position, file in enumerate(files)
    ]
    now_has(item, "attachments", Attachment.objects.bulk_create(rows))


def _take_part(conversation: Conversation, sender: Identity, copied: Iterable[Party]) -> None:
    """Whoever writes or is copied takes part, once; our own addresses were left out by the connector."""
    known = set(
        Participant.objects.filter(conversation=conversation, identity__isnull=False).values_list(
            "identity_id", flat=True
        )
    )
    others = [contacts.identify(conversation.organization_id, party) for party in copied]
    for identity in [sender, *others]:
        if identity.pk not in known:
            known.add(identity.pk)
            Participant(
                organization_id=conversation.organization_id,
                conversation=conversation,
                identity=identity,
                role=Participant.Role.CC,
            ).save(force_insert=True)


def _remember_thread(conversation: Conversation, channel: Channel, inbound: InboundMessage) -> None:
    if inbound.thread_key:
        ChannelThread.objects.update_or_create(
            channel=channel,
            key=inbound.thread_key[:255],
            defaults={"conversation": conversation},
            create_defaults={"conversation": conversation, "organization_id": conversation.organization_id},
        )


def _wake(change: Change, inbound: InboundMessage) -> None:
    """A person's message opens what was put away and starts the wait; automatic mail does neither."""
    conversation = change.conversation
    if inbound.automatic or inbound.echo:
        return
    conversation.waiting_since = conversation.waiting_since or change.at
    if conversation.status not in (Status.NEW, Status.OPEN):
        before = conversation.status
        change.set_status(Status.OPEN)
        conversation.waiting_since = change.at
        line = change.record("status_changed", {"from": before, "to": Status.OPEN, "by": "customer"})
        change.announce("conversation.status_changed", item=payloads.item(line))
