"""What a program knows of an organization: fetched afresh, or older with the events since applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hub.client import Client, Event

Row = dict[str, Any]


@dataclass
class Picture:
    """The parts of an organization's state that events tell of, to one `reader`."""

    reader: str = ""
    conversations: dict[str, Row] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    agents: dict[str, Row] = field(default_factory=dict)
    contacts: dict[str, Row] = field(default_factory=dict)
    channels: dict[str, Row] = field(default_factory=dict)
    envelopes: dict[str, Row] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    offers: dict[str, Row] = field(default_factory=dict)
    """What rings for the reader."""
    on: dict[str, set[str]] = field(default_factory=dict)
    """The conversations that each agent works on."""

    def apply(self, event: Event) -> None:
        """Make the picture one event newer. KeyError for a name that nobody taught it."""
        data = event.data
        if conversation := data.get("conversation"):
            self.conversations[conversation["id"]] = _seen_by_all(conversation)
        for item in (data.get(name) for name in ("message", "note", "item")):
            if item:
                self.items[item["id"]] = _lasting(item)
        self.counters |= data.get("counters", {})
        OTHERS[event.name](self, data)


def _nothing_more(picture: Picture, data: Row) -> None:
    """The conversation, its item and the counters say it all."""


def _moved(picture: Picture, data: Row) -> None:
    for place in data.get("moved", []):
        item = picture.items[place["id"]]
        item["conversation_id"], item["seq"] = place["conversation_id"], place["seq"]
    for line in data.get("lines", []):
        picture.items[line["id"]] = _lasting(line)


def _delivery(picture: Picture, data: Row) -> None:
    item = picture.items[data["message_id"]]
    known = {row["id"]: row for row in item["deliveries"]} | {data["delivery"]["id"]: data["delivery"]}
    item["deliveries"] = list(known.values())


def _agent(picture: Picture, data: Row) -> None:
    picture.agents[data["agent"]["id"]] = _told(data["agent"])


def _offer(picture: Picture, data: Row) -> None:
    offer = data["offer"]
    if offer["agent_id"] == picture.reader and offer["status"] == "pending":
        picture.offers[offer["id"]] = offer
    else:
        picture.offers.pop(offer["id"], None)


def _work(picture: Picture, data: Row) -> None:
    work = data["work"]
    for conversations in picture.on.values():
        conversations.discard(work["conversation_id"])
    if work["state"] in ("active", "wrapping"):
        picture.on.setdefault(work["assignee_id"], set()).add(work["conversation_id"])


def _contact(picture: Picture, data: Row) -> None:
    contact = data["contact"]
    picture.contacts[contact["id"]] = contact
    for conversation in picture.conversations.values():
        if conversation["contact"]["id"] == contact["id"]:
            conversation["contact"] = {name: contact[name] for name in conversation["contact"]}
    for item in picture.items.values():
        if item["author"]["id"] == contact["id"]:
            item["author"] = {**item["author"], "name": contact["name"]}


def _channel(picture: Picture, data: Row) -> None:
    row = data["channel"]
    picture.channels[row["id"]] = picture.channels.get(row["id"], {}) | row


def _no_channel(picture: Picture, data: Row) -> None:
    picture.channels.pop(data["channel"]["id"], None)


def _envelope(picture: Picture, data: Row) -> None:
    picture.envelopes[data["envelope"]["id"]] = {
        "state": "quarantined",
        "error": data["envelope"]["error"],
        "channel_id": data["envelope"]["channel_id"],
    }


OTHERS = {
    "conversation.created": _nothing_more,
    "conversation.updated": _nothing_more,
    "conversation.assigned": _nothing_more,
    "conversation.status_changed": _nothing_more,
    "conversation.merged": _moved,
    "conversation.split": _moved,
    "message.created": _nothing_more,
    "message.updated": _nothing_more,
    "message.deleted": _nothing_more,
    "note.created": _nothing_more,
    "delivery.updated": _delivery,
    "agent.state_changed": _agent,
    "offer.created": _offer,
    "offer.updated": _offer,
    "work.updated": _work,
    "sla.warning": _nothing_more,
    "sla.breached": _nothing_more,
    "sla.met": _nothing_more,
    # A setting is fetched afresh by whoever needs it.
    "settings.updated": _nothing_more,
    "contact.updated": _contact,
    "channel.health_changed": _channel,
    "channel.updated": _channel,
    "channel.created": _channel,
    "channel.removed": _no_channel,
    # What agents write with is no part of the picture: it is fetched where it is needed.
    "signature.updated": _nothing_more,
    "signature.removed": _nothing_more,
    "template.created": _nothing_more,
    "template.updated": _nothing_more,
    "template.removed": _nothing_more,
    "envelope.quarantined": _envelope,
}
"""What an event changes beyond its conversation, item and counters."""


async def fetched(client: Client) -> Picture:
    """The picture as the API gives it now, to an administrator."""
    picture = Picture((await client.me())["user"]["id"])
    async for conversation in client.conversations():
        row = _seen_by_all(dict(conversation))
        picture.conversations[row["id"]] = row
    for identifier in picture.conversations:
        async for item in client.timeline(identifier):
            picture.items[item["id"]] = _lasting(dict(item))
    agents = [row async for row in client.pages("agents")]
    picture.agents = {row["id"]: _told(row) for row in agents}
    picture.on = {row["id"]: set(row["on"]) for row in agents}
    picture.offers = {row["id"]: row async for row in client.pages("offers", status="pending")}
    picture.contacts = {row["id"]: row async for row in client.pages("contacts")}
    picture.channels = {row["id"]: row async for row in client.pages("channels")}
    picture.envelopes = {
        row["id"]: {"state": row["state"], "error": row["error"], "channel_id": row["channel"]["id"]}
        async for row in client.pages("envelopes")
    }
    picture.counters = await _counters(client, picture.reader)
    return picture


async def _counters(client: Client, me: str) -> dict[str, int]:
    """The counters under the names that events use."""
    told = await client.request("GET", "counters")
    named = {f"queue:{key}": value for key, value in told["queues"].items()}
    named |= {f"team:{key}": value for key, value in told["teams"].items()}
    single = {name: told[name] for name in ("open", "unassigned", "snoozed")}
    return single | named | {f"mine:{me}": told["mine"]}


def _seen_by_all(conversation: Row) -> Row:
    """Without what only the reader's own place decides."""
    return {name: value for name, value in conversation.items() if name not in ("unread", "read_seq")}


def _told(agent: Row) -> Row:
    """Without what follows from work and settings; events tell of those by themselves."""
    names = ("id", "name", "email", "role", "state", "reason", "unavailable", "since")
    return {name: agent[name] for name in names}


def _lasting(item: Row) -> Row:
    """Without links to files, which are signed anew each time."""
    files = [{name: value for name, value in file.items() if name != "url"} for file in item["attachments"]]
    return {**item, "attachments": files, "deliveries": list(item["deliveries"])}
