"""How a channel's mail presents itself: names, addresses for answers and bounces, and habits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from connectors.email.sending import own_ids, verp
from hub import tokens
from hub.messages import OutboundMessage
from hub.models import Channel

UNSUBSCRIBE = "unsubscribe"
"""The purpose of tokens that unsubscribe the recipient of a delivery."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a channel's settings make of every mail.

    `send_as` is one of the three of the settings. `takes_subaddresses`: what is sent to
    `address+anything` comes in. `null_sender`: automatic mail leaves without a return path (RFC 3834 §3.3),
    which servers that we sign in to rarely allow. `unsubscribe_url` begins the links of List-Unsubscribe.
    """

    address: str
    name: str
    send_as: str = "agent_at_channel"
    reply_to: str = ""
    return_domain: str = ""
    takes_subaddresses: bool = True
    null_sender: bool = True
    subject_number: bool = False
    unsubscribe_url: str = ""

    @classmethod
    def of(cls, channel: Channel) -> Letterhead:
        """A channel's, from its settings."""
        config = channel.config
        unsubscribe = f"{settings.PUBLIC_URL}/mail/unsubscribe/" if config.get("unsubscribe") else ""
        return cls(
            address=channel.address,
            name=str(config.get("send_name") or channel.name),
            send_as=str(config.get("send_as") or "agent_at_channel"),
            reply_to=str(config.get("reply_to") or ""),
            return_domain=str(config.get("return_domain") or ""),
            takes_subaddresses=_takes_subaddresses(channel),
            null_sender=config.get("send_by") != "smtp",
            subject_number=bool(config.get("subject_number")),
            unsubscribe_url=unsubscribe,
        )

    def sender_name(self, message: OutboundMessage) -> str:
        """The name that the recipient reads."""
        agent = " ".join(message.sender_name.split())
        if not agent or self.send_as == "channel" or message.automatic:
            return self.name
        return agent if self.send_as == "agent" or not self.name else f"{agent} at {self.name}"

    def answers_to(self, sender: str, token: str) -> str:
        """The address for Reply-To; "" where answers find home without one."""
        if self.reply_to:
            return self.reply_to
        return own_ids.reply_address(sender, token) if self.takes_subaddresses else ""

    def return_path(self, sender: str, message: OutboundMessage) -> str:
        """The envelope's sender: one for each delivery where a domain leads back here, else the channel's."""
        if self.return_domain and (path := verp.return_path(message.delivery_id, self.return_domain)):
            return path
        return "" if message.automatic and self.null_sender else sender

    def unsubscribe_link(self, message: OutboundMessage) -> str:
        """Where the recipient ends automatic mail with one click (RFC 8058); "" where it is not due."""
        if not (self.unsubscribe_url and message.automatic):
            return ""
        try:
            return self.unsubscribe_url + tokens.sign_id(UNSUBSCRIBE, uuid.UUID(message.delivery_id))
        except ValueError:
            return ""


def _takes_subaddresses(channel: Channel) -> bool:
    """Our own entrance does, and so do Google's and Microsoft's mailboxes; of others nobody knows."""
    chosen = channel.config.get("subaddress")
    if isinstance(chosen, bool):
        return chosen
    is_own_entrance = channel.config.get("receive_by", "smtp") == "smtp"
    return is_own_entrance or channel.config.get("sign_in") in ("google", "microsoft")


def public_host() -> str:
    """The name by which browsers and mail servers know this hub."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""
