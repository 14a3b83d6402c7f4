"""The typed, asynchronous Python client of the API and the event stream.

It needs nothing of the hub but its address: no Django, no settings.

    async with Client("https://hub.example.com", token) as hub:
        async for event in hub.stream():
            if event.name == "message.created" and event.data["message"]["direction"] == "inbound":
                await hub.reply(event.data["conversation_id"], "Thank you, we are on it.")
"""

from hub.client.client import Client
from hub.client.errors import (
    ApiError,
    Conflict,
    HubError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    ProtocolError,
    Unavailable,
)
from hub.client.shapes import Agent, Attachment, Contact, Conversation, Delivery, Item, Offer
from hub.client.stream import Event, Live, Position, Resync, Stream

__all__ = [
    "Agent",
    "ApiError",
    "Attachment",
    "Client",
    "Conflict",
    "Contact",
    "Conversation",
    "Delivery",
    "Event",
    "HubError",
    "Invalid",
    "Item",
    "Live",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Offer",
    "Position",
    "ProtocolError",
    "Resync",
    "Stream",
    "Unavailable",
]
