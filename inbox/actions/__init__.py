"""The one door for writes. Each verb is one function that owns its transaction."""

from inbox.actions.assign import KEEP, assign
from inbox.actions.channels import (
    change_channel,
    create_channel,
    note_health,
    remove_channel,
    test_channel,
    usable_channel,
)
from inbox.actions.contact import update_contact
from inbox.actions.deliveries import cancel_delivery, retry_delivery
from inbox.actions.forward import Forward, forward
from inbox.actions.merging import merge, unmerge
from inbox.actions.note import note
from inbox.actions.presence import set_presence
from inbox.actions.read import mark_read
from inbox.actions.receive import receive
from inbox.actions.replay import replay_envelope
from inbox.actions.reply import Draft, reply
from inbox.actions.sign_in import NotAllowedIn, begin_sign_in, finish_sign_in
from inbox.actions.splitting import split
from inbox.actions.start import NewConversation, start
from inbox.actions.status import reopen, resolve, snooze
from inbox.actions.track import track
from inbox.actions.unsubscribe import unsubscribe
from inbox.actions.update import update
from inbox.actions.writing import (
    change_template,
    create_template,
    put_signature,
    remove_signature,
    remove_template,
)

__all__ = [
    "KEEP",
    "Draft",
    "Forward",
    "NewConversation",
    "NotAllowedIn",
    "assign",
    "begin_sign_in",
    "cancel_delivery",
    "change_channel",
    "change_template",
    "create_channel",
    "create_template",
    "finish_sign_in",
    "forward",
    "mark_read",
    "merge",
    "note",
    "note_health",
    "put_signature",
    "receive",
    "remove_channel",
    "remove_signature",
    "remove_template",
    "reopen",
    "replay_envelope",
    "reply",
    "resolve",
    "retry_delivery",
    "set_presence",
    "snooze",
    "split",
    "start",
    "test_channel",
    "track",
    "unmerge",
    "unsubscribe",
    "update",
    "update_contact",
    "usable_channel",
]
