"""The chat connector: visitors of a site, through the widget's socket."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.chat import parse, visitors
from connectors.chat.models import IDENTITY_KIND
from connectors.chat.protocol import MAX_CHARACTERS
from hub.connector import Connector
from hub.messages import (
    Capabilities,
    ErrorClass,
    Health,
    Inbound,
    OutboundMessage,
    Receipt,
    SendError,
)
from hub.models import Channel, TimelineItem


class ChatConnector(Connector):
    """Visitors are told of answers by the conversation's events; sending only says how far that got."""

    kind = visitors.KIND
    label = "Web chat"
    icon = "message-circle"
    identity_kind = IDENTITY_KIND

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Text and files out; both sides see each other typing and reading."""
        return Capabilities(
            send=True,
            text_limit=MAX_CHARACTERS,
            files=10,
            typing_in=True,
            typing_out=True,
            delivered=True,
            read=True,
            idempotent_send=True,
            work="chat",
            realtime=True,
        )

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """The one message of an envelope."""
        return [parse.message(raw)]

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """Say how far a message got: it was committed before this call, and that is what visitors see.

        `sent` waits in the hub for the visitor, `delivered` was taken by an open widget, `read` was
        looked at. A visitor whose every browser was revoked cannot be reached any more.
        """
        gone, taken, seen = visitors.reach(channel, message.recipient.value)
        if gone:
            detail = "No browser of this visitor is left that could show it."
            raise SendError(ErrorClass.RECIPIENT, "visitor-gone", detail)
        seqs = TimelineItem.objects.within(channel.organization_id).values_list("seq", flat=True)
        seq = seqs.get(pk=message.item_id)
        if seq <= seen:
            return Receipt("read")
        if seq <= taken:
            return Receipt("delivered")
        return Receipt("sent", detail="Waits until the visitor's page is open.")

    def reconcile(self, channel: Channel, message: OutboundMessage) -> Receipt | None:
        """Nothing left the hub, so there is always an answer."""
        return self.send(channel, message)

    def health(self, channel: Channel) -> Health:
        """A widget that no page may embed is of no use."""
        if not channel.config.get("allowed_origins"):
            return Health(ok=False, detail="No website may show this widget yet: add its address.")
        return super().health(channel)
