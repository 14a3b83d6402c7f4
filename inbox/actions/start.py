"""Start: an agent writes to somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.messages import TemplateCall
from hub.models import Channel, Contact, Conversation, Identity, Participant, Status
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.recipients import Recipients, identity_kind, recipients
from inbox.actions.reply import Draft, announce, connector_of, write
from inbox.change import Change, as_id, open_conversation
from inbox.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class NewConversation:
    """To whom, by which channel, and what. Either a known contact or addresses (`to`)."""

    channel_id: Any
    contact: Any = None
    to: str | Sequence[str] = ()
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachment_ids: Sequence[Any] = ()
    client_id: str = ""
    template: TemplateCall | None = None


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
        recipients = _recipients(viewer, channel, new)
        change = open_conversation(
            viewer.organization,
            recipients.to[0].contact,
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
            template=new.template,
        )
        items = write(change, channel, draft, recipients)
        _take_part(change, recipients, viewer)
        change.announce("conversation.created")
        announce(change, items)
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
    if not channel.is_active:
        raise Invalid({"channel_id": [f"{channel.name} is switched off."]})
    if not connector_of(channel).capabilities(channel.config).can_start:
        raise Invalid({"channel_id": [f"On {channel.name} only the customer can begin."]})
    return channel


def _recipients(viewer: Viewer, channel: Channel, new: NewConversation) -> Recipients:
    """The contact's oldest address, or the addresses given; the first is the requester's."""
    given = [new.to] if isinstance(new.to, str) else list(new.to)
    addresses = [address for address in given if address.strip()]
    if new.contact:
        addresses = [_address_of(viewer, channel, new.contact), *addresses]
    return recipients(channel, addresses, new.cc, new.bcc)


def _address_of(viewer: Viewer, channel: Channel, contact_id: Any) -> str:
    contact = Contact.objects.within(viewer.organization).filter(pk=as_id(contact_id)).first()
    if contact is None:
        raise NotFound("There is no such contact.")
    known = Identity.objects.filter(contact=contact, kind=identity_kind(channel)).order_by("created_at")
    identity = known.first()
    if identity is None:
        raise Invalid({"contact": [f"No address of this contact is known for {channel.name}."]})
    return str(identity.value)


def _take_part(change: Change, recipients: Recipients, viewer: Viewer) -> None:
    first, *others = [*recipients.to, *recipients.cc]
    roles = [(first, Participant.Role.REQUESTER), *((other, Participant.Role.CC) for other in others)]
    organization, conversation = change.organization, change.conversation
    change.rows += [
        Participant(organization=organization, conversation=conversation, identity=identity, role=role)
        for identity, role in roles
    ]
    change.rows.append(
        Participant(
            organization=organization,
            conversation=conversation,
            user=viewer.user,
            role=Participant.Role.AGENT,
        )
    )
