"""The shapes that leave the hub: what the API answers and what events carry, made here alone.

Lists are made in batches: the number of queries does not grow with the number of rows.
"""

from inbox.payloads.automation import macro, rule, rule_run
from inbox.payloads.channels import channel, channel_ref, channel_refs
from inbox.payloads.contacts import contact, contact_ref, contacts
from inbox.payloads.conversations import Reading, conversations, link
from inbox.payloads.items import ITEM_RELATIONS, Kind, attachment, delivery, item, items
from inbox.payloads.moments import Shape, id_of, moment
from inbox.payloads.people import agent, presence, queue, team
from inbox.payloads.routing import agent_skill, capacity_policy, queue_settings, skill, state_reason
from inbox.payloads.trial import backtest, policy_test
from inbox.payloads.work import offer, work
from inbox.payloads.writing import signature, template

__all__ = [
    "ITEM_RELATIONS",
    "Kind",
    "Reading",
    "Shape",
    "agent",
    "agent_skill",
    "attachment",
    "backtest",
    "capacity_policy",
    "channel",
    "channel_ref",
    "channel_refs",
    "contact",
    "contact_ref",
    "contacts",
    "conversations",
    "delivery",
    "id_of",
    "item",
    "items",
    "link",
    "macro",
    "moment",
    "offer",
    "policy_test",
    "presence",
    "queue",
    "queue_settings",
    "rule",
    "rule_run",
    "signature",
    "skill",
    "state_reason",
    "team",
    "template",
    "work",
]
