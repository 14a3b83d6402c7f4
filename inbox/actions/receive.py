"""Receive: what a person outside said becomes an item of a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.messages import InboundMessage, Party
from hub.models import (
    Attachment,
    Channel,
    Identity,
    InboundEnvelope,
    Message,
    Organization,
    Participant,
    Status,
    TimelineItem,
)
from hub.transaction import unit
from inbox import contacts, html, payloads
from inbox.change import Change, finish_all, lock_all, open_conversation
from inbox.errors import NotFound
from inbox.known import now_has
from inbox.threading import Threads, reference_of

Place = tuple[UUID, str]
"""Channel and external id: what makes a message this one and no other."""

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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way in: from which channel, out of which envelope, with which files."""

    channel: Channel
    inbound: InboundMessage
    envelope: InboundEnvelope | None = None
    files: Sequence[StoredFile] = ()

    @property
    def place(self) -> Place:
        """What makes it this message."""
        return self.channel.pk, self.inbound.external_id[:255]


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
    return receive_all([Arrival(channel, inbound, envelope, files)])[0]


def receive_all(arrivals: Sequence[Arrival]) -> list[TimelineItem]:
    """`receive` for several, in their order: the number of statements hardly grows with their number."""
    by_organization: dict[Any, list[Arrival]] = {}
    for arrival in arrivals:
        by_organization.setdefault(arrival.channel.organization_id, []).append(arrival)
    items: dict[Place, TimelineItem] = {}
    with unit():
        for own in by_organization.values():
            items |= _receive(own[0].channel.organization, own)
    return [items[arrival.place] for arrival in arrivals]


def _receive(organization: Organization, arrivals: Sequence[Arrival]) -> dict[Place, TimelineItem]:
    items = _known(organization, arrivals)
    new: dict[Place, Arrival] = {}
    for arrival in arrivals:
        if arrival.place not in items:
            new.setdefault(arrival.place, arrival)
    if new:
        items |= _Intake(organization, list(new.values())).take_in()
    return items


def _known(organization: Organization, arrivals: Sequence[Arrival]) -> dict[Place, TimelineItem]:
    """The items of those that came before."""
    messages = Message.objects.within(organization).filter(
        channel_id__in={arrival.channel.pk for arrival in arrivals},
        external_id__in={arrival.place[1] for arrival in arrivals},
    )
    return {
        (message.channel_id, str(message.external_id)): message.item
        for message in messages.select_related("item")
    }


class _Intake:
    """Messages of one organization that are new: looked up together, placed one by one, written together."""

    def __init__(self, organization: Organization, arrivals: Sequence[Arrival]) -> None:
        self.organization = organization
        self.arrivals = arrivals
        parties = [party for arrival in arrivals for party in (arrival.inbound.sender, *arrival.inbound.cc)]
        self.people = contacts.identify_all(organization.pk, parties)
        self.threads = Threads(organization.pk, [(arrival.channel, arrival.inbound) for arrival in arrivals])
        self.changes: dict[UUID, Change] = {}
        self.participants: dict[UUID, set[UUID]] = {}

    def take_in(self) -> dict[Place, TimelineItem]:
        """Do it; the items by place."""
        decisions = [self._decide(arrival) for arrival in self.arrivals]
        self._take_up({conversation_id for conversation_id, _ in decisions} - self.changes.keys())
        items = {
            arrival.place: self._append(self.changes[conversation_id], arrival, reason)
            for arrival, (conversation_id, reason) in zip(self.arrivals, decisions, strict=True)
        }
        finish_all(self.organization, self.changes.values())
        return items

    def _decide(self, arrival: Arrival) -> tuple[UUID, str]:
        """In which conversation it goes on, or begins, and why."""
        sender, *copied = self._involved(arrival)
        decision = self.threads.find(arrival.channel, arrival.inbound, sender)
        conversation_id = decision.conversation_id or self._begin(arrival, sender)
        self.threads.placed(conversation_id, arrival.inbound, [sender, *copied])
        return conversation_id, decision.reason

    def _involved(self, arrival: Arrival) -> list[Identity]:
        """The sender, then those in copy; our own addresses were left out by the connector."""
        parties = (arrival.inbound.sender, *arrival.inbound.cc)
        return [self.people[party.kind, party.value] for party in parties]

    def _begin(self, arrival: Arrival, sender: Identity) -> UUID:
        change = open_conversation(
            self.organization,
            sender.contact,
            subject=arrival.inbound.subject[:500],
            queue_id=arrival.channel.queue_id,
        )
        change.announce("conversation.created")
        key: UUID = change.conversation.pk
        self.changes[key] = change
        self.participants[key] = set()
        self._take_part(change, sender, Participant.Role.REQUESTER)
        return key

    def _take_up(self, ids: set[UUID]) -> None:
        """Lock the conversations that go on, and learn who takes part in them."""
        if not ids:
            return
        found = lock_all(self.organization, ids)
        if len(found) < len(ids):
            raise NotFound("A conversation has gone meanwhile.")
        for conversation in found:
            self.changes[conversation.pk] = Change(conversation, None)
            self.participants[conversation.pk] = set()
        rows = Participant.objects.within(self.organization).filter(conversation_id__in=ids)
        for key, identity in rows.values_list("conversation_id", "identity_id"):
            self.participants[key].add(identity)

    def _append(self, change: Change, arrival: Arrival, reason: str) -> TimelineItem:
        """The item with all that belongs to it, and what it changes about its conversation."""
        inbound = arrival.inbound
        sender, *copied = self._involved(arrival)
        item = _append(change, arrival, sender, reason)
        _attach(change, item, arrival.files)
        for identity in (sender, *copied):
            self._take_part(change, identity, Participant.Role.CC)
        if inbound.thread_key:
            thread = self.threads.take_key(change.conversation.pk, arrival.channel, inbound.thread_key)
            change.rows += [thread] if thread else []
        _wake(change, inbound)
        change.announce("message.created", message=payloads.item(item))
        return item

    def _take_part(self, change: Change, identity: Identity, role: str) -> None:
        """Whoever writes or is copied takes part, once."""
        taking_part = self.participants[change.conversation.pk]
        if identity.pk not in taking_part:
            taking_part.add(identity.pk)
            change.rows.append(
                Participant(
                    organization=self.organization,
                    conversation=change.conversation,
                    identity=identity,
                    role=role,
                )
            )


def _append(change: Change, arrival: Arrival, sender: Identity, reason: str) -> TimelineItem:
    inbound = arrival.inbound
    direction = Direction.OUTBOUND if inbound.echo else Direction.INBOUND
    item = change.append(
        TimelineItem.Kind.MESSAGE,
        direction,
        identity=None if inbound.echo else sender,
        occurred_at=inbound.sent_at,
    )
    change.message(
        item,
        arrival.channel,
        envelope=arrival.envelope,
        external_id=arrival.place[1],
        reference=reference_of(inbound),
        in_reply_to=(inbound.in_reply_to[0] if inbound.in_reply_to else "")[:998],
        client_id=inbound.client_id or None,
        subject=inbound.subject[:500],
        text=inbound.text or html.to_text(inbound.html),
        html=html.sanitise(inbound.html) if inbound.html else "",
        sender=_address(inbound.sender),
        to=[_address(party) for party in inbound.to],
        cc=[_address(party) for party in inbound.cc],
        is_automatic=inbound.automatic,
        decisions=[{"about": "threading", "reason": reason}, *_problems(inbound)],
    )
    return item


def _problems(inbound: InboundMessage) -> list[dict[str, str]]:
    return [{"about": "reading", "reason": problem} for problem in inbound.problems]


def _address(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.display or party.value}


def _attach(change: Change, item: TimelineItem, files: Sequence[StoredFile]) -> None:
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
    change.rows += rows
    now_has(item, "attachments", rows)


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
