"""Copies of what agents sent, in the mailbox's own Sent folder: by a job of its own, once."""

from __future__ import annotations

from functools import partial

from connectors.email.fetching import oauth
from connectors.email.fetching.imap import Mailbox
from connectors.email.sending.dispatch import mail_of
from hub.jobs import task
from hub.messages import OutboundMessage
from hub.models import Channel
from media import storage

USUAL_NAMES = ("Sent", "Sent Items", "Sent Messages", "INBOX.Sent", "INBOX/Sent", "Gesendet", "Envoyés")
"""Folders that are meant where the server marks none (RFC 6154)."""


def enqueue(channel: Channel, message: OutboundMessage) -> None:
    """Have the mail saved once the open unit of work has committed, if the channel wants that.

    A message to several people leaves as several mails; the first person's is the copy.
    """
    if channel.config.get("receive_by") != "imap" or not channel.config.get("save_sent"):
        return
    if message.to and message.recipient.value != message.to[0].value:
        return
    mail = mail_of(channel, message)
    save_sent.enqueue(
        channel_id=str(channel.pk), message_id=mail.message_id, storage_key=storage.save(mail.raw)
    )


@task("email.save_sent", queue="send")
def save_sent(channel_id: str, message_id: str, storage_key: str) -> None:
    """Add the mail to the Sent folder, unless an earlier attempt did or the provider does it by itself."""
    channel = Channel.objects.unscoped("a job names its channel").filter(pk=channel_id).first()
    if channel is not None and channel.is_active:
        with oauth.signed_in(channel, partial(Mailbox.of, channel)) as mailbox:
            if not _is_saved_by_provider(channel, mailbox):
                _save(mailbox, str(channel.config.get("sent_folder") or ""), message_id, storage_key)
    storage.delete(storage_key)


def _is_saved_by_provider(channel: Channel, mailbox: Mailbox) -> bool:
    """Gmail keeps what leaves through its own SMTP server."""
    return channel.config.get("send_by") == "smtp" and mailbox.has("X-GM-EXT-1")


def _save(mailbox: Mailbox, wanted: str, message_id: str, storage_key: str) -> None:
    folder = wanted or find(mailbox)
    if folder not in {known.name for known in mailbox.folders()}:
        mailbox.create(folder)
    mailbox.select(folder)
    if not mailbox.holds(message_id):
        with storage.open(storage_key) as file:
            mailbox.append(folder, file.read(), ["\\Seen"])


def find(mailbox: Mailbox) -> str:
    """The mailbox's Sent folder: the one marked so, else the one called so, else "Sent"."""
    folders = [folder for folder in mailbox.folders() if folder.can_be_selected]
    marked = next((folder.name for folder in folders if "\\sent" in folder.flags), "")
    named = next((name for name in USUAL_NAMES if name in {folder.name for folder in folders}), "")
    return marked or named or "Sent"
