"""Where does it belong? Finds the conversation that a message goes on in, and says why.

First hit wins: a signed reply token; the messages it refers to, nearest first; the
provider's own thread. A reference counts only for a sender who takes part: a stranger who
quotes an id gets a conversation of their own. Never across organizations.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub import tokens
from hub.messages import InboundMessage
from hub.models import Channel, ChannelThread, Conversation, Identity, Message, Participant

_REFERENCES = 50
"""Of what a message refers to, so many count, the nearest."""

_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Decision:
    """The conversation found, if any, and the reason in words for `GET …/why`."""

    conversation_id: UUID | None
    reason: str


class Threads:
    """Where messages of one organization may belong: looked up for all of them at once.

    Messages are placed one after the other; `placed` keeps the view current, so that a message finds
    one that came together with it.
    """

    def __init__(self, organization_id: Any, messages: Sequence[tuple[Channel, InboundMessage]]) -> None:
        self._organization_id = organization_id
        self._by_reference = _referred_to(organization_id, [message for _, message in messages])
        self._by_key = _keyed(organization_id, messages)
        self._people = _people(organization_id, self._by_reference.values())
        self._merged_into: dict[UUID, UUID | None] = {}
        named = {_named_by_token(message) for _, message in messages} - {None}
        self._learn_merges({*named, *self._by_reference.values(), *self._by_key.values()})

    def find(self, channel: Channel, message: InboundMessage, sender: Identity) -> Decision:
        """Decide where a message belongs; `conversation_id` None means a new conversation."""
        return (
            self._find_by_token(message)
            or self._find_by_reference(message, sender)
            or self._find_by_key(channel, message)
            or Decision(None, "nothing earlier belongs to it")
        )

    def placed(self, conversation_id: UUID, message: InboundMessage, people: Iterable[Identity]) -> None:
        """Note that a message of these people went there."""
        self._merged_into.setdefault(conversation_id, None)
        self._by_reference.setdefault(reference_of(message), conversation_id)
        self._people[conversation_id].update(person.contact_id for person in people)

    def take_key(self, conversation_id: UUID, channel: Channel, key: str) -> ChannelThread | None:
        """Have a provider's thread go on in this conversation; answers the row to insert if it is new."""
        key = key[:_KEY_LENGTH]
        known = self._by_key.get((channel.pk, key))
        self._by_key[channel.pk, key] = conversation_id
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

    def _find_by_token(self, message: InboundMessage) -> Decision | None:
        named = _named_by_token(message)
        target = self._follow_merges(named) if named else None
        return Decision(target, "it was sent to the conversation's own reply address") if target else None

    def _find_by_reference(self, message: InboundMessage, sender: Identity) -> Decision | None:
        for reference in message.in_reply_to:
            conversation_id = self._by_reference.get(reference)
            if conversation_id is None:
                continue
            if sender.contact_id not in self._people[conversation_id]:
                return Decision(None, f"it answers {reference}, but the sender takes no part there")
            target = self._follow_merges(conversation_id)
            return Decision(target, f"it answers {reference}") if target else None
        return None

    def _find_by_key(self, channel: Channel, message: InboundMessage) -> Decision | None:
        known = self._by_key.get((channel.pk, message.thread_key[:_KEY_LENGTH]))
        target = self._follow_merges(known) if known else None
        return Decision(target, "the channel's own thread goes on") if target else None

    def _follow_merges(self, conversation_id: UUID) -> UUID | None:
        """The conversation that this one has become; None when it is not of this organization."""
        seen: set[UUID] = set()
        current = conversation_id
        while current not in seen:
            seen.add(current)
            if current not in self._merged_into:
                self._learn_merges({current})
            if current not in self._merged_into:
                return None
            current = self._merged_into[current] or current
        return current

    def _learn_merges(self, ids: Collection[Any]) -> None:
        if ids:
            rows = Conversation.objects.within(self._organization_id).filter(pk__in=ids)
            self._merged_into |= dict(rows.values_list("pk", "merged_into_id"))


def reference_of(message: InboundMessage) -> str:
    """What answers refer to a message by."""
    return (message.reference or message.external_id)[:998]


def _named_by_token(message: InboundMessage) -> UUID | None:
    return tokens.read_id(tokens.REPLY, message.reply_token) if message.reply_token else None


def _referred_to(organization_id: Any, messages: Iterable[InboundMessage]) -> dict[str, UUID]:
    """The conversations of the messages that these refer to, by reference."""
    wanted = {reference for message in messages for reference in message.in_reply_to[:_REFERENCES]}
    if not wanted:
        return {}
    rows = Message.objects.within(organization_id).filter(reference__in=wanted)
    return dict(rows.values_list("reference", "item__conversation_id"))


def _keyed(
    organization_id: Any, messages: Iterable[tuple[Channel, InboundMessage]]
) -> dict[tuple[UUID, str], UUID]:
    """The conversations in which the providers' threads go on, by channel and key."""
    wanted = {(channel.pk, m.thread_key[:_KEY_LENGTH]) for channel, m in messages if m.thread_key}
    if not wanted:
        return {}
    rows = ChannelThread.objects.within(organization_id).filter(
        channel_id__in={channel for channel, _ in wanted}, key__in={key for _, key in wanted}
    )
    found = rows.values_list("channel_id", "key", "conversation_id")
    return {(channel, key): conversation_id for channel, key, conversation_id in found}


def _people(organization_id: Any, conversations: Iterable[UUID]) -> defaultdict[UUID, set[UUID]]:
    """The contacts that take part in conversations."""
    people: defaultdict[UUID, set[UUID]] = defaultdict(set)
    wanted = set(conversations)
    if wanted:
        rows = Participant.objects.within(organization_id).filter(
            conversation_id__in=wanted, identity__isnull=False
        )
        for conversation_id, contact_id in rows.values_list("conversation_id", "identity__contact_id"):
            people[conversation_id].add(contact_id)
    return people


def references_of(conversation: Conversation, channel: Channel, limit: int = 20) -> Sequence[str]:
    """The references of a conversation's messages on a channel, oldest first, newest kept."""
    newest = (
        Message.objects.within(conversation.organization_id)
        .filter(item__conversation=conversation, channel=channel)
        .exclude(reference="")
        .order_by("-item__seq")
        .values_list("reference", flat=True)[:limit]
    )
    return list(reversed(newest))
