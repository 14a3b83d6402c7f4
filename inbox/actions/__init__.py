"""The one door for writes. Each verb is one function that owns its transaction."""

from inbox.actions.agents import (
    change_capacity_policy,
    change_state_reason,
    create_capacity_policy,
    create_state_reason,
    remove_capacity_policy,
    remove_state_reason,
    set_agent_capacity,
    set_agent_skills,
)
from inbox.actions.amend_sent import delete_sent, edit_sent, react_to
from inbox.actions.assign import assign
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
from inbox.actions.macros import change_macro, create_macro, remove_macro, run_macro
from inbox.actions.merging import merge, unmerge
from inbox.actions.note import note
from inbox.actions.offers import accept, decline, take
from inbox.actions.presence import choose_return, come_back, set_presence
from inbox.actions.queue_place import queue_place
from inbox.actions.queues import change_queue, create_queue, remove_queue
from inbox.actions.read import mark_read
from inbox.actions.receive import receive
from inbox.actions.replay import replay_envelope
from inbox.actions.reply import Draft, reply
from inbox.actions.routing_settings import change_routing_settings
from inbox.actions.rules import change_rule, create_rule, order_rules, remove_rule
from inbox.actions.sign_in import NotAllowedIn, begin_sign_in, finish_sign_in
from inbox.actions.skills import create_skill, remove_skill, rename_skill
from inbox.actions.splitting import split
from inbox.actions.start import NewConversation, start
from inbox.actions.status import reopen, resolve, snooze
from inbox.actions.supervision import set_presence_of
from inbox.actions.track import track
from inbox.actions.transfer import transfer
from inbox.actions.unsubscribe import unsubscribe
from inbox.actions.update import update
from inbox.actions.work import abandon, finish, open_work, resume_callback, wait_for_callback
from inbox.actions.writing import (
    change_template,
    create_template,
    put_signature,
    remove_signature,
    remove_template,
)
from inbox.verbs.assignment import KEEP

__all__ = [
    "KEEP",
    "Draft",
    "Forward",
    "NewConversation",
    "NotAllowedIn",
    "abandon",
    "accept",
    "assign",
    "begin_sign_in",
    "cancel_delivery",
    "change_capacity_policy",
    "change_channel",
    "change_macro",
    "change_queue",
    "change_routing_settings",
    "change_rule",
    "change_state_reason",
    "change_template",
    "choose_return",
    "come_back",
    "create_capacity_policy",
    "create_channel",
    "create_macro",
    "create_queue",
    "create_rule",
    "create_skill",
    "create_state_reason",
    "create_template",
    "decline",
    "delete_sent",
    "edit_sent",
    "finish",
    "finish_sign_in",
    "forward",
    "mark_read",
    "merge",
    "note",
    "note_health",
    "open_work",
    "order_rules",
    "put_signature",
    "queue_place",
    "react_to",
    "receive",
    "remove_capacity_policy",
    "remove_channel",
    "remove_macro",
    "remove_queue",
    "remove_rule",
    "remove_signature",
    "remove_skill",
    "remove_state_reason",
    "remove_template",
    "rename_skill",
    "reopen",
    "replay_envelope",
    "reply",
    "resolve",
    "resume_callback",
    "retry_delivery",
    "run_macro",
    "set_agent_capacity",
    "set_agent_skills",
    "set_presence",
    "set_presence_of",
    "snooze",
    "split",
    "start",
    "take",
    "test_channel",
    "track",
    "transfer",
    "unmerge",
    "unsubscribe",
    "update",
    "update_contact",
    "usable_channel",
    "wait_for_callback",
]
