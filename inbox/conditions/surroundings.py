"""Makes the subjects of many conversations with few queries: only what the conditions ask about is read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects

from hub.clock import now
from hub.models import (
    Channel,
    Conversation,
    ConversationLabel,
    Identity,
    Message,
    Organization,
    Schedule,
    TimelineItem,
)
from inbox.change import Change, unfolded
from inbox.conditions import choices
from inbox.conditions.fields import field_named
from inbox.conditions.language import fields_in
from inbox.conditions.subject import Subject
from inbox.sla.calendar import Calendar
from inbox.sla.opening import calendar_of

Kind = TimelineItem.Kind


class Case(NamedTuple):
    """One thing to look at: a conversation as it stands, and a message of it, if there is one."""

    conversation: Conversation
    item: TimelineItem | None = None
    is_new: bool = False


def case_of(change: Change) -> Case:
    """A change in hand: its conversation, with the last of the messages that it brings."""
    said = [row for row in change.rows if isinstance(row, TimelineItem) and row.kind == Kind.MESSAGE]
    return Case(change.conversation, said[-1] if said else None, change.is_new)


def subjects_of(
    organization: Organization,
    conversations: Sequence[Conversation],
    documents: Iterable[object],
    *,
    at: datetime | None = None,
) -> list[Subject]:
    """Subjects of conversations as they stand, each with its latest message, for these conditions."""
    asked = fields_in(documents)
    cases = cases_of(organization, conversations, asked)
    surroundings = Surroundings(organization, cases, asked, at=at)
    return [surroundings.subject(case) for case in cases]


def cases_of(
    organization: Organization, conversations: Sequence[Conversation], fields: frozenset[str]
) -> list[Case]:
    """Conversations as they stand, each with its latest message where the fields ask about one."""
    items = latest_messages(organization, conversations) if asks_about_messages(fields) else {}
    return [Case(row, items.get(row.pk), row.last_item_seq <= 1) for row in conversations]


def latest_messages(
    organization: Organization, conversations: Iterable[Conversation], **only: Any
) -> dict[UUID, TimelineItem]:
    """The latest message of each conversation, of those that `only` lets through; one query."""
    rows = TimelineItem.objects.within(organization).filter(
        conversation_id__in=[row.pk for row in conversations], kind=Kind.MESSAGE, **only
    )
    rows = rows.select_related("message__channel", "author_user", "author_identity__contact")
    return {item.conversation_id: item for item in rows.defer("message__html").order_by("seq")}


class Surroundings:
    """What stands around cases of one organization, read at once for the fields that are asked about.

    `fields` are names as `fields_in` gives them. `subject` can be asked again after a conversation in hand
    has changed; what was read is kept, but for the labels, of which `forget_labels` drops one's own.
    """

    def __init__(
        self,
        organization: Organization,
        cases: Sequence[Case],
        fields: frozenset[str],
        *,
        at: datetime | None = None,
    ) -> None:
        self._organization = organization
        self._fields = fields
        self._at = at or now()
        conversations = list({case.conversation.pk: case.conversation for case in cases}.values())
        self._labels = self._read_labels(conversations) if "conversation.labels" in fields else {}
        self._addresses = self._read_addresses(conversations) if fields & _OF_ADDRESSES else {}
        asks_about_channels = bool(fields & _OF_CHANNELS)
        self._channels: dict[str, Channel] = self._read_channels(cases) if asks_about_channels else {}
        self._calendars = self._read_calendars() if "schedule" in fields else {}
        self._names = self._read_names()
        if "message.has_attachments" in fields:
            prefetch_related_objects([case.item for case in cases if case.item], "attachments")

    def subject(self, case: Case) -> Subject:
        """The case as it is now."""
        values: dict[str, Any] = {}
        for name in self._fields:
            if name in _VALUES:
                values[name] = _VALUES[name](self, case)
            elif ".custom." in name:
                place, _, key = name.partition(".custom.")
                row = case.conversation if place == "conversation" else case.conversation.requester
                values[name] = row.custom.get(key) if isinstance(row.custom, Mapping) else None
        return Subject(values, self._at, self._calendars, self._names)

    def forget_labels(self, conversation: Conversation) -> None:
        """Read the labels of a conversation again, because somebody changed them."""
        if "conversation.labels" in self._fields:
            self._labels |= {conversation.pk: []} | self._read_labels([conversation])

    def _read_labels(self, conversations: Sequence[Conversation]) -> dict[UUID, list[str]]:
        found: defaultdict[UUID, list[str]] = defaultdict(list)
        rows = ConversationLabel.objects.within(self._organization)
        rows = rows.filter(conversation_id__in=[row.pk for row in conversations])
        for conversation_id, name in rows.values_list("conversation_id", "label__name"):
            found[conversation_id].append(name)
        return dict(found)

    def _read_addresses(self, conversations: Sequence[Conversation]) -> dict[UUID, list[Identity]]:
        found: defaultdict[UUID, list[Identity]] = defaultdict(list)
        rows = Identity.objects.within(self._organization).filter(kind__in=("email", "phone"))
        for row in rows.filter(contact_id__in={row.requester_id for row in conversations}):
            found[row.contact_id].append(row)
        return dict(found)

    def _read_channels(self, cases: Sequence[Case]) -> dict[str, Channel]:
        found = {str(case.item.message.channel_id): case.item.message.channel for case in cases if case.item}
        missing = {key for case in cases for key in case.conversation.channel_ids} - found.keys()
        if missing:
            rows = Channel.objects.within(self._organization).filter(pk__in=missing)
            found |= {str(row.pk): row for row in rows.defer("secrets", "config", "health")}
        return found

    def _read_calendars(self) -> dict[str, Calendar]:
        rows = Schedule.objects.within(self._organization)
        found = {str(row.pk): _calendar(row) for row in rows}
        return {key: calendar for key, calendar in found.items() if calendar is not None}

    def _read_names(self) -> dict[str, str]:
        asked = [field_named(name) for name in self._fields]
        sources = {field.choices for field in asked if field and field.type in ("reference", "hours")}
        return choices.names(self._organization, sorted(sources))

    def _addresses_of(self, case: Case, kind: str) -> list[str]:
        found = self._addresses.get(case.conversation.requester_id, ())
        return [row.value for row in found if row.kind == kind]

    def _channel_of(self, case: Case) -> Channel | None:
        if case.item is not None:
            return case.item.message.channel
        return self._channels.get(next(iter(case.conversation.channel_ids), ""))

    def _minutes_since(self, moment: datetime | None) -> int | None:
        return None if moment is None else max(0, int((self._at - moment).total_seconds() // 60))


def _calendar(schedule: Schedule) -> Calendar | None:
    """The calendar of a schedule; None for one that was spoilt."""
    try:
        return calendar_of(schedule)
    except (ValueError, TypeError, KeyError):
        return None


def asks_about_messages(fields: Iterable[str]) -> bool:
    """Whether any of the fields needs a message."""
    return any(name.startswith(("message.", "channel.")) for name in fields)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _of_message(read: Callable[[Message], Any]) -> Callable[[Surroundings, Case], Any]:
    """A value of the message, if there is one."""
    return lambda _, case: None if case.item is None else read(case.item.message)


def _text(message: Message) -> str:
    """What its writer wrote, without what they quoted."""
    return unfolded(message.text, message.folds).strip() or message.text


def _people(message: Message) -> list[str]:
    return [str(person.get("address") or "") for person in (*message.to, *message.cc)]


def _author(case: Case) -> list[str]:
    if case.item is None:
        return []
    sender = case.item.message.sender or {}
    own = str(case.item.author_user) if case.item.author_user_id else ""
    return [str(sender.get("name") or ""), str(sender.get("address") or ""), own]


_OF_ADDRESSES: Final = frozenset({"contact.email", "contact.domain", "contact.phone"})
_OF_CHANNELS: Final = frozenset({"conversation.channel_kind", "channel.kind", "channel.address"})

_VALUES: Final[Mapping[str, Callable[[Surroundings, Case], Any]]] = {
    "conversation.status": lambda _, case: case.conversation.status,
    "conversation.priority": lambda _, case: case.conversation.priority,
    "conversation.subject": lambda _, case: case.conversation.subject,
    "conversation.channel_id": lambda _, case: list(case.conversation.channel_ids),
    "conversation.channel_kind": lambda here, case: [
        here._channels[key].kind for key in case.conversation.channel_ids if key in here._channels
    ],
    "conversation.queue_id": lambda _, case: _id(case.conversation.queue_id),
    "conversation.team_id": lambda _, case: _id(case.conversation.team_id),
    "conversation.assignee_id": lambda _, case: _id(case.conversation.assignee_id),
    "conversation.labels": lambda here, case: here._labels.get(case.conversation.pk, []),
    "conversation.age_minutes": lambda here, case: here._minutes_since(case.conversation.created_at),
    "conversation.waiting_minutes": lambda here, case: here._minutes_since(case.conversation.waiting_since),
    "conversation.is_new": lambda _, case: case.is_new,
    "contact.name": lambda _, case: case.conversation.requester.name,
    "contact.email": lambda here, case: here._addresses_of(case, "email"),
    "contact.domain": lambda here, case: [_domain(value) for value in here._addresses_of(case, "email")],
    "contact.phone": lambda here, case: here._addresses_of(case, "phone"),
    "contact.locale": lambda _, case: case.conversation.requester.locale,
    "contact.time_zone": lambda _, case: case.conversation.requester.time_zone,
    "message.text": _of_message(_text),
    "message.subject": _of_message(lambda message: message.subject),
    "message.author": lambda _, case: _author(case),
    "message.direction": lambda _, case: case.item.direction if case.item else None,
    "message.recipients": _of_message(_people),
    "message.has_attachments": lambda _, case: bool(case.item.attachments.all()) if case.item else None,
    "message.automatic": _of_message(lambda message: message.is_automatic),
    "channel.kind": lambda here, case: channel.kind if (channel := here._channel_of(case)) else None,
    "channel.address": lambda here, case: channel.address if (channel := here._channel_of(case)) else None,
}
