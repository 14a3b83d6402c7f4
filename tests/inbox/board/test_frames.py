"""Live frames over real sockets: right at once, after each cause, and for those alone who may see them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import transaction

from hub.models import Membership, Role, User
from inbox import sockets
from inbox.board import boards, shapes
from inbox.sockets import AgentSocket
from realtime import fanout
from tests import factories
from tests.inbox.board.floor import Floor
from tests.realtime.wire import Peer, bearer

pytestmark = pytest.mark.django_db(transaction=True)

BOARD = {"kind": "board"}


def later(call: Any) -> Any:
    """A function of the tests as a coroutine, in a thread and a transaction of its own."""
    return database_sync_to_async(call, thread_sensitive=False)


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    """A floor with two queues."""
    return Floor.open(queues=2)


@pytest.fixture
def hana(floor: Floor) -> User:
    """A supervisor of it."""
    return factories.member(floor.organization, Role.SUPERVISOR, "Hana Supervisor")


@pytest.fixture
async def peers() -> AsyncIterator[list[Peer]]:
    """Sockets that are closed at the end, with the hub behind them."""
    opened: list[Peer] = []
    yield opened
    for peer in opened:
        await peer.leave()
    await fanout.close()


async def follow(peers: list[Peer], floor: Floor, user: User, *topics: dict[str, Any]) -> Peer:
    """A socket that has said hello with these topics and is live."""
    peer = Peer(AgentSocket.as_asgi(), await later(bearer)(floor.organization, user))
    peers.append(peer)
    peer.send(type="hello", topics=list(topics))
    await peer.frame(type="ready")
    return peer


def topic(floor: Floor, number: int = 0) -> dict[str, str]:
    return {"kind": "queue", "id": str(floor.queues[number].pk)}


def lives(peer: Peer) -> list[dict[str, Any]]:
    return [frame for frame in peer.frames if frame["type"] == "live"]


async def figures(peer: Peer, **expected: Any) -> dict[str, Any]:
    """The first queue frame that shows these figures."""

    def found() -> list[dict[str, Any]]:
        return [frame for frame in lives(peer) if expected.items() <= frame.get("data", {}).items()]

    await peer.until(lambda: bool(found()))
    return found()[0]


def seen(floor: Floor, number: int = 0) -> dict[str, Any] | None:
    with boards.current(floor.organization.pk) as board:
        return shapes.queue(board, str(floor.queues[number].pk))


async def test_a_queue_comes_at_once_and_after_each_cause(
    floor: Floor, hana: User, peers: list[Peer]
) -> None:
    peer = await follow(peers, floor, hana, topic(floor))
    first = await figures(peer, waiting=0)
    assert first["queue_id"] == str(floor.queues[0].pk)
    chat = await later(floor.enqueue)()
    frame = await figures(peer, waiting=1)
    asked = await later(seen)(floor)
    assert {**asked, "longest_wait_seconds": 0, "kinds": 0} == {
        **frame["data"],
        "longest_wait_seconds": 0,
        "kinds": 0,
    }
    await later(floor.accept)(chat)
    await figures(peer, waiting=0, active=1, answered=1)
    # Another queue's news are none here.
    before = len(lives(peer))
    await later(floor.enqueue)(queue=1)
    await later(floor.end)(chat)
    await figures(peer, active=0, answered=1)
    assert {frame["queue_id"] for frame in lives(peer)[before:]} == {str(floor.queues[0].pk)}


async def test_a_topic_that_is_asked_for_later_comes_at_once_and_one_given_back_no_more(
    floor: Floor, hana: User, peers: list[Peer]
) -> None:
    peer = await follow(peers, floor, hana)
    peer.send(type="subscribe", topic=topic(floor, 1))
    await figures(peer, waiting=0)
    peer.send(type="subscribe", topic=topic(floor))
    await peer.until(lambda: len(lives(peer)) == 2)
    peer.send(type="unsubscribe", topic=topic(floor, 1))
    peer.send(type="ping")
    await peer.frame(type="pong")
    await later(floor.enqueue)(queue=1)
    await later(floor.enqueue)()
    await figures(peer, waiting=1)
    assert [frame["queue_id"] for frame in lives(peer)[2:]] == [str(floor.queues[0].pk)]


async def test_the_board_is_whole_at_first_and_then_only_what_changed(
    floor: Floor, hana: User, peers: list[Peer]
) -> None:
    peer = await follow(peers, floor, hana, BOARD)
    await peer.until(lambda: bool(lives(peer)))
    (first,) = lives(peer)
    assert first["is_whole"]
    assert [queue["waiting"] for queue in first["board"]["queues"]] == [0, 0]
    assert len(first["board"]["agents"]) == 3
    await later(floor.say)(1, "busy", "Training")
    await peer.until(lambda: len(lives(peer)) > 1 and "agents" in lives(peer)[-1]["board"])
    news = lives(peer)[-1]
    assert not news["is_whole"]
    (agent,) = news["board"]["agents"]
    assert (agent["id"], agent["state"], agent["reason"]) == (str(floor.agents[1].pk), "busy", "Training")


async def test_many_causes_at_once_end_in_the_right_figures(
    floor: Floor, hana: User, peers: list[Peer]
) -> None:
    peer = await follow(peers, floor, hana, topic(floor))
    await figures(peer, waiting=0)

    @later
    @transaction.atomic
    def rush() -> None:
        for _ in range(30):
            floor.enqueue()

    await rush()
    await figures(peer, waiting=30)
    assert len(lives(peer)) < 10


async def test_what_the_bus_lost_is_found_in_the_table(
    floor: Floor, hana: User, peers: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = await follow(peers, floor, hana, topic(floor))
    await figures(peer, waiting=0)
    monkeypatch.setattr("realtime.bus.reaches_anyone", lambda: False)
    await later(floor.enqueue)()
    await figures(peer, waiting=1)


async def test_agents_see_a_queues_numbers_and_nobodys_board(floor: Floor, peers: list[Peer]) -> None:
    peer = await follow(peers, floor, floor.agents[0], BOARD, topic(floor))
    refused = await peer.frame(type="error")
    assert (refused["code"], refused["topic"]["kind"]) == ("not_allowed", "board")
    frame = await figures(peer, waiting=0)
    await later(floor.enqueue)()
    await figures(peer, waiting=1)
    assert all("board" not in frame for frame in lives(peer))
    assert "Agent 1" not in str(frame)


async def test_another_organizations_queue_is_not_there(floor: Floor, hana: User, peers: list[Peer]) -> None:
    other = await later(Floor.open)()
    peer = await follow(peers, floor, hana, topic(other), topic(floor))
    assert (await peer.frame(type="error"))["code"] == "not_found"
    await later(other.enqueue)()
    await later(floor.enqueue)()
    await figures(peer, waiting=1)
    assert {frame["queue_id"] for frame in lives(peer)} == {str(floor.queues[0].pk)}


async def test_who_follows_the_inbox_alone_is_spared(floor: Floor, hana: User, peers: list[Peer]) -> None:
    quiet = await follow(peers, floor, hana, {"kind": "inbox"})
    peer = await follow(peers, floor, hana, topic(floor))
    await later(floor.enqueue)()
    await figures(peer, waiting=1)
    assert lives(quiet) == []


async def test_the_board_goes_with_the_role(floor: Floor, hana: User, peers: list[Peer]) -> None:
    peer = await follow(peers, floor, hana, BOARD, topic(floor))
    await figures(peer, waiting=0)
    await peer.until(lambda: any("board" in frame for frame in lives(peer)))
    demote = Membership.objects.within(floor.organization).filter(user=hana)
    await later(lambda: demote.update(role=Role.AGENT))()
    await sockets.recheck()
    before = len(lives(peer))
    await later(floor.enqueue)()
    await figures(peer, waiting=1)
    assert all("board" not in frame for frame in lives(peer)[before:])
