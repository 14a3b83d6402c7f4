"""Reply: what an agent writes to the customer, kept, queued for delivery and shown at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Q

from hub import registry
from hub.connector import Connector
from hub.messages import Button, Capabilities, ContactCard, Location, Menu, TemplateCall, Window
from hub.models import (
    Attachment,
    Channel,
    Conversation,
    Delivery,
    Identity,
    Message,
    Participant,
    Status,
    TimelineItem,
    User,
)
from hub.prepared import Prepared
from hub.viewer import Viewer
from inbox import html, outbox, payloads, signatures, windows
from inbox.actions.recipients import Recipients, last_said, recipients_of_answer
from inbox.change import Change, as_id, changing
from inbox.division import FileFacts, Part, divide, refused_files, too_long
from inbox.errors import Conflict, Invalid, NotFound
from inbox.known import now_has
from inbox.rich_facts import rich_facts

LONGEST_HOLD = 120
"""Seconds for which a channel's `hold_seconds` may keep a message back, so that it can be taken back."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent wants to say. `client_id` is the browser's own id of it: the same one again
    is the same message. `seen_seq` is the last item the agent had on screen. `to` and `cc` are
    addresses; None means those whom an answer to all reaches. Nobody sees who is in `bcc`. A `template`
    is a provider's, `text` its preview; `tag` one of the reply window's."""

    text: str = ""
    html: str = ""
    attachment_ids: Sequence[Any] = ()
    client_id: str = ""
    channel_id: Any = None
    to: Sequence[str] | None = None
    cc: Sequence[str] | None = None
    bcc: Sequence[str] = ()
    seen_seq: int | None = None
    force: bool = False
    reply_to: Any = None
    subject: str = ""
    template: TemplateCall | None = None
    tag: str = ""
    buttons: Sequence[Button] = ()
    menu: Menu | None = None
    location: Location | None = None
    contacts: Sequence[ContactCard] = ()

    @property
    def rich(self) -> dict[str, Any]:
        """What it holds beside words and files, as `Message.facts` keeps it."""
        return rich_facts(
            location=self.location,
            contacts=tuple(self.contacts),
            buttons=tuple(self.buttons),
            menu=self.menu,
            template=self.template,
        )


def reply(viewer: Viewer, conversation_id: Any, draft: Draft) -> TimelineItem:
    """Say it. Answers the item, its deliveries queued; the first item when the same `client_id`
    comes again. What the channel cannot carry in one message becomes several items, of which it answers
    the first.

    Raises `Conflict` ("conversation-changed", with what was missed) when somebody else said
    something after `seen_seq` and `force` is not set, `Invalid` for what cannot be sent,
    `NotFound` for foreign ids. One transaction.
    """
    with changing(viewer, conversation_id) as change:
        known = known_message(viewer, change.conversation, draft)
        if known is not None:
            return known
        _guard(change, draft)
        channel = _channel(change.conversation, draft)
        answered = _replied_to(change.conversation, draft)
        latest = answered or last_said(change.conversation, channel)
        recipients = recipients_of_answer(change.conversation, channel, draft, latest)
        items = write(change, channel, draft, recipients, answered, latest=latest)
        _take_over(change, recipients)
        announce(change, items)
        return items[0]


def announce(change: Change, items: Sequence[TimelineItem]) -> None:
    """Tell everybody of messages that were just written."""
    for item in items:
        change.announce("message.created", message=payloads.item(item))


def write(
    change: Change,
    channel: Channel,
    draft: Draft,
    recipients: Recipients,
    answered: Message | None = None,
    *,
    latest: Message | None = None,
    facts: dict[str, Any] | None = None,
    is_shown: bool = True,
) -> list[TimelineItem]:
    """The items, their files, and one queued delivery per item and recipient. Raises `Invalid`.

    `latest` is the message whose subject goes on; `is_shown` as in `Change.message`.
    """
    assert change.actor is not None
    capabilities = registry.connector(channel.kind).capabilities(channel.config)
    files = _attachments(change.actor, draft)
    _check(channel, capabilities, draft, recipients, files)
    window = windows.window(channel, change.conversation, next(iter(recipients.to), None))
    _check_window(channel, window, draft)
    facts = {**_extras(draft, answered or latest), **(facts or {})}
    items = []
    for part in _parts(capabilities, draft, files):
        item = _write_part(
            change, channel, draft, part, recipients, answered, latest, facts=facts, is_shown=is_shown
        )
        _attach(item, [files[place] for place in part.files])
        _send(change, item.message, recipients)
        items.append(item)
        draft, answered, facts = replace(draft, client_id=""), None, _without_rich(facts)
    return items


def _parts(capabilities: Capabilities, draft: Draft, files: Sequence[Attachment]) -> list[Part]:
    text = draft.text or html.to_text(draft.html)
    if draft.html or draft.template is not None:
        return [Part(text, tuple(range(len(files))))]
    return divide(capabilities, text, len(files))


def _without_rich(facts: dict[str, Any]) -> dict[str, Any]:
    """What the further messages of an answer share with the first one."""
    return {name: fact for name, fact in facts.items() if name != "rich"}


def _extras(draft: Draft, answered: Message | None) -> dict[str, Any]:
    """What the channel is told beside the words; an answer to what is public is public."""
    facts: dict[str, Any] = {"rich": draft.rich} if draft.rich else {}
    if draft.tag:
        facts["tag"] = draft.tag
    if answered is not None and answered.facts.get("public"):
        facts["public"] = True
    return facts


def _write_part(
    change: Change,
    channel: Channel,
    draft: Draft,
    part: Part,
    recipients: Recipients,
    answered: Message | None,
    latest: Message | None,
    *,
    facts: dict[str, Any],
    is_shown: bool,
) -> TimelineItem:
    assert change.actor is not None
    conversation, viewer = change.conversation, change.actor
    item = change.append(TimelineItem.Kind.MESSAGE, TimelineItem.Direction.OUTBOUND, user=viewer.user)
    change.message(
        item,
        channel,
        is_shown=is_shown,
        client_id=draft.client_id or None,
        reply_to=answered,
        subject=draft.subject or _latest_subject(conversation, channel, answered, latest),
        text=part.text,
        html=html.sanitise(draft.html) if draft.html else "",
        sender={"name": str(viewer.user), "address": channel.address},
        to=[_address(identity) for identity in recipients.to],
        cc=[_address(identity) for identity in recipients.cc],
        bcc=[_address(identity) for identity in recipients.bcc],
        facts=facts | _signature(change, channel),
    )
    return item


def _send(change: Change, message: Message, recipients: Recipients) -> None:
    """One queued delivery each, held back for as long as the channel wants."""
    channel = message.channel
    held = channel.config.get("hold_seconds")
    hold = timedelta(seconds=max(0, min(held, LONGEST_HOLD)) if isinstance(held, int) else 0)
    deliveries = [
        Delivery(organization=change.organization, message=message, channel=channel, recipient=identity)
        for identity in recipients.everybody
    ]
    for delivery in deliveries:
        delivery.save(force_insert=True)
        outbox.enqueue(delivery, change.conversation, hold)
    now_has(message, "deliveries", deliveries)


def _latest_subject(
    conversation: Conversation, channel: Channel, answered: Message | None, latest: Message | None
) -> str:
    """A thread's subject may change on its way: an answer takes the latest."""
    capabilities = registry.connector(channel.kind).capabilities(channel.config)
    before = latest if capabilities.subject else answered
    return (before.subject if before is not None else "") or conversation.subject


def _signature(change: Change, channel: Channel) -> dict[str, Any]:
    """What stands under the message on channels that write letters, as `Message.facts` keeps it."""
    capabilities = registry.connector(channel.kind).capabilities(channel.config)
    if not (capabilities.html and capabilities.subject) or change.actor is None:
        return {}
    conversation = change.conversation
    found = signatures.signature_for(
        change.organization, change.actor.user, conversation.team, channel, conversation
    )
    return {"signature": {"text": found.text, "html": found.html}} if found.text or found.html else {}


_said = Prepared[Message](
    lambda organization_id, client_id: (
        Message.objects.within(organization_id).filter(client_id=client_id).select_related("item", "channel")
    )
)


def known_message(viewer: Viewer, conversation: Conversation, draft: Draft) -> TimelineItem | None:
    """What this `client_id` said before, if it did; raises `Invalid` when it did so elsewhere."""
    if not draft.client_id:
        return None
    message = next(iter(_said(viewer.organization.pk, draft.client_id)), None)
    if message is None:
        return None
    if message.item.conversation_id != conversation.pk:
        raise Invalid({"client_id": ["This client_id was used in another conversation."]})
    return message.item


def _guard(change: Change, draft: Draft) -> None:
    """Nobody answers blind: what others said since the agent looked comes back instead."""
    if draft.seen_seq is None or draft.force:
        return
    missed = list(
        TimelineItem.objects.filter(conversation=change.conversation, seq__gt=draft.seen_seq)
        .exclude(kind=TimelineItem.Kind.EVENT)
        .exclude(author_user=change.actor.user if change.actor else None)
        .select_related(*payloads.ITEM_RELATIONS)
        .order_by("seq")
    )
    if missed:
        raise Conflict(
            "Something was said in this conversation after you last saw it.",
            slug="conversation-changed",
            extra={"missed": payloads.items(missed), "last_seq": change.conversation.last_item_seq},
        )


def _channel(conversation: Conversation, draft: Draft) -> Channel:
    """The channel named, else the one that the customer used last."""
    wanted = draft.channel_id or next(iter(conversation.channel_ids), None)
    if wanted is None:
        raise Invalid({"channel_id": ["This conversation has no channel yet: name one."]})
    channel = Channel.objects.within(conversation.organization_id).filter(pk=as_id(wanted)).first()
    if channel is None:
        raise NotFound("There is no such channel.")
    connector_of(channel)
    return channel


def connector_of(channel: Channel) -> Connector:
    """The channel's connector; raises `Invalid` when it is not installed any more."""
    try:
        return registry.connector(channel.kind)
    except registry.UnknownKind:
        raise Invalid(
            {"channel_id": [f"{channel.name} cannot be used: no connector for it is installed."]}
        ) from None


def _check(
    channel: Channel,
    capabilities: Capabilities,
    draft: Draft,
    recipients: Recipients,
    files: Sequence[Attachment],
) -> None:
    text = draft.text or html.to_text(draft.html)
    errors: dict[str, list[str]] = {}
    if not capabilities.send:
        errors["channel_id"] = [f"{channel.name} cannot send messages."]
    if not channel.is_active:
        errors["channel_id"] = [f"{channel.name} is switched off."]
    if not text.strip() and not draft.attachment_ids and not draft.rich:
        errors["text"] = ["Write something, or attach a file."]
    if too_long(capabilities, text):
        errors["text"] = [_too_long(channel, capabilities)]
    if len(recipients.everybody) > 1 and not capabilities.cc:
        errors["cc"] = [f"{channel.name} knows no copies."]
    if len(draft.attachment_ids) > capabilities.files:
        errors["attachment_ids"] = [f"{channel.name} takes {capabilities.files} files at most."]
    elif refused := refused_files(capabilities, [_file_facts(file) for file in files]):
        errors["attachment_ids"] = refused
    errors |= _check_rich(channel, capabilities, draft)
    if errors:
        raise Invalid(errors)


def _check_rich(channel: Channel, capabilities: Capabilities, draft: Draft) -> dict[str, list[str]]:
    """What the channel does not know beside words and files."""
    rows = len(draft.menu.rows) if draft.menu else 0
    wrong = {
        "template": draft.template is not None and not capabilities.templates,
        "location": draft.location is not None and not capabilities.location,
        "contacts": bool(draft.contacts) and not capabilities.contacts,
        "buttons": len(draft.buttons) > capabilities.buttons,
        "menu": rows > capabilities.menu_rows,
    }
    return {name: [f"{channel.name} cannot send this."] for name, is_wrong in wrong.items() if is_wrong}


_UNITS = {"bytes": "bytes", "gsm_segments": "SMS segments"}


def _too_long(channel: Channel, capabilities: Capabilities) -> str:
    unit = _UNITS.get(capabilities.text_unit, "characters")
    return f"{channel.name} takes {capabilities.text_limit} {unit} at most."


def _check_window(channel: Channel, window: Window, draft: Draft) -> None:
    """Raise `Invalid` for what may not be written now."""
    if window.mode == "closed":
        raise Invalid({"channel_id": [window.reason or f"{channel.name} cannot be used for this now."]})
    if draft.template is not None:
        return
    if window.mode == "template":
        raise Invalid({"template": [f"{window.reason} Choose a template.".strip()]})
    if window.mode == "tagged" and draft.tag not in window.tags:
        raise Invalid({"tag": ["The time for an ordinary answer is over: this one needs a tag."]})


def _file_facts(file: Attachment) -> FileFacts:
    return FileFacts(file.filename, file.content_type, file.size)


def _replied_to(conversation: Conversation, draft: Draft) -> Message | None:
    if not draft.reply_to:
        return None
    message = (
        Message.objects.within(conversation.organization_id)
        .filter(item_id=as_id(draft.reply_to), item__conversation=conversation)
        .first()
    )
    if message is None:
        raise NotFound("The message that this answers is not in the conversation.")
    return message


def _attachments(viewer: Viewer, draft: Draft) -> list[Attachment]:
    """The files that go along, in the writer's order; raises `NotFound` for others than theirs."""
    wanted = list(dict.fromkeys(as_id(value) for value in draft.attachment_ids))
    if not wanted:
        return []
    found = Attachment.objects.within(viewer.organization).filter(
        pk__in=wanted, item__isnull=True, uploaded_by=viewer.user
    )
    by_id = {file.pk: file for file in found}
    if len(by_id) != len(wanted):
        raise NotFound("One of the attachments does not exist or was sent already.")
    return [by_id[key] for key in wanted]


def _attach(item: TimelineItem, files: Sequence[Attachment]) -> None:
    for position, file in enumerate(files):
        file.item, file.position = item, position
        file.save(update_fields=["item", "position"])
    if files:
        now_has(item, "attachments", list(files))


def _address(identity: Identity) -> dict[str, str]:
    return {"name": identity.contact.name, "address": str(identity)}


def _take_over(change: Change, recipients: Recipients) -> None:
    """An answer opens a new conversation, ends the wait, and claims what nobody had."""
    conversation = change.conversation
    assert change.actor is not None
    conversation.waiting_since = None
    if conversation.status in (Status.NEW, Status.SNOOZED, Status.RESOLVED, Status.CLOSED):
        before = conversation.status
        change.set_status(Status.OPEN)
        if before != Status.NEW:
            line = change.record("status_changed", {"from": before, "to": Status.OPEN, "by": "agent"})
            change.announce("conversation.status_changed", item=payloads.item(line))
    if conversation.assignee_id is None:
        conversation.assignee = change.actor.user
        change.announce("conversation.assigned")
    _take_part(change, recipients, change.actor.user)


def _take_part(change: Change, recipients: Recipients, agent: User) -> None:
    """The agent takes part, and whoever is openly addressed, so that their answers belong here.

    Who is in Bcc does not.
    """
    wanted = {identity.pk: identity for identity in (*recipients.to, *recipients.cc)}
    rows = Participant.objects.filter(conversation=change.conversation)
    rows = rows.filter(Q(identity_id__in=list(wanted)) | Q(user=agent))
    known = {key for pair in rows.values_list("identity_id", "user_id") for key in pair}
    place = {"organization": change.organization, "conversation": change.conversation}
    for pk in wanted.keys() - known:
        change.rows.append(Participant(identity=wanted[pk], role=Participant.Role.CC, **place))
    if agent.pk not in known:
        change.rows.append(Participant(user=agent, role=Participant.Role.AGENT, **place))
