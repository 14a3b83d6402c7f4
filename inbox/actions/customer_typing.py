"""Shows the agents that a customer is writing, on channels that tell; nothing of it is kept."""

from hub.messages import InboundTyping
from hub.models import Channel, ChannelThread, Identity
from hub.transaction import after_commit
from realtime import bus, visibility


def customer_typing(channel: Channel, inbound: InboundTyping) -> None:
    """Publish it for the thread's conversation; a thread that is not known is nobody's concern."""
    thread = ChannelThread.objects.filter(channel=channel, key=inbound.thread_key).first()
    sender = inbound.sender
    identity = (
        Identity.objects.within(channel.organization_id)
        .filter(kind=sender.kind, value=sender.value)
        .select_related("contact")
        .first()
    )
    if thread is None or identity is None:
        return
    frame = {
        "type": "typing",
        "conversation_id": str(thread.conversation_id),
        "who": {
            "type": "contact",
            "id": str(identity.contact_id),
            "name": identity.contact.name or str(identity),
        },
        "state": inbound.state,
    }
    topic = visibility.topic("conversation", thread.conversation_id)
    key = f"typing:{identity.pk}"
    after_commit(lambda: bus.publish_value(channel.organization_id, topic, key, frame))
