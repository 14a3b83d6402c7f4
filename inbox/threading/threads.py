"""Where messages of one organization may belong: the rules in their order, the first hit wins.

A signed token in an address or in an id of ours; a report about a message of ours; the messages it refers
to, nearest first; the provider's own thread; a token in quoted text; a number in the subject; where the
channel wants it, the subject itself. What is unsigned counts only on the same channel and for a sender who
takes part: a stranger who quotes an id gets a conversation of their own, linked to the one quoted. Never
across organizations.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hub import tokens
from hub.clock import now
from hub.messages import InboundMessage
from hub.models import AwaitedReference, Channel, ChannelThread, Identity, Status
from inbox.threading.decision import Case, Decision
from inbox.threading.known import KEY_LENGTH, SAME_SUBJECT_FOR, Arriving, Known, Sighting
from inbox.threading.references import digest, reference_of, referred_to
from inbox.threading.subjects import base_subject, number_in


class _Hit(NamedTuple):
    """A conversation that a message refers to; `is_late` when that waited for what it refers to."""

    conversation_id: UUID
    reason: str
    is_late: bool = False


class Threads:
    """Places messages one after the other; `placed` keeps the view current, so that a message finds
    one that came together with it."""

    def __init__(self, organization_id: Any, arriving: Arriving) -> None:
        self._organization_id = organization_id
        self._known = Known(organization_id, arriving)
        self._awaited: dict[tuple[UUID, str, UUID], AwaitedReference] = {}
        # Threads that begin with a message that arrives now; `by_key` has those that are written down.
        self._begun: dict[tuple[UUID, str], UUID] = {}

    def find(
        self, channel: Channel, message: InboundMessage, sender: Identity, *, is_history: bool = False
    ) -> Decision:
        """Decide where a message belongs; `conversation_id` None means a new conversation.

        History goes on in what has ended, too: it was said before.
        """
        case = Case(channel, message, sender, is_history)
        return (
            self._by_token(case)
            or self._by_report(case)
            or self._by_reference(case)
            or self._by_key(case)
            or self._by_marker(case)
            or self._by_number(case)
            or self._by_subject(case)
            or Decision(None, "nothing earlier belongs to it")
        )

    def same(self, channel: Channel, message: InboundMessage) -> Sighting | None:
        """The message that this one is, known already by another way.

        One that we sent on this channel came back to it, or one mail went to several of our channels.
        """
        if not message.reference:
            return None
        for sighting in self._known.sightings.get(reference_of(message), ()):
            if sighting.channel_id == channel.pk and sighting.is_ours:
                return sighting
            if sighting.channel_id != channel.pk and sighting.external_id == message.external_id[:255]:
                return sighting
        return None

    def placed(
        self,
        conversation_id: UUID,
        channel: Channel,
        message: InboundMessage,
        people: Iterable[Identity],
        continues: UUID | None = None,
    ) -> None:
        """Note that a message of these people went there; what `continues` another one is new."""
        known = self._known
        known.begins(conversation_id)
        if message.thread_key:
            self._begun.setdefault((channel.pk, message.thread_key[:KEY_LENGTH]), conversation_id)
        known.people[conversation_id].update(person.contact_id for person in people)
        if (standing := known.standing(conversation_id)) is not None:
            standing.channels.add(channel.pk)
        if continues is not None:
            known.came_out[continues].append(conversation_id)
        known.by_subject[channel.pk, base_subject(message.subject)].append(conversation_id)
        if message.reference:
            sighting = Sighting(conversation_id, channel.pk, message.external_id[:255], message.echo)
            known.sightings.setdefault(reference_of(message), []).insert(0, sighting)
            self._arrived(conversation_id, channel, digest(reference_of(message)))
            self._await(conversation_id, channel, message)

    @property
    def awaited(self) -> Iterable[AwaitedReference]:
        """The rows to insert about what messages refer to and has not come."""
        return self._awaited.values()

    def take_key(self, conversation_id: UUID, channel: Channel, key: str) -> ChannelThread | None:
        """Have a provider's thread go on in this conversation; answers the row to insert if it is new."""
        key = key[:KEY_LENGTH]
        known = self._known.by_key.get((channel.pk, key))
        self._known.by_key[channel.pk, key] = conversation_id
        if known is None:
            return ChannelThread(
                organization_id=self._organization_id,
                channel=channel,
                key=key,
                conversation_id=conversation_id,
            )
        if known != conversation_id:
            ChannelThread.objects.filter(channel=channel, key=key).update(conversation_id=conversation_id)
        return None

    def _by_token(self, case: Case) -> Decision | None:
        token = case.message.reply_token
        target = self._signed(token)
        if target is None:
            return None
        addressed = any(token in party.value for party in (*case.message.to, *case.message.cc))
        by = "its own reply address" if addressed else "a signed id of a message of ours"
        return self._go_on(target, case, f"it was sent to the conversation by {by}")

    def _by_report(self, case: Case) -> Decision | None:
        for reference in case.message.reports_on:
            for sighting in self._known.sightings.get(reference, ()):
                target = self._known.follow(sighting.conversation_id)
                if sighting.is_ours and sighting.channel_id == case.channel.pk and target:
                    return Decision(target, f"it reports about our message {reference}")
        return None

    def _by_reference(self, case: Case) -> Decision | None:
        refused: UUID | None = None
        hits: list[_Hit] = []
        for hit in self._referred(case):
            if self._takes_part(hit.conversation_id, case):
                hits.append(hit)
            elif not hit.is_late:
                refused = refused or hit.conversation_id
        if hits:
            return self._join(hits, case)
        if refused is None:
            return None
        reason = "it answers a message of a conversation in which the sender takes no part on this channel"
        return self._follow_up(refused, case, reason)

    def _referred(self, case: Case) -> Iterator[_Hit]:
        """The conversations of what the message refers to, nearest first, then those that wait for it."""
        channel, message, *_ = case
        for reference in referred_to(message):
            for sighting in self._known.sightings.get(reference, ()):
                if target := self._known.follow(sighting.conversation_id):
                    yield _Hit(target, f"it answers {reference}")
            for waiting in self._known.awaiting.get((channel.pk, digest(reference)), ()):
                if target := self._known.follow(waiting):
                    yield _Hit(target, f"it refers to {reference}, as a message there does", True)
        if message.reference:
            own = digest(reference_of(message))
            for waiting in self._known.awaiting.get((channel.pk, own), ()):
                if target := self._known.follow(waiting):
                    yield _Hit(target, "an answer to it came before it", True)

    def _join(self, hits: list[_Hit], case: Case) -> Decision:
        """The nearest hit wins; conversations that began with an answer to this thread join it."""
        loose = {hit.conversation_id for hit in hits if hit.is_late and self._is_loose(hit.conversation_id)}
        solid = next((hit for hit in hits if hit.conversation_id not in loose), None)
        first = hits[0]
        if first.conversation_id in loose:
            first = solid or min(hits, key=lambda hit: hit.conversation_id)
        decision = self._go_on(first.conversation_id, case, first.reason)
        if decision.conversation_id is None or not loose - {first.conversation_id}:
            return decision
        joins = tuple(sorted(loose - {decision.conversation_id}))
        for source in joins:
            self._known.becomes(source, decision.conversation_id)
        return Decision(decision.conversation_id, decision.reason, joins=joins)

    def _is_loose(self, conversation_id: UUID) -> bool:
        """Whether nobody here has taken it up, so that it may become part of another."""
        standing = self._known.standing(conversation_id)
        return standing is not None and not standing.is_taken and standing.status == Status.NEW

    def _by_key(self, case: Case) -> Decision | None:
        key = case.channel.pk, case.message.thread_key[:KEY_LENGTH]
        known = self._known.by_key.get(key) or self._begun.get(key)
        target = self._known.follow(known) if known else None
        return self._go_on(target, case, "the channel's own thread goes on") if target else None

    def _by_marker(self, case: Case) -> Decision | None:
        target = self._signed(case.message.marker_token)
        return self._go_on(target, case, "it quotes a signed mark of a message of ours") if target else None

    def _by_number(self, case: Case) -> Decision | None:
        number = number_in(case.message.subject)
        named = self._known.by_number.get(number) if number is not None else None
        target = self._known.follow(named) if named else None
        if target is None or not self._takes_part(target, case):
            return None
        return self._go_on(target, case, f"its subject names #{number}, in which the sender takes part")

    def _by_subject(self, case: Case) -> Decision | None:
        subject = base_subject(case.message.subject)
        if not case.channel.config.get("thread_by_subject") or not subject:
            return None
        together = self._known.by_subject.get((case.channel.pk, subject), ())
        recent = self._known.recent(case.channel, case.sender.contact_id).get(subject)
        for found in [*reversed(together), *([recent] if recent else [])]:
            target = self._known.follow(found)
            if target and self._takes_part(target, case) and not self._has_ended(target, case):
                days = SAME_SUBJECT_FOR.days
                return Decision(target, f"the same person wrote under this subject within {days} days")
        return None

    def _signed(self, token: str) -> UUID | None:
        named = tokens.read_id(tokens.REPLY, token) if token else None
        return self._known.follow(named) if named else None

    def _takes_part(self, conversation_id: UUID, case: Case) -> bool:
        """Whether the sender takes part there, and it has been on this channel."""
        standing = self._known.standing(conversation_id)
        if standing is None or case.channel.pk not in standing.channels:
            return False
        return case.sender.contact_id in self._known.people[conversation_id]

    def _go_on(self, conversation_id: UUID, case: Case, reason: str) -> Decision:
        """There, or in one that follows it where it has ended."""
        if case.message.automatic or case.is_history or not self._has_ended(conversation_id, case):
            return Decision(conversation_id, reason)
        return self._follow_up(conversation_id, case, f"{reason}, which has ended")

    def _follow_up(self, conversation_id: UUID, case: Case, reason: str) -> Decision:
        """The conversation of this sender that came out of an earlier one, else a new one linked to it."""
        for later in self._known.continuations(conversation_id):
            target = self._known.follow(later)
            if target and self._takes_part(target, case) and not self._has_ended(target, case):
                return Decision(target, f"{reason}: it went on here")
        return Decision(None, reason, continues=conversation_id)

    def _has_ended(self, conversation_id: UUID, case: Case) -> bool:
        """Closed for good, or resolved longer ago than the channel's `reopen_days`."""
        standing = self._known.standing(conversation_id)
        if standing is None or standing.status == Status.CLOSED:
            return True
        days = case.channel.config.get("reopen_days")
        if standing.status != Status.RESOLVED or not isinstance(days, int) or days <= 0:
            return False
        return now() - standing.last_activity_at > timedelta(days=days)

    def _await(self, conversation_id: UUID, channel: Channel, message: InboundMessage) -> None:
        for reference in referred_to(message):
            of = digest(reference)
            waiting = self._known.awaiting[channel.pk, of]
            if reference in self._known.sightings or conversation_id in waiting:
                continue
            waiting.append(conversation_id)
            self._awaited[channel.pk, of, conversation_id] = AwaitedReference(
                organization_id=self._organization_id,
                channel=channel,
                digest=of,
                conversation_id=conversation_id,
            )

    def _arrived(self, conversation_id: UUID, channel: Channel, of: str) -> None:
        """Nothing waits any more for what has come to where it was awaited."""
        waiting = self._known.awaiting.get((channel.pk, of), [])
        if not any(self._known.follow(one) == conversation_id for one in waiting):
            return
        if any(self._awaited.pop((channel.pk, of, one), None) is None for one in waiting):
            AwaitedReference.objects.filter(channel=channel, digest=of).delete()
        waiting.clear()
