"""The agents' socket: who may open it, what it tells, what it refuses."""

import json
import uuid

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import override_settings

from hub.models import ApiToken, Membership, Organization, Queue, Role, User
from inbox import sockets
from inbox.sockets import AgentSocket
from realtime import visibility
from realtime.consumers import SOCKETS_PER_OWNER
from realtime.protocol import Close
from tests import factories
from tests.realtime.conftest import Connect
from tests.realtime.wire import Peer, append_async

pytestmark = pytest.mark.django_db(transaction=True)

make = database_sync_to_async(lambda call, *arguments, **fields: call(*arguments, **fields))


def signed_in(user: User) -> dict[str, object]:
    """A scope as the session middleware leaves it for a signed-in browser."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"user": user, "session": session}


async def test_an_agent_gets_ready_then_presence_then_live_events(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peer = await connect(acme, amal)
    ready = await peer.frame(type="ready")
    assert ready["seq"] == 0
    assert ready["resumed"] is False
    assert (await peer.frame(type="presence"))["agents"] == []
    await append_async(acme, "contact.updated", data={"contact": {"id": "1"}})
    event = await peer.frame(type="event")
    assert (event["seq"], event["event"], event["data"]) == (1, "contact.updated", {"contact": {"id": "1"}})
    assert event["at"].endswith("Z")


@pytest.mark.parametrize(
    "headers,code",
    [
        ({}, Close.NOT_SIGNED_IN),
        ({"Authorization": "Bearer wrong"}, Close.NOT_SIGNED_IN),
        ({"Origin": "http://evil.example", "Host": "hub.example"}, Close.NOT_ALLOWED),
        ({"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"}, Close.NOT_SIGNED_IN),
    ],
)
async def test_strangers_are_closed_with_a_code_that_they_can_read(
    acme: Organization, headers: dict[str, str], code: int
) -> None:
    peer = Peer(AgentSocket.as_asgi(), headers)
    assert await peer.closed() == code
    assert peer.frames == []


@pytest.mark.parametrize(
    "origin,host,allowed",
    [
        ("https://desk.example", "desk.example", True),
        ("https://desk.example.evil.example", "desk.example", False),
        ("http://desk.example", "desk.example", False),
        ("http://localhost:8123", "localhost:8123", True),
        ("http://localhost:8123", "localhost:9999", False),
        ("http://evil.example", "evil.example", False),
        ("null", "localhost:8123", False),
        ("", "", False),
        ("http://[broken", "[broken", False),
    ],
)
def test_only_pages_of_the_hub_itself_may_use_the_session(origin: str, host: str, allowed: bool) -> None:
    with override_settings(PUBLIC_URL="https://desk.example"):
        assert sockets.is_own_origin(origin, host) is allowed


async def test_a_browser_signs_in_by_its_session(acme: Organization, amal: User) -> None:
    scope = await make(signed_in, amal)
    origin = {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"}
    peer = Peer(AgentSocket.as_asgi(), origin, **scope)
    peer.send(type="hello")
    await peer.frame(type="ready")
    await make(Session.objects.all().delete)
    await sockets.recheck()
    assert await peer.closed() == Close.NOT_SIGNED_IN
    await peer.leave()


async def test_a_session_without_an_origin_may_not_open_a_socket(acme: Organization, amal: User) -> None:
    peer = Peer(AgentSocket.as_asgi(), {}, **await make(signed_in, amal))
    assert await peer.closed() == Close.NOT_ALLOWED
    await peer.leave()


async def test_another_password_ends_the_sockets_of_the_old_one(acme: Organization, amal: User) -> None:
    scope = await make(signed_in, amal)
    peer = Peer(AgentSocket.as_asgi(), {"Origin": "http://localhost", "Host": "localhost"}, **scope)
    peer.send(type="hello")
    await peer.frame(type="ready")
    await sockets.recheck()
    assert peer.close_code is None
    amal.set_password("another horse entirely")
    await make(amal.save)
    await sockets.recheck()
    assert await peer.closed() == Close.NOT_SIGNED_IN
    await peer.leave()


async def test_a_revoked_token_and_a_deactivated_member_lose_their_sockets(
    acme: Organization, amal: User, connect: Connect
) -> None:
    omar = await make(factories.agent, acme, "Omar")
    zoe = await make(factories.agent, acme, "Zoe")
    revoked, deactivated, kept = [await connect(acme, user) for user in (amal, omar, zoe)]
    await make(lambda: ApiToken.objects.within(acme).filter(user=amal).delete())
    await make(lambda: Membership.objects.within(acme).filter(user=omar).update(is_active=False))
    await sockets.recheck()
    assert await revoked.closed() == Close.NOT_SIGNED_IN
    assert await deactivated.closed() == Close.NOT_SIGNED_IN
    assert kept.close_code is None


async def test_what_one_may_see_follows_the_role_when_it_changes(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peer = await connect(acme, amal)
    secret = visibility.to_role(Role.SUPERVISOR)
    await append_async(acme, audience=secret)
    assert (await peer.frame(type="skip"))["seq"] == 1
    await make(lambda: Membership.objects.within(acme).filter(user=amal).update(role=Role.SUPERVISOR))
    await sockets.recheck()
    await append_async(acme, audience=secret)
    assert (await peer.frame(type="event"))["seq"] == 2


async def test_events_for_one_user_reach_that_user_alone(
    acme: Organization, amal: User, connect: Connect
) -> None:
    omar = await make(factories.agent, acme, "Omar")
    mine, other = await connect(acme, amal), await connect(acme, omar)
    await append_async(acme, "offer.created", audience=visibility.to_user(amal.pk))
    await append_async(acme, "contact.updated")
    await mine.until(lambda: mine.sequence() == [1, 2])
    await other.until(lambda: other.sequence() == [1, 2])
    assert [event["seq"] for event in mine.events()] == [1, 2]
    assert [event["seq"] for event in other.events()] == [2]


async def test_sockets_of_one_organization_learn_nothing_of_another(
    acme: Organization, amal: User, connect: Connect
) -> None:
    globex = await make(factories.organization, "Globex")
    theirs = await make(factories.conversation, globex)
    spy = await make(factories.agent, acme, "Spy")
    topic = {"kind": "conversation", "id": str(theirs.pk)}
    peer = await connect(acme, spy, topics=[{"kind": "inbox"}, topic])
    refusal = await peer.frame(type="error", code="not_found")
    assert refusal["topic"]["id"] == str(theirs.pk)
    for frame in (
        {"type": "subscribe", "topic": topic},
        {"type": "typing", "conversation": str(theirs.pk), "state": "start"},
        {"type": "viewing", "conversation": str(theirs.pk)},
        {"type": "subscribe", "topic": {"kind": "queue", "id": str((await make(queue_of, globex)).pk)}},
    ):
        peer.send(**frame)
    await peer.until(lambda: sum(frame["type"] == "error" for frame in peer.frames) == 5)
    victim = await connect(globex, await make(factories.agent, globex, "Vera"))
    await append_async(globex, "message.created", conversation=theirs, data={"secret": True})
    await victim.frame(type="event")
    await append_async(acme, "contact.updated")
    await peer.frame(type="event")
    assert "secret" not in json.dumps(peer.frames)
    assert {frame["type"] for frame in victim.frames} == {"ready", "presence", "event"}


def queue_of(of: Organization) -> Queue:
    return factories.queue(of)


async def test_topics_choose_what_arrives_and_the_rest_is_skipped(
    acme: Organization, amal: User, connect: Connect
) -> None:
    queue = await make(factories.queue, acme)
    wanted, other = [await make(factories.conversation, acme) for _ in range(2)]
    peer = await connect(acme, amal, topics=[{"kind": "conversation", "id": str(wanted.pk)}])
    for conversation in (other, wanted, other, other):
        await append_async(acme, "conversation.updated", conversation=conversation)
    await peer.until(lambda: peer.sequence() == [1, 2, 3, 4])
    assert [event["seq"] for event in peer.events()] == [2]
    assert peer.frames[-1]["from"] == 3
    peer.send(type="subscribe", topic={"kind": "queue", "id": str(queue.pk)})
    peer.send(type="unsubscribe", topic={"kind": "conversation", "id": str(wanted.pk)})
    peer.send(type="ping")
    await peer.frame(type="pong")
    in_queue = {"conversation": {"queue_id": str(queue.pk)}}
    await append_async(acme, "conversation.updated", conversation=other, data=in_queue)
    await append_async(acme, "conversation.updated", conversation=wanted)
    await peer.until(lambda: peer.sequence() == [1, 2, 3, 4, 5, 6])
    assert [event["seq"] for event in peer.events()] == [2, 5]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "17",
        "null",
        '{"type": "hello"',
        '{"type": 7}',
        '{"topics": []}',
        '{"type": "no-such-frame"}',
        '{"type": "hub.hints", "hints": []}',
        '{"type": "hello", "seq": -1}',
        '{"type": "hello", "seq": "many"}',
        '{"type": "hello", "topics": {"kind": "inbox"}}',
        '{"type": "hello", "topics": [{"kind": "organization", "id": "1"}]}',
        '{"type": "hello", "topics": [{"kind": "conversation"}]}',
        '{"type": "subscribe", "topic": {"kind": "conversation", "id": "../1"}}',
        '{"type": "typing", "conversation": "' + str(uuid.UUID(int=1)) + '", "state": "maybe"}',
        '{"type": "ack", "seq": 1, "credit": "1.0000000000000000"}',
        '{"type": "ack", "seq": 1, "credit": "\\u00e9"}',
        '{"type": "ping", "x": "' + "x" * 70_000 + '"}',
        '{"type": "ping", "x": ' + "[" * 20_000 + "]" * 20_000 + "}",
    ],
)
async def test_a_bad_frame_closes_the_socket_with_4400(
    acme: Organization, amal: User, connect: Connect, text: str
) -> None:
    peer = await connect(acme, amal, hello='"hello"' not in text)
    peer.send_text(text)
    assert await peer.closed() == Close.BAD_FRAME


async def test_a_binary_frame_and_a_second_hello_are_bad_frames(
    acme: Organization, amal: User, connect: Connect
) -> None:
    binary, doubled = await connect(acme, amal), await connect(acme, amal)
    binary.send_bytes(b'{"type": "ping"}')
    doubled.send(type="hello")
    assert (await binary.closed(), await doubled.closed()) == (Close.BAD_FRAME, Close.BAD_FRAME)


async def test_a_flood_of_frames_closes_the_socket(acme: Organization, amal: User, connect: Connect) -> None:
    peer, quiet = await connect(acme, amal), await connect(acme, amal)
    for _ in range(200):
        peer.send(type="ping")
    assert await peer.closed() == Close.BAD_FRAME
    assert sum(frame["type"] == "pong" for frame in peer.frames) < 60
    quiet.send(type="ping")
    await quiet.frame(type="pong")


async def test_one_socket_too_many_replaces_the_oldest(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peers = [await connect(acme, amal, hello=False) for _ in range(SOCKETS_PER_OWNER + 1)]
    assert await peers[0].closed() == Close.REPLACED
    assert all(peer.close_code is None for peer in peers[1:])


async def test_what_the_agent_says_is_recorded_shown_and_in_the_log(
    acme: Organization, amal: User, connect: Connect
) -> None:
    omar = await make(factories.agent, acme, "Omar")
    mine, other = await connect(acme, amal), await connect(acme, omar)
    mine.send(type="presence", state="online")
    shown = await other.frame(type="presence", agent_id=str(amal.pk))
    assert shown["state"] == "online"
    assert (await other.frame(type="event"))["event"] == "agent.state_changed"
    late = await connect(acme, omar)
    snapshot = await late.frame(type="presence")
    assert [(agent["agent_id"], agent["state"]) for agent in snapshot["agents"]] == [(str(amal.pk), "online")]


async def test_typing_and_viewing_reach_colleagues_and_end_with_the_window(
    acme: Organization, amal: User, connect: Connect
) -> None:
    conversation = await make(factories.conversation, acme)
    omar = await make(factories.agent, acme, "Omar")
    topic = {"kind": "conversation", "id": str(conversation.pk)}
    mine, other = await connect(acme, amal), await connect(acme, omar, topics=[topic])
    mine.send(type="typing", conversation=str(conversation.pk), state="start")
    mine.send(type="viewing", conversation=str(conversation.pk))
    typing = await other.frame(type="typing", state="start")
    assert typing["who"] == {"type": "agent", "id": str(amal.pk), "name": "Amal Agent"}
    viewing = await other.frame(type="viewing", conversation_id=str(conversation.pk))
    assert viewing["agents"] == [{"id": str(amal.pk), "name": "Amal Agent"}]
    late = await connect(acme, omar)
    late.send(type="subscribe", topic=topic)
    assert (await late.frame(type="viewing"))["agents"] == viewing["agents"]
    await mine.leave()
    await other.frame(type="typing", state="stop")
    await other.frame(type="viewing", agents=[])


async def test_last_values_of_one_key_are_shown_at_most_four_times_a_second(
    acme: Organization, amal: User, connect: Connect
) -> None:
    conversation = await make(factories.conversation, acme)
    mine, other = await connect(acme, amal), await connect(acme, amal)
    for state in ("start", "stop") * 8:
        mine.send(type="typing", conversation=str(conversation.pk), state=state)
    await other.until(lambda: [f["state"] for f in other.frames if f["type"] == "typing"][-1:] == ["stop"])
    assert sum(frame["type"] == "typing" for frame in other.frames) <= 3
