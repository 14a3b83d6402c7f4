"""To whom a message goes: everybody who got the one it answers, unless the writer says otherwise."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db.models import QuerySet

from hub import registry
from hub.messages import Party
from hub.models import Channel, Conversation, Identity, Message, TimelineItem
from hub.prepared import Prepared
from inbox import contacts
from inbox.errors import Invalid
from inbox.own_addresses import OwnAddresses

MOST = 50
"""Recipients of one message."""

_BEHIND = ["aside", "forward_of"]
"""Facts of messages that were said with others, behind the customer's back."""

Direction = TimelineItem.Direction


class Addressed(Protocol):
    """What a writer said of the recipients: addresses, or None for those whom an answer to all reaches."""

    @property
    def to(self) -> Sequence[str] | None: ...
    @property
    def cc(self) -> Sequence[str] | None: ...
    @property
    def bcc(self) -> Sequence[str]: ...


class Recipients(NamedTuple):
    """Each address once, in the place where it is named first; those in `bcc` nobody sees."""

    to: list[Identity]
    cc: list[Identity]
    bcc: list[Identity]

    @property
    def everybody(self) -> list[Identity]:
        """All of them, one delivery each."""
        return [*self.to, *self.cc, *self.bcc]


def recipients_of_answer(
    conversation: Conversation, channel: Channel, said: Addressed, answered: Message | None
) -> Recipients:
    """Who gets an answer: the sender (or where they want it) and those in To and Cc, without ourselves.

    `answered` is the message chosen to be answered, else `last_said`; None where nothing was said.
    Raises `Invalid` with the reasons by field.
    """
    if said.to is not None and said.cc is not None:
        return recipients(channel, said.to, said.cc, said.bcc)
    to, cc = _all_of(conversation, channel, answered)
    if said.to is not None:
        cc = [party for party in cc if party.value not in _values(channel, said.to)]
    given_to = _parties(channel, "to", said.to) if said.to is not None else to
    given_cc = _parties(channel, "cc", said.cc) if said.cc is not None else cc
    return _identified(channel, given_to, given_cc, _parties(channel, "bcc", said.bcc))


def recipients(
    channel: Channel, to: Sequence[str], cc: Sequence[str] = (), bcc: Sequence[str] = ()
) -> Recipients:
    """The people behind these addresses. Raises `Invalid`."""
    return _identified(
        channel, _parties(channel, "to", to), _parties(channel, "cc", cc), _parties(channel, "bcc", bcc)
    )


def identity_kind(channel: Channel) -> str:
    """By which kind of address people are known on this channel."""
    connector = registry.connector(channel.kind)
    return connector.identity_kind or connector.kind


def last_said(conversation: Conversation, channel: Channel) -> Message | None:
    """What an answer answers by default: the customers' last message on the channel, else our own.

    Neither what machines wrote nor what was said with others behind the customer's back.
    """
    of = (conversation.organization_id, conversation.pk, channel.pk)
    return next(iter(_last_said_by_them(*of) or _last_said(*of)), None)


def _said(organization_id: UUID, conversation_id: UUID, channel_id: UUID) -> QuerySet[Message]:
    """What people said before the customer's eyes, newest first."""
    return (
        Message.objects.within(organization_id)
        .filter(item__conversation_id=conversation_id, channel_id=channel_id, is_automatic=False)
        .exclude(facts__has_any_keys=_BEHIND)
        .select_related("item__author_identity__contact")
        .defer("text", "html", "folds", "decisions")
        .order_by("-item__seq")
    )


_last_said = Prepared[Message](lambda *of: _said(*of)[:1])
_last_said_by_them = Prepared[Message](lambda *of: _said(*of).filter(item__direction=Direction.INBOUND)[:1])


def _all_of(
    conversation: Conversation, channel: Channel, answered: Message | None
) -> tuple[list[Party], list[Party]]:
    """An answer to all of a message; one address where the channel knows no copies."""
    knows_copies = registry.connector(channel.kind).capabilities(channel.config).cc
    to, cc = _people_of(channel, answered) if answered is not None else ([], [])
    if not to:
        return [_requester(conversation, channel, identity_kind(channel))], []
    return (to, [party for party in cc if party not in to]) if knows_copies else (to[:1], [])


def _people_of(channel: Channel, message: Message) -> tuple[list[Party], list[Party]]:
    """Whom an answer to a message goes to, and who gets a copy: never ourselves."""
    kind, own = identity_kind(channel), OwnAddresses(channel.organization_id)
    named_to, named_cc = _listed(channel, kind, message.to), _listed(channel, kind, message.cc)
    if message.item.direction == Direction.OUTBOUND:
        return named_to, named_cc
    to, cc = own.others(channel, named_to, named_cc)
    author, wanted = message.item.author_identity, message.facts.get("reply_to")
    answer_to = [_party(author)] if author is not None and author.kind == kind else []
    if wanted:
        answer_to = _listed(channel, kind, [wanted])
    return [party for party in answer_to if (party.kind, party.value) not in own], [*to, *cc]


def _listed(channel: Channel, kind: str, addresses: Iterable[dict[str, str]]) -> list[Party]:
    """The parties that a message names; what is no address is left out."""
    normalise = registry.connector(channel.kind).normalise
    found: dict[str, Party] = {}
    for entry in addresses:
        value = normalise(entry.get("address", ""))
        if value is not None:
            found.setdefault(value, Party(kind, value, entry.get("name", ""), entry["address"]))
    return list(found.values())


def _requester(conversation: Conversation, channel: Channel, kind: str) -> Party:
    rows = Identity.objects.filter(contact=conversation.requester, kind=kind).select_related("contact")
    found = rows.order_by("-created_at").first()
    if found is None:
        raise Invalid(
            {"channel_id": [f"The contact cannot be reached by {channel.name}: no address is known."]}
        )
    return _party(found)


def _party(identity: Identity) -> Party:
    return Party(identity.kind, identity.value, identity.contact.name, str(identity))


def _values(channel: Channel, addresses: Iterable[str]) -> set[str | None]:
    return {registry.connector(channel.kind).normalise(address) for address in addresses}


def _parties(channel: Channel, field: str, addresses: Sequence[str]) -> list[Party]:
    normalise, kind = registry.connector(channel.kind).normalise, identity_kind(channel)
    parties = []
    for address in addresses:
        value = normalise(address)
        if value is None:
            raise Invalid({field: [f"“{address.strip()[:80]}” is no address for {channel.name}."]})
        parties.append(Party(kind=kind, value=value, display=address.strip()))
    return parties


def _identified(channel: Channel, *groups: Sequence[Party]) -> Recipients:
    """The identities, each in the first group that names it."""
    everybody = [party for group in groups for party in group]
    if len({party.value for party in everybody}) > MOST:
        raise Invalid({"to": [f"One message goes to {MOST} recipients at most."]})
    known: dict[Any, Identity] = contacts.identify_all(channel.organization_id, everybody)
    seen: set[Any] = set()
    placed: list[list[Identity]] = []
    for group in groups:
        placed.append([])
        for party in group:
            identity = known[party.kind, party.value]
            if identity.pk not in seen:
                seen.add(identity.pk)
                placed[-1].append(identity)
    if not placed[0]:
        raise Invalid({"to": ["Say to whom."]})
    return Recipients(*placed)
