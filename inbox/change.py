"""One conversation in the hands of one action: locked, changed, saved and announced together."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from hub import tenancy
from hub.clock import now
from hub.models import (
    ACTIVE,
    Channel,
    Conversation,
    Identity,
    Message,
    Note,
    Organization,
    Priority,
    Status,
    StatusEvent,
    TimelineItem,
    User,
)
from hub.prepared import Prepared
from hub.tenancy import TenantModel
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import counters, payloads, search
from inbox.errors import NotFound
from inbox.known import nothing_yet
from realtime import events

_PREVIEW = 160
Kind, Direction = TimelineItem.Kind, TimelineItem.Direction


class Standing(NamedTuple):
    """How a conversation stood when an action took it in hand."""

    status: str
    priority: str
    assignee_id: uuid.UUID | None
    team_id: uuid.UUID | None
    queue_id: uuid.UUID | None
    waiting_since: datetime | None


class Change:
    """Collects what an action does to a conversation; `finish` saves and announces it.

    The conversation's row is locked, so items get dense numbers. New rows are kept until the end and
    inserted together. Events are appended last, with the conversation as it is then, in the order in
    which the action announced them. `requirements` are the skills that rules ask of whoever works on it.
    """

    def __init__(self, conversation: Conversation, actor: Viewer | None, *, is_new: bool = False) -> None:
        self.conversation = conversation
        self.organization: Organization = conversation.organization
        self.actor = actor
        self.at = now()
        self.is_new = is_new
        self.before = None if is_new else standing(conversation)
        self.counted = set() if is_new else counters.keys(conversation)
        self.rows: list[TenantModel] = [conversation] if is_new else []
        self.findable: list[TimelineItem] = []
        self.announced: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = []
        self.acting: dict[str, Any] | None = actor_shape(actor)
        self.is_labelled = False
        self.requirements: list[dict[str, Any]] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.channels: dict[str, dict[str, Any]] = {}

    def append(
        self,
        kind: str,
        direction: str,
        *,
        identity: Identity | None = None,
        user: User | None = None,
        occurred_at: datetime | None = None,
    ) -> TimelineItem:
        """The next item of the timeline, still without its detail row."""
        self.conversation.last_item_seq += 1
        item = TimelineItem(
            organization=self.organization,
            conversation=self.conversation,
            seq=self.conversation.last_item_seq,
            kind=kind,
            direction=direction,
            author_identity=identity,
            author_user=user,
            occurred_at=occurred_at or self.at,
            recorded_at=self.at,
        )
        self.rows.append(item)
        nothing_yet(item, "attachments")
        return item

    def message(
        self, item: TimelineItem, channel: Channel, *, is_shown: bool = True, **fields: Any
    ) -> Message:
        """The detail row of a message item, and what the list shows of it.

        What is not `is_shown` leaves the list's row as it is: nobody was answered by it.
        """
        message = Message(organization=self.organization, item=item, channel=channel, **fields)
        self.rows.append(message)
        nothing_yet(message, "deliveries")
        item.message = message
        self.channels[str(channel.pk)] = payloads.channel_ref(channel)
        own = str(channel.pk)
        conversation = self.conversation
        conversation.channel_ids = [own, *(other for other in conversation.channel_ids if other != own)]
        if is_shown:
            self._show(item, message)
        self.findable.append(item)
        return message

    def _show(self, item: TimelineItem, message: Message) -> None:
        """Have the list's row show this message as the last one."""
        conversation = self.conversation
        conversation.preview = preview(message)
        conversation.last_direction = item.direction
        conversation.last_agent = item.author_user
        conversation.last_activity_at = self.at
        if item.direction == Direction.INBOUND:
            conversation.last_inbound_seq = item.seq

    def note(
        self, text: str, mentions: list[str], *, by: User | None = None, client_id: str | None = None
    ) -> TimelineItem:
        """A note by a colleague, otherwise by whoever acts."""
        author = by or self.hand
        assert author is not None or self.acting is not None
        item = self.append(Kind.NOTE, Direction.INTERNAL, user=author)
        item.note = Note(
            organization=self.organization, item=item, text=text, mentions=mentions, client_id=client_id
        )
        self.rows.append(item.note)
        self.findable.append(item)
        return item

    def record(self, name: str, data: dict[str, Any]) -> TimelineItem:
        """A line in the timeline that says what happened, and to whom it was owed."""
        item = self.append(Kind.EVENT, Direction.INTERNAL, user=self.hand)
        by = {"actor": self.acting} if self.acting is not None and self.hand is None else {}
        item.event = StatusEvent(organization=self.organization, item=item, name=name, data=data | by)
        self.rows.append(item.event)
        return item

    @property
    def hand(self) -> User | None:
        """The agent who acts; None while the clock, a rule or the engine does."""
        is_agent = self.actor is not None and self.acting == actor_shape(self.actor)
        return self.actor.user if self.actor is not None and is_agent else None

    def set_status(self, status: str) -> None:
        """Change the status and what follows from it."""
        conversation = self.conversation
        conversation.status = status
        conversation.is_active = status in ACTIVE
        if status != Status.SNOOZED:
            conversation.snoozed_until = None
        if not conversation.is_active:
            conversation.waiting_since = None

    def announce(self, name: str, **data: Any) -> None:
        """Append this event when the action is done; the conversation and its id come along.

        Who did it is `acting`: the actor, unless a rule or the engine acts on the change in hand.
        """
        self.announced.append((name, data, self.acting))

    def tell(self, name: str, data: dict[str, Any]) -> None:
        """Append this event after the others, without the conversation's row: it is about something else."""
        self.told.append((name, data))

    def finish(self) -> None:
        """Write all of it; nothing when nothing was announced."""
        finish_all(self.organization, [self])


def finish_all(organization: Organization, changes: Iterable[Change]) -> None:
    """Finish changes of one organization together: what follows, rows, search, counters, then events."""
    changes = [change for change in changes if change.announced]
    for follow in _followers:
        follow(organization, changes)
    _write(organization, changes)
    moved = counters.move_all(
        organization.pk, [(change.counted, counters.keys(change.conversation)) for change in changes]
    )
    shapes = payloads.conversations(
        [change.conversation for change in changes],
        channels={key: ref for change in changes for key, ref in change.channels.items()},
        new=[change.conversation for change in changes if change.is_new and not change.is_labelled],
    )
    for change, shape, changed in zip(changes, shapes, moved, strict=True):
        common = {"conversation": shape} | ({"counters": changed} if changed else {})
        for name, data, actor in change.announced:
            events.append(
                organization,
                name,
                {"conversation_id": shape["id"]} | data | common,
                conversation=change.conversation,
                actor=actor,
            )
        for name, data in change.told:
            told = {"conversation_id": shape["id"]} | data
            events.append(organization, name, told, conversation=change.conversation, actor=change.acting)


Follower = Callable[[Organization, Sequence[Change]], None]
"""What follows from changes, in their transaction: may change the conversations, append rows and announce."""

_followers: list[Follower] = []


def followed_by(*followers: Follower) -> None:
    """Have these follow every change, in this order, before it is written; called once, at start."""
    _followers[:] = followers


def standing(conversation: Conversation) -> Standing:
    """How a conversation stands now."""
    return Standing(*(getattr(conversation, field) for field in Standing._fields))


def _write(organization: Organization, changes: Sequence[Change]) -> None:
    number_all(organization, [change.conversation for change in changes if change.is_new])
    for change in changes:
        if change.before is not None and change.before.status != change.conversation.status:
            change.conversation.status_since = change.at
        change.conversation.version += 1
        change.conversation.updated_at = change.at
        if not change.is_new:
            change.conversation.save()
    tenancy.insert(row for change in changes for row in change.rows)
    search.index_all([item for change in changes for item in change.findable])


def number_all(organization: Organization, conversations: Iterable[Conversation]) -> None:
    """Number new conversations that have no number yet; the counter stays locked until the commit."""
    new = [row for row in conversations if row.number is None]
    for number, conversation in enumerate(new, _first_number(organization, len(new)) if new else 0):
        conversation.number = number


@contextmanager
def changing(viewer: Viewer, conversation_id: Any) -> Iterator[Change]:
    """Lock a conversation of the viewer's organization for one action; raises `NotFound`."""
    with unit():
        change = Change(lock(viewer.organization, conversation_id), viewer)
        yield change
        change.finish()


def lock(organization: Organization, conversation_id: Any) -> Conversation:
    """The conversation, its row locked until the transaction ends; raises `NotFound`."""
    found = lock_all(organization, [as_id(conversation_id)])
    if not found:
        raise NotFound("There is no such conversation.")
    return found[0]


def lock_all(organization: Organization, ids: Iterable[uuid.UUID]) -> list[Conversation]:
    """Those of the conversations that there are, locked in the order of their ids."""
    found = _locked(organization.pk, list(ids))
    for conversation in found:
        conversation.organization = organization
    return found


_locked = Prepared[Conversation](
    lambda organization_id, ids: (
        Conversation.objects.within(organization_id)
        .select_for_update(of=("self",))
        .select_related("requester")
        .filter(pk__in=ids)
        .order_by("pk")
    )
)


def open_conversation(
    organization: Organization, requester: Any, *, actor: Viewer | None = None, **fields: Any
) -> Change:
    """Begin a new conversation; it gets its number when the caller calls `finish`."""
    conversation = Conversation(
        organization=organization,
        requester=requester,
        priority=fields.pop("priority", Priority.NORMAL),
        **fields,
    )
    return Change(conversation, actor, is_new=True)


def actor_shape(actor: Viewer | None) -> dict[str, Any] | None:
    """Who did it, as events remember it."""
    return {"type": "agent", "id": str(actor.user.pk), "name": str(actor.user)} if actor else None


def _first_number(organization: Organization, count: int) -> int:
    """Take the organization's next conversation numbers; its row stays locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hub_organization SET last_conversation_number = last_conversation_number + %s"
            " WHERE id = %s RETURNING last_conversation_number",
            [count, Organization._meta.pk.get_db_prep_value(organization.pk, connection)],
        )
        return int(cursor.fetchone()[0]) - count + 1


def as_id(value: Any) -> uuid.UUID:
    """An id from outside as a UUID; raises `NotFound` for anything that cannot be one."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise NotFound("There is nothing under this id.") from None


def preview(message: Message) -> str:
    """The first words that its writer wrote, on one line; else of its subject."""
    words = _words(unfolded(message.text, message.folds)) or _words(message.text)
    return words or message.subject[:_PREVIEW]


def unfolded(text: str, folds: Iterable[Sequence[Any]]) -> str:
    """A text without its folded stretches."""
    pieces, place = [], 0
    for start, end, _ in folds:
        pieces.append(text[place:start])
        place = end
    return " ".join([*pieces, text[place:]])


def _words(text: str) -> str:
    return " ".join(text[: _PREVIEW * 4].split())[:_PREVIEW]
