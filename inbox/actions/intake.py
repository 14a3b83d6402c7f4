"""Takes messages of one organization in: looked up together, placed one by one, written together."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from hub import tenancy
from hub.messages import InboundMessage, Party
from hub.models import (
    ConversationLink,
    Identity,
    Message,
    Organization,
    Participant,
    Status,
    TimelineItem,
    User,
)
from inbox import acknowledge, contacts, payloads, reachability
from inbox.actions import history, items, merging
from inbox.actions.arrival import Arrival, Place
from inbox.actions.forwarded import Forwarders, comment
from inbox.change import Change, finish_all, lock_all, open_conversation
from inbox.errors import NotFound
from inbox.own_addresses import OwnAddresses
from inbox.threading import Decision, Threads, reference_of
from inbox.threading.known import Sighting

_PEOPLE = 50
"""Of those that a message is addressed to, so many take part."""

Role = Participant.Role


class _Involved(NamedTuple):
    """Who wrote a message, and who else got it."""

    author: Identity
    others: list[Identity]


class _Placement(NamedTuple):
    """Where a message goes: into a conversation, or nowhere because it is there already."""

    arrival: Arrival
    involved: _Involved
    decision: Decision
    conversation_id: UUID


class Intake:
    """Messages that are new, of one organization; called in a unit of work."""

    def __init__(self, organization: Organization, arrivals: Sequence[Arrival]) -> None:
        self.organization = organization
        self.arrivals = arrivals
        self.forwarders = Forwarders(organization.pk, arrivals)
        self._own = OwnAddresses(organization.pk)
        self._others = {arrival.place: self._addressed(arrival) for arrival in arrivals}
        authors = [self._author(arrival) for arrival in arrivals]
        others = [party for found in self._others.values() for party in found]
        self.people = contacts.identify_all(organization.pk, [*authors, *others])
        self.threads = Threads(organization.pk, [(arrival.channel, arrival.inbound) for arrival in arrivals])
        self.changes: dict[UUID, Change] = {}
        self.participants: dict[UUID, dict[UUID, str]] = {}
        self.begun: set[UUID] = set()

    def take_in(self) -> dict[Place, TimelineItem]:
        """Do it; the items by place."""
        placements: list[_Placement] = []
        known: list[tuple[Arrival, Sighting]] = []
        for arrival in self.arrivals:
            if same := self.threads.same(arrival.channel, arrival.inbound):
                known.append((arrival, same))
            else:
                placements.append(self._place(arrival))
        self._take_up({placement.conversation_id for placement in placements} - self.changes.keys())
        made = {placement.arrival.place: self._append(placement) for placement in placements}
        finish_all(self.organization, self.changes.values())
        tenancy.insert(self.threads.awaited)
        self._join(placements)
        self._acknowledge(placements, made)
        return made | {arrival.place: self._came_again(arrival, same) for arrival, same in known}

    def _addressed(self, arrival: Arrival) -> list[Party]:
        """Those beside us to whom it went; what a colleague forwards to us went to nobody else."""
        inbound = arrival.inbound
        if self.forwarders.of(inbound) is not None:
            return []
        to, cc = self._own.others(arrival.channel, inbound.to, inbound.cc, is_echo=inbound.echo)
        parties = {(party.kind, party.value): party for party in (*to, *cc)}
        parties.pop((inbound.sender.kind, inbound.sender.value), None)
        return list(parties.values())[:_PEOPLE]

    def _author(self, arrival: Arrival) -> Party:
        author = self.forwarders.author(arrival.inbound)
        return history.outsider(arrival, self._others[arrival.place], author)

    def _involved(self, arrival: Arrival) -> _Involved:
        author = self._author(arrival)
        return _Involved(
            self.people[author.kind, author.value],
            [self.people[party.kind, party.value] for party in self._others[arrival.place]],
        )

    def _place(self, arrival: Arrival) -> _Placement:
        """In which conversation it goes on, or begins, and why."""
        involved = self._involved(arrival)
        channel, inbound = arrival.channel, arrival.inbound
        decision = self.threads.find(channel, inbound, involved.author, is_history=arrival.is_history)
        conversation_id = decision.conversation_id or self._begin(arrival, involved.author)
        people = [involved.author, *involved.others]
        self.threads.placed(conversation_id, channel, inbound, people, decision.continues)
        return _Placement(arrival, involved, decision, conversation_id)

    def _begin(self, arrival: Arrival, author: Identity) -> UUID:
        change = open_conversation(
            self.organization,
            author.contact,
            subject=arrival.inbound.subject[:500],
            queue_id=arrival.channel.queue_id,
        )
        change.announce("conversation.created")
        key: UUID = change.conversation.pk
        self.changes[key] = change
        self.participants[key] = {}
        self.begun.add(key)
        self._take_part(change, author, Role.REQUESTER)
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
            self.participants[conversation.pk] = {}
        rows = Participant.objects.within(self.organization).filter(conversation_id__in=ids)
        for key, identity, role in rows.values_list("conversation_id", "identity_id", "role"):
            self.participants[key][identity] = role

    def _append(self, placement: _Placement) -> TimelineItem:
        """The item with all that belongs to it, and what it changes about its conversation."""
        arrival, (author, others), decision, _ = placement
        change, inbound = self.changes[placement.conversation_id], arrival.inbound
        is_aside = self.participants[change.conversation.pk].get(author.pk) == Role.FOLLOWER
        item = self._write(change, arrival, author, decision.reason, is_aside=is_aside)
        for identity in (author, *others):
            self._take_part(change, identity, Role.CC)
        if inbound.thread_key:
            thread = self.threads.take_key(change.conversation.pk, arrival.channel, inbound.thread_key)
            change.rows += [thread] if thread else []
        if decision.continues is not None:
            change.rows.append(
                ConversationLink(
                    organization=self.organization,
                    conversation=change.conversation,
                    other_id=decision.continues,
                    kind=ConversationLink.Kind.CONTINUES,
                )
            )
        if arrival.is_said:
            _wake(change, is_waiting=not is_aside)
            reachability.revive(author)
        if arrival.is_history:
            history.settle(change, item, arrival)
        else:
            change.announce("message.created", message=payloads.item(item))
        return item

    def _write(
        self, change: Change, arrival: Arrival, author: Identity, reason: str, *, is_aside: bool
    ) -> TimelineItem:
        reasons = [{"about": "threading", "reason": reason}]
        forwarder = self.forwarders.of(arrival.inbound)
        if forwarder is not None:
            return self._write_forwarded(change, arrival, author, reasons, forwarder)
        if arrival.inbound.forwarded_from is not None:
            why = "it looks forwarded, but nothing proves that a colleague did it: it is its sender's message"
            reasons.append({"about": "sender", "reason": why})
        facts = ({"aside": True} if is_aside else {}) | ({"echo": True} if arrival.inbound.echo else {})
        return items.append(change, arrival, author, reasons, text=arrival.inbound.text, facts=facts)

    def _write_forwarded(
        self,
        change: Change,
        arrival: Arrival,
        author: Identity,
        reasons: list[dict[str, str]],
        forwarder: User,
    ) -> TimelineItem:
        """The author's message; the colleague's words above it become a note, where they stand apart."""
        said, text = comment(arrival.inbound)
        reasons.append({"about": "sender", "reason": f"{forwarder} forwarded it and the domain proves it"})
        facts = {"forwarded_by": {"id": str(forwarder.pk), "name": str(forwarder)}}
        item = items.append(change, arrival, author, reasons, text=text, with_html=not said, facts=facts)
        if change.is_new:
            follower = {"user": forwarder, "role": Role.FOLLOWER}
            conversation = change.conversation
            change.rows.append(
                Participant(organization=self.organization, conversation=conversation, **follower)
            )
        if said:
            change.announce("note.created", note=payloads.item(change.note(said, [], by=forwarder)))
        return item

    def _take_part(self, change: Change, identity: Identity, role: str) -> None:
        """Whoever writes or is addressed takes part, once."""
        taking_part = self.participants[change.conversation.pk]
        if identity.pk not in taking_part:
            taking_part[identity.pk] = role
            change.rows.append(
                Participant(
                    organization=self.organization,
                    conversation=change.conversation,
                    identity=identity,
                    role=role,
                )
            )

    def _join(self, placements: Sequence[_Placement]) -> None:
        """Merge what a late message has proved to be one."""
        for placement in placements:
            for source in placement.decision.joins:
                merging.join(self.organization, source, placement.conversation_id)

    def _acknowledge(self, placements: Sequence[_Placement], made: dict[Place, TimelineItem]) -> None:
        """Say that a first message has come, where the channel wants that."""
        acknowledge.acknowledge_all(
            [
                acknowledge.First(self.changes[place.conversation_id].conversation, made[place.arrival.place])
                for place in placements
                if place.conversation_id in self.begun and place.arrival.is_said
            ],
            self._own,
        )

    def _came_again(self, arrival: Arrival, same: Sighting) -> TimelineItem:
        """The item of a message that came by another way before; it is shown once, and says so."""
        row = _message(self.organization, same, arrival.inbound)
        reason = {"about": "copy", "reason": f"It also came by {arrival.channel.name}: it is shown once."}
        if reason not in row.decisions:
            row.decisions = [*row.decisions, reason]
            row.save(update_fields=["decisions"])
            merging.also_on(self.organization, row.item.conversation_id, arrival.channel)
        return row.item


def _message(organization: Organization, same: Sighting, inbound: InboundMessage) -> Message:
    rows = Message.objects.within(organization).exclude(reference="")
    rows = rows.filter(channel_id=same.channel_id, reference=reference_of(inbound))
    rows = rows.filter(external_id=same.external_id) if same.external_id else rows
    found = rows.select_related("item").order_by("-item_id").first()
    if found is None:
        raise NotFound("A message has gone meanwhile.")
    return found


def _wake(change: Change, *, is_waiting: bool) -> None:
    """A person's message opens what was put away, and the customer's starts the wait."""
    conversation = change.conversation
    if is_waiting:
        conversation.waiting_since = conversation.waiting_since or change.at
    if conversation.status not in (Status.NEW, Status.OPEN):
        before = conversation.status
        change.set_status(Status.OPEN)
        conversation.waiting_since = change.at if is_waiting else None
        line = change.record("status_changed", {"from": before, "to": Status.OPEN, "by": "customer"})
        change.announce("conversation.status_changed", item=payloads.item(line))
