"""The one door for writes. Each verb is one function that owns its transaction."""

from inbox.actions.assign import KEEP, assign
from inbox.actions.contact import update_contact
from inbox.actions.deliveries import retry_delivery
from inbox.actions.note import note
from inbox.actions.presence import set_presence
from inbox.actions.read import mark_read
from inbox.actions.receive import receive
from inbox.actions.replay import replay_envelope
from inbox.actions.reply import Draft, reply
from inbox.actions.start import NewConversation, start
from inbox.actions.status import reopen, resolve, snooze
from inbox.actions.track import track
from inbox.actions.update import update

__all__ = [
    "KEEP",
    "Draft",
    "NewConversation",
    "assign",
    "mark_read",
    "note",
    "receive",
    "reopen",
    "replay_envelope",
    "reply",
    "resolve",
    "retry_delivery",
    "set_presence",
    "snooze",
    "start",
    "track",
    "update",
    "update_contact",
]
