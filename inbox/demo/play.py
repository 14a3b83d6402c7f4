"""Plays a story through the same actions as everyone uses, at the hours at which it happened."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.db.models import F

from hub import registry, tokens
from hub.clock import held_at, now
from hub.messages import InboundMessage, Party
from hub.models import (
    Channel,
    Conversation,
    Delivery,
    DeliveryStatus,
    Identity,
    Job,
    ReadMark,
    Status,
    TimelineItem,
    WorkItem,
)
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import actions, outbox
from inbox.actions import Draft
from inbox.actions.files import store
from inbox.actions.recipients import identity_kind
from inbox.demo import files
from inbox.demo.organizations import Cast
from inbox.demo.stories import Story, Turn
from media import attachments

_FRESH = timedelta(hours=6)


def play(cast: Cast, story: Story) -> None:
    """Tell one story from its first turn to how it stands today, in one transaction.

    What agents say in it was delivered long ago: nothing of it is sent.
    """
    with unit():
        moment, kind, conversation = story.begins, story.channel, None
        for number, turn in enumerate(story.turns):
            moment, kind = moment + turn.wait, turn.channel or kind
            with held_at(moment):
                if turn.by == "customer":
                    conversation = _hear(cast, story, conversation, number, turn, kind)
                else:
                    assert conversation is not None
                    _say(cast, story, conversation, turn)
        assert conversation is not None
        with held_at(moment + timedelta(minutes=2)):
            _end(cast, story, conversation)
        _deliver(conversation)
        _settle(conversation)
        is_fresh = story.turns[-1].by == "customer" and moment > now() - _FRESH
        _mark_read(cast, conversation, but_the_last=is_fresh)


def external_id(story: Story, number: int = 0) -> str:
    """Under which id the channel knows a turn of a story."""
    return f"demo-{story.key}-{number}"


def _hear(
    cast: Cast, story: Story, conversation: Conversation | None, number: int, turn: Turn, kind: str
) -> Conversation:
    """A customer's turn; the first one begins the conversation and gets it sorted."""
    channel = cast.channels[kind]
    if conversation is None or turn.channel:
        _introduce(cast, story, channel)
    key = external_id(story, number)
    message = _read(story, channel, number, turn) if turn.mail else _said(story, channel, number, turn)
    message = replace(
        message,
        external_id=key,
        sender=_address(story, channel),
        sent_at=now(),
        reference=f"<{key}@{story.address.split('@')[1]}>",
        reply_token=tokens.sign_id(tokens.REPLY, conversation.pk) if conversation else "",
    )
    item: TimelineItem = actions.receive(channel, message, files=store(message.files))
    if conversation is None:
        _sort(cast, story, item.conversation)
    return item.conversation


def _said(story: Story, channel: Channel, number: int, turn: Turn) -> InboundMessage:
    """A turn that is a text."""
    return InboundMessage(
        external_id="",
        sender=_address(story, channel),
        text=turn.text,
        subject=_subject(story, channel, number),
        to=(Party(channel.kind, channel.address),),
        thread_key=f"demo-{story.key}" if channel.kind != "email" else "",
        files=tuple(files.make(name) for name in turn.files),
    )


def _read(story: Story, channel: Channel, number: int, turn: Turn) -> InboundMessage:
    """A turn that is a whole mail, as the channel's connector understands it."""
    head = (
        f"From: {story.name} <{story.address}>\nTo: {channel.address}\n"
        f"Subject: {_subject(story, channel, number)}\nMIME-Version: 1.0\n"
    )
    raw = (head + turn.mail.lstrip()).replace("\n", "\r\n").encode()
    envelope = {"address": channel.address, "sender": story.address}
    found = registry.connector(channel.kind).parse(raw, envelope, channel.config)
    return next(one for one in found if isinstance(one, InboundMessage))


def _subject(story: Story, channel: Channel, number: int) -> str:
    if number == 0:
        return story.subject
    return f"Re: {story.subject}" if channel.kind == "email" else ""


def _say(cast: Cast, story: Story, conversation: Conversation, turn: Turn) -> None:
    """An agent's turn: an answer, or a note for colleagues."""
    viewer = cast.viewers[turn.who or story.agent]
    if turn.by == "note":
        actions.note(viewer, conversation.pk, turn.text)
        return
    channel = cast.channels[turn.channel] if turn.channel else None
    if channel is not None:
        _introduce(cast, story, channel)
    attached = [_upload(viewer, name) for name in turn.files]
    draft = Draft(text=turn.text, channel_id=channel.pk if channel else None, attachment_ids=attached)
    actions.reply(viewer, conversation.pk, draft)


def _address(story: Story, channel: Channel) -> Party:
    """The person's address on this channel."""
    kind = identity_kind(channel)
    value = story.address if kind == "email" else _visitor(story)
    return Party(kind, value, name=story.name, locale=story.language)


def _visitor(story: Story) -> str:
    """The name of the person's browser, of the form that the chat gives to its visitors."""
    return str(uuid5(NAMESPACE_URL, f"demo:{story.address}"))


def _introduce(cast: Cast, story: Story, channel: Channel) -> None:
    """Let a person who is known by another address go on as the same contact on this channel."""
    party = _address(story, channel)
    identities = Identity.objects.within(cast.organization)
    known = identities.filter(value__in=(story.address, _visitor(story))).first()
    if known is not None and known.kind != party.kind:
        identities.get_or_create(
            organization=cast.organization,
            kind=party.kind,
            value=party.value,
            defaults={"contact_id": known.contact_id, "display": party.value},
        )


def _upload(viewer: Viewer, name: str) -> str:
    file = files.make(name)
    row = attachments.create(
        viewer.organization, file.filename, file.content_type, file.data, uploaded_by=viewer.user
    )
    return str(row.pk)


def _sort(cast: Cast, story: Story, conversation: Conversation) -> None:
    """What a first look does: the right queue, an agent, labels and priority."""
    supervisor = cast.viewers["supervisor"]
    place: dict[str, Any] = {"queue_id": None}
    if story.outcome != "new":
        queue = cast.queues[story.queue]
        agent = cast.viewers[story.agent].user
        place = {"queue_id": queue.pk, "team_id": queue.team_id, "assignee_id": agent.pk}
    changes = {"labels": list(story.labels), "priority": story.priority, **place}
    actions.update(supervisor, conversation.pk, changes)


def _end(cast: Cast, story: Story, conversation: Conversation) -> None:
    viewer = cast.viewers[story.agent]
    if story.outcome == "resolved":
        actions.resolve(viewer, conversation.pk)
    elif story.outcome == "pending":
        actions.update(viewer, conversation.pk, {"status": "pending"})
    elif story.outcome == "snoozed":
        actions.snooze(viewer, conversation.pk, _a_coming_morning(cast))


def _a_coming_morning(cast: Cast) -> datetime:
    """Late enough to be still to come for a story that ended within the last two days."""
    local = now().astimezone(ZoneInfo(cast.plan.time_zone)) + timedelta(days=3)
    return local.replace(hour=8, minute=0, second=0, microsecond=0)


def _deliver(conversation: Conversation) -> None:
    """Say of each delivery what a month later is known of it, and take back the jobs to send it."""
    deliveries = Delivery.objects.within(conversation.organization_id).filter(
        message__item__conversation=conversation
    )
    by_mail = deliveries.filter(channel__kind="email")
    by_mail.update(status=DeliveryStatus.SENT)
    deliveries.filter(status=DeliveryStatus.QUEUED).update(status=DeliveryStatus.READ)
    Job.objects.filter(name=outbox.DELIVER, lane__startswith=f"{conversation.pk}:").delete()


def _settle(conversation: Conversation) -> None:
    """Let work rest where the story left it: nobody was online then, as far as the engine could see."""
    conversation.refresh_from_db(fields=["assignee", "waiting_since", "status"])
    works = WorkItem.objects.within(conversation.organization_id).filter(conversation=conversation)
    is_in_hand = conversation.waiting_since is not None and conversation.status == Status.OPEN
    works.filter(is_over=False, assignee__isnull=False).update(
        state=WorkItem.State.ACTIVE if is_in_hand else WorkItem.State.PARKED,
        opened_at=F("accepted_at"),
        timer_at=None,
    )


def _mark_read(cast: Cast, conversation: Conversation, *, but_the_last: bool) -> None:
    """Everyone has read everything, or everything but what the customer said last."""
    conversation.refresh_from_db(fields=["last_item_seq", "last_inbound_seq"])
    seq = conversation.last_inbound_seq - 1 if but_the_last else conversation.last_item_seq
    marks = [
        ReadMark(
            organization=cast.organization,
            conversation=conversation,
            user=viewer.user,
            seq=seq,
        )
        for viewer in cast.viewers.values()
    ]
    ReadMark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["conversation", "user"], update_fields=["seq"]
    )
