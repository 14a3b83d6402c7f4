"""Start: an agent writes to somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub import registry
from hub.messages import Party
from hub.models import Channel, Contact, Conversation, Identity, Participant, Status
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import contacts, payloads
from inbox.actions.reply import Draft, connector_of, identity_kind, write
from inbox.change import as_id, open_conversation
from inbox.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class NewConversation:
    """To whom, by which channel, and what. Either a known contact or an address (`to`)."""

    channel_id: Any
    contact: Any = None
    to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    attachment_ids: Sequence[Any] = ()
    client_id: str = ""


def start(viewer: Viewer, new: NewConversation) -> Conversation:
    """Open a conversation with its first outbound message queued; the sender is its assignee.

    The same `client_id` again answers the conversation that it began. Raises `Invalid` when the
    channel cannot begin or the person cannot be reached, `NotFound`.
    """
    with unit():
        known = _known(viewer, new)
        if known is not None:
            return known
        channel = _channel(viewer, new)
        recipient = _recipient(viewer, channel, new)
        change = open_conversation(
            viewer.organization,
            recipient.contact,
            actor=viewer,
            subject=new.subject[:500],
            queue_id=channel.queue_id,
            assignee=viewer.user,
        )
        change.set_status(Status.OPEN)
        draft = Draft(
            text=new.text,
            html=new.html,
            attachment_ids=new.attachment_ids,
            client_id=new.client_id,
            subject=new.subject,
        )
        item = write(change, channel, draft, [recipient])
        _take_part(change.conversation, recipient, viewer)
        change.announce("conversation.created")
        change.announce("message.created", message=payloads.item(item))
        change.finish()
        return change.conversation


def _known(viewer: Viewer, new: NewConversation) -> Conversation | None:
    if not new.client_id:
        return None
    rows = Conversation.objects.within(viewer.organization).select_related("requester")
    return rows.filter(items__message__client_id=new.client_id).first()


def _channel(viewer: Viewer, new: NewConversation) -> Channel:
    channel = Channel.objects.within(viewer.organization).filter(pk=as_id(new.channel_id)).first()
    if channel is None:
        raise NotFound("There is no such channel.")
    if not connector_of(channel).capabilities(channel.config).can_start:
        raise Invalid({"channel_id": [f"On {channel.name} only the customer can begin."]})
    return channel


def _recipient(viewer: Viewer, channel: Channel, new: NewConversation) -> Identity:
    kind = identity_kind(channel)
    if new.contact:
        contact = Contact.objects.within(viewer.organization).filter(pk=as_id(new.contact)).first()
        if contact is None:
            raise NotFound("There is no such contact.")
        identity = (
            Identity.objects.filter(contact=contact, kind=kind)
            .select_related("contact")
            .order_by("created_at")
            .first()
        )
        if identity is None:
            raise Invalid({"contact": [f"No address of this contact is known for {channel.name}."]})
        return identity
    if not new.to.strip():
        raise Invalid({"to": ["Say to whom."]})
    address = registry.connector(channel.kind).normalise(new.to)
    if address is None:
        raise Invalid({"to": [f"“{new.to.strip()[:80]}” is no address for {channel.name}."]})
    return contacts.identify(viewer.organization.pk, Party(kind=kind, value=address, display=new.to.strip()))


def _take_part(conversation: Conversation, recipient: Identity, viewer: Viewer) -> None:
    for who in (
        {"identity": recipient, "role": "requester"},
        {"user": viewer.user, "role": Participant.Role.AGENT},
    ):
        Participant(organization_id=conversation.organization_id, conversation=conversation, **who).save(
            force_insert=True
        )
