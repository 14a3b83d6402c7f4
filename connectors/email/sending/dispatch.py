"""Sends what an agent wrote: composed, signed, handed to the channel's mail server."""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.conf import settings

from connectors.email.sending import relays
from connectors.email.sending.compose import Composed, Unsendable, compose
from connectors.email.sending.kept_mail import keep
from connectors.email.sending.letterhead import Letterhead
from connectors.email.trust.dkim_signing import sign
from hub.clock import now
from hub.messages import ErrorClass, OutboundMessage, Receipt, SendError
from hub.models import Channel

log = structlog.get_logger("connectors.email")

NO_RELAY = "No mail server is set for outgoing mail (HUB_SMTP_RELAY_URL): mail is kept in the outbox folder."


def mail_of(channel: Channel, message: OutboundMessage) -> Composed:
    """The mail of one delivery, signed where the channel signs; the same for each attempt but the signature.

    Raises `SendError` for what cannot become a mail.
    """
    try:
        mail = compose(message, Letterhead.of(channel), message.created_at or now())
    except Unsendable as error:
        raise SendError(ErrorClass.RECIPIENT, "address", str(error)) from error
    key = str(channel.secrets.get("dkim_private_key") or "")
    if not (channel.config.get("sign_dkim") and key):
        return mail
    domain = mail.message_id.strip("<>").rpartition("@")[2]
    selector = str(channel.config.get("dkim_selector") or "hub")
    return replace(mail, raw=sign(mail.raw, domain, selector, key))


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """Hand the mail to the channel's server, or keep it as a file, loudly, when there is none."""
    mail = mail_of(channel, message)
    relay = relays.relay_of(channel)
    if relay is None:
        return _kept(channel, message, mail)
    answer = relays.send_for(channel, relay, mail)
    return Receipt("sent", mail.message_id, mail.message_id, "smtp", answer[:300])


def _kept(channel: Channel, message: OutboundMessage, mail: Composed) -> Receipt:
    path = keep(mail, settings.DATA_DIR / "outbox", mail.message_id.strip("<>").partition("@")[0][:32])
    log.warning(
        "mail_not_sent_but_kept", channel=str(channel.pk), delivery=message.delivery_id, file=path.name
    )
    return Receipt("sent", mail.message_id, mail.message_id, "local", f"{NO_RELAY} File: {path.name}")
