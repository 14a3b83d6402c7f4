"""Shows customers that an agent is writing, on channels whose provider can show it."""

from typing import Any

import structlog

from hub import registry
from hub.connector import Connector
from hub.jobs import enqueue
from hub.models import Channel, ChannelThread, Conversation
from inbox.windows import window

log = structlog.get_logger(__name__)

TELL = "inbox.tell_typing"
"""The job that tells a provider that an agent is typing."""


def agent_typing(organization_id: Any, conversation_id: Any, state: str) -> None:
    """Have the customer's channel told, if it can show it to them; cheap for all others."""
    rows = Conversation.objects.within(organization_id).filter(pk=conversation_id)
    channel_ids = rows.values_list("channel_ids", flat=True).first()
    if not channel_ids:
        return
    channel = Channel.objects.within(organization_id).filter(pk=channel_ids[0]).only("kind").first()
    connector = registry.connectors().get(channel.kind) if channel is not None else None
    if channel is None or connector is None or type(connector).typing is Connector.typing:
        return
    payload = {"channel_id": str(channel.pk), "conversation_id": str(conversation_id), "state": state}
    enqueue(TELL, payload, queue="send", unique_key=f"{TELL}:{conversation_id}:{state}")


def tell(channel_id: str, conversation_id: str, state: str) -> None:
    """Tell the provider; what goes wrong is nobody's concern."""
    rows = Channel.objects.unscoped("the job names the channel").select_related("organization")
    channel = rows.filter(pk=channel_id).first()
    thread = ChannelThread.objects.unscoped("the job names the channel").filter(
        channel_id=channel_id, conversation_id=conversation_id
    )
    newest = thread.select_related("conversation__requester").order_by("-id").first()
    if channel is None or newest is None or not channel.is_active:
        return
    connector = registry.connector(channel.kind)
    is_open = window(channel, newest.conversation).mode == "open"
    if not is_open or not connector.capabilities(channel.config).typing_out:
        return
    try:
        connector.typing(channel, newest.key, state)
    except Exception as error:  # noqa: BLE001  the edge to an SDK; a hint that is not shown hurts nobody
        log.info("typing.not_shown", channel=str(channel.pk), error=type(error).__name__)
