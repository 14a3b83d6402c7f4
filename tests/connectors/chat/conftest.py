"""A shop with a widget, an agent who answers, and visitors' sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async

from connectors.chat.sockets import ChatSocket
from hub.models import Channel, Organization
from hub.viewer import Viewer
from inbox import actions
from inbox.actions import Draft
from realtime import fanout
from tests import factories
from tests.realtime.wire import Peer

SHOP = "https://shop.example"
SECRET = "the site's identity secret"

Visit = Callable[..., Awaitable[Peer]]


def site(of: Organization, **config: Any) -> Channel:
    """A chat channel that pages of `SHOP` may embed."""
    return factories.channel(
        of,
        "chat",
        queue=factories.queue(of),
        config={"allowed_origins": [SHOP], **config},
        secrets={"identity_secret": SECRET},
    )


@pytest.fixture
def acme(transactional_db: None) -> Organization:
    """An organization."""
    return factories.organization("Acme")


@pytest.fixture
def channel(acme: Organization) -> Channel:
    """Its widget."""
    return site(acme)


@pytest.fixture
def amal(acme: Organization) -> Viewer:
    """An agent of it, about to do something."""
    return factories.viewer(factories.agent(acme), acme)


@pytest.fixture
async def visit(transactional_db: None) -> AsyncIterator[Visit]:
    """Opens visitors' sockets; by default says hello and waits for the welcome."""
    peers: list[Peer] = []

    async def open_socket(
        channel: Channel,
        *,
        start: bool = True,
        origin: str = SHOP,
        address: str = "203.0.113.7",
        **fields: Any,
    ) -> Peer:
        headers = {"Origin": origin, "Host": "hub.example"} if origin else {"Host": "hub.example"}
        peer = Peer(ChatSocket.as_asgi(), headers, client=(address, 40000))
        peers.append(peer)
        if start:
            peer.send(type="start", **{"site_key": channel.address, "visitor": None, **fields})
            await peer.until(lambda: bool(peer.frames) or peer.close_code is not None)
        return peer

    yield open_socket
    for peer in peers:
        await peer.leave()
    await fanout.close()


def welcome(peer: Peer) -> dict[str, Any]:
    """The welcome that a peer got."""
    return next(frame for frame in peer.frames if frame["type"] == "welcome")


def said(peer: Peer) -> list[str]:
    """The texts of all messages that a peer was shown, in the order of their coming."""
    return [
        message["text"]
        for frame in peer.frames
        for message in (frame.get("messages", []) if frame["type"] == "welcome" else [frame])
        if message["type"] == "message"
    ]


async def say(peer: Peer, text: str, client_id: str = "") -> dict[str, Any]:
    """Say something and wait until it is confirmed."""
    client_id = client_id or f"c-{text}"
    peer.send(type="message", client_id=client_id, text=text)
    return await peer.frame(type="message", client_id=client_id)


in_thread = database_sync_to_async(
    lambda call, *given, **named: call(*given, **named), thread_sensitive=False
)
"""Calls a function that uses the database."""


async def answer(viewer: Viewer, conversation_id: str, text: str) -> str:
    """Have the agent reply; returns the item's id."""
    item = await in_thread(actions.reply, viewer, conversation_id, Draft(text=text, client_id=f"a-{text}"))
    return str(item.pk)


async def conversation_id_of(peer: Peer, channel: Channel) -> str:
    """The conversation that a visitor started."""
    from connectors.chat.models import Visitor, digest_of
    from connectors.chat.thread import conversation_of

    def found() -> str:
        token = welcome(peer)["visitor"]
        visitor = Visitor.objects.filter(channel=channel).get(token_digest=digest_of(token))
        return str(conversation_of(visitor))

    return str(await in_thread(found))
