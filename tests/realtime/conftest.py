"""Rows and peers for tests of realtime; each test has a hub of its own, closed at its end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async

from hub.models import Organization, User
from inbox.sockets import AgentSocket
from realtime import fanout
from tests import factories
from tests.realtime.wire import Peer, bearer

Connect = Callable[..., Awaitable[Peer]]


@pytest.fixture
def acme(transactional_db: None) -> Organization:
    """An organization."""
    return factories.organization("Acme")


@pytest.fixture
def amal(acme: Organization) -> User:
    """An agent of it."""
    return factories.agent(acme)


@pytest.fixture
async def connect(acme: Organization) -> AsyncIterator[Connect]:
    """Opens agents' sockets; by default says hello and waits until it is live."""
    peers: list[Peer] = []
    sign_in = database_sync_to_async(bearer)

    async def open_socket(of: Organization, user: User, *, hello: bool = True, **fields: Any) -> Peer:
        scope = fields.pop("scope", {})
        peer = Peer(AgentSocket.as_asgi(), await sign_in(of, user), **scope)
        peers.append(peer)
        if hello:
            peer.send(type="hello", **fields)
            await peer.until(lambda: any(frame["type"] in ("ready", "resync") for frame in peer.frames))
        return peer

    yield open_socket
    for peer in peers:
        await peer.leave()
    await fanout.close()
