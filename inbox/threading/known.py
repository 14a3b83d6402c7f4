"""What is known of the conversations that messages may belong to, looked up for all of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hub.clock import now
from hub.messages import InboundMessage
from hub.models import (
    AwaitedReference,
    Channel,
    ChannelThread,
    Conversation,
    ConversationLink,
    Message,
    Participant,
    Status,
    TimelineItem,
)
from hub.prepared import Prepared
from inbox.threading.references import digest, reference_of, referred_to
from inbox.threading.subjects import base_subject, number_in

KEY_LENGTH = 255

SAME_SUBJECT_FOR = timedelta(days=7)
"""How long after the last word a message of the same subject goes on with a conversation."""

Arriving = Sequence[tuple[Channel, InboundMessage]]


class Sighting(NamedTuple):
    """A message that carries a reference: where it is, and whether we sent it."""

    conversation_id: UUID
    channel_id: UUID
    external_id: str
    is_ours: bool


@dataclass(slots=True)
class Standing:
    """How a conversation is: whether it became another one, goes on, and is in anybody's hands."""

    merged_into: UUID | None = None
    status: str = Status.NEW
    last_activity_at: datetime = field(default_factory=now)
    is_taken: bool = False
    channels: set[UUID] = field(default_factory=set)


class Known:
    """The view of one organization's conversations that a batch of messages needs, in few queries."""

    def __init__(self, organization_id: Any, arriving: Arriving) -> None:
        self.organization_id = organization_id
        self.sightings = _sightings(organization_id, [message for _, message in arriving])
        self.awaiting = _awaiting(organization_id, arriving)
        self.by_key = _keyed(organization_id, arriving)
        self.by_number = _numbered(organization_id, arriving)
        self.by_subject: defaultdict[tuple[UUID, str], list[UUID]] = defaultdict(list)
        self.people: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self.came_out: defaultdict[UUID, list[UUID]] = defaultdict(list)
        self._standings: dict[UUID, Standing] = {}
        seen = {sighting.conversation_id for found in self.sightings.values() for sighting in found}
        awaited = {one for found in self.awaiting.values() for one in found}
        self._learn({*seen, *awaited, *self.by_key.values(), *self.by_number.values()})

    def standing(self, conversation_id: UUID) -> Standing | None:
        """How it is; None when it is not of this organization."""
        if conversation_id not in self._standings:
            self._learn({conversation_id})
        return self._standings.get(conversation_id)

    def follow(self, conversation_id: UUID) -> UUID | None:
        """The conversation that this one has become; None when it is not of this organization."""
        seen: set[UUID] = set()
        current = conversation_id
        while current not in seen:
            seen.add(current)
            standing = self.standing(current)
            if standing is None:
                return None
            current = standing.merged_into or current
        return current

    def begins(self, conversation_id: UUID) -> None:
        """Note a conversation that is new."""
        self._standings.setdefault(conversation_id, Standing())

    def becomes(self, conversation_id: UUID, target: UUID) -> None:
        """Note that a conversation was merged into another."""
        source, into = self._standings[conversation_id], self._standings[target]
        source.merged_into = target
        into.channels |= source.channels
        self.people[target] |= self.people[conversation_id]

    def continuations(self, conversation_id: UUID) -> list[UUID]:
        """The conversations that came out of this one, the newest first."""
        rows = ConversationLink.objects.within(self.organization_id).filter(
            other_id=conversation_id, kind=ConversationLink.Kind.CONTINUES
        )
        found = list(rows.order_by("-id").values_list("conversation_id", flat=True))
        self._learn(set(found) - self._standings.keys())
        return [*reversed(self.came_out[conversation_id]), *found]

    def recent(self, channel: Channel, contact_id: UUID) -> dict[str, UUID]:
        """By base subject, the conversations that a person took part in on a channel lately."""
        rows = Conversation.objects.within(self.organization_id).filter(
            requester_id=contact_id, last_activity_at__gte=now() - SAME_SUBJECT_FOR, merged_into__isnull=True
        )
        found = {
            base_subject(subject): conversation_id
            for conversation_id, subject, channels in rows.order_by("last_activity_at").values_list(
                "pk", "subject", "channel_ids"
            )
            if str(channel.pk) in channels
        }
        self._learn(set(found.values()) - self._standings.keys())
        return found

    def _learn(self, ids: Collection[UUID]) -> None:
        """Look up how conversations are and who takes part in them."""
        if not ids:
            return
        rows = Conversation.objects.within(self.organization_id).filter(pk__in=ids)
        fields = ("pk", "merged_into_id", "status", "last_activity_at", "assignee_id", "channel_ids")
        for pk, merged_into, status, at, assignee, channels in rows.values_list(*fields):
            self._standings[pk] = Standing(
                merged_into, status, at, assignee is not None, {UUID(channel) for channel in channels}
            )
        people = Participant.objects.within(self.organization_id).filter(
            conversation_id__in=ids, identity__isnull=False
        )
        for pk, contact in people.values_list("conversation_id", "identity__contact_id"):
            self.people[pk].add(contact)


def _sightings(organization_id: Any, messages: Iterable[InboundMessage]) -> dict[str, list[Sighting]]:
    """The messages that carry what these refer to, or their own references, the newest first."""
    found: dict[str, list[Sighting]] = {}
    wanted = {
        reference
        for message in messages
        for reference in (message.reference, *referred_to(message), *message.reports_on)
        if reference
    }
    if not wanted:
        return found
    rows = _referenced(organization_id, wanted)
    for reference, conversation_id, channel_id, external_id, direction in rows:
        is_ours = direction == TimelineItem.Direction.OUTBOUND
        sighting = Sighting(conversation_id, channel_id, external_id or "", is_ours)
        found.setdefault(reference, []).append(sighting)
    return found


# SQLite takes the index of references only when the query says, too, that none is empty.
_referenced = Prepared[tuple[str, UUID, UUID, str | None, str]](
    lambda organization_id, references: (
        Message.objects.within(organization_id)
        .exclude(reference="")
        .filter(reference__in=references)
        .order_by("-item_id")
        .values_list("reference", "item__conversation_id", "channel_id", "external_id", "item__direction")
    )
)


def _awaiting(organization_id: Any, arriving: Arriving) -> defaultdict[tuple[UUID, str], list[UUID]]:
    """The conversations that name a reference of a message that had not come, by channel and digest."""
    found: defaultdict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    wanted = {
        digest(reference)
        for _, message in arriving
        for reference in (reference_of(message), *referred_to(message))
        if message.reference
    }
    if wanted:
        rows = _awaited(organization_id, {channel.pk for channel, _ in arriving}, wanted)
        for channel_id, of, conversation_id in rows:
            found[channel_id, of].append(conversation_id)
    return found


_awaited = Prepared[tuple[UUID, str, UUID]](
    lambda organization_id, channel_ids, digests: (
        AwaitedReference.objects.within(organization_id)
        .filter(channel_id__in=channel_ids, digest__in=digests)
        .order_by("id")
        .values_list("channel_id", "digest", "conversation_id")
    )
)


def _keyed(organization_id: Any, arriving: Arriving) -> dict[tuple[UUID, str], UUID]:
    """The conversations in which the providers' threads go on, by channel and key."""
    wanted = {(channel.pk, m.thread_key[:KEY_LENGTH]) for channel, m in arriving if m.thread_key}
    if not wanted:
        return {}
    rows = ChannelThread.objects.within(organization_id).filter(
        channel_id__in={channel for channel, _ in wanted}, key__in={key for _, key in wanted}
    )
    found = rows.values_list("channel_id", "key", "conversation_id")
    return {(channel, key): conversation_id for channel, key, conversation_id in found}


def _numbered(organization_id: Any, arriving: Arriving) -> dict[int, UUID]:
    """The conversations whose numbers stand in subjects."""
    wanted = {number for _, message in arriving if (number := number_in(message.subject)) is not None}
    if not wanted:
        return {}
    rows = Conversation.objects.within(organization_id).filter(number__in=wanted)
    return dict(rows.values_list("number", "pk"))
