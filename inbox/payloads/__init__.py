"""The shapes that leave the hub: what the API answers and what events carry, made here alone.

Lists are made in batches: the number of queries does not grow with the number of rows.
"""

from inbox.payloads.channels import channel, channel_ref, channel_refs
from inbox.payloads.contacts import contact, contact_ref, contacts
from inbox.payloads.conversations import Reading, conversations, link
from inbox.payloads.items import ITEM_RELATIONS, Kind, attachment, delivery, item, items
from inbox.payloads.moments import Shape, id_of, moment
from inbox.payloads.people import agent, presence, queue, team
from inbox.payloads.writing import signature, template

__all__ = [
    "ITEM_RELATIONS",
    "Kind",
    "Reading",
    "Shape",
    "agent",
    "attachment",
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
    "moment",
    "presence",
    "queue",
    "signature",
    "team",
    "template",
]
