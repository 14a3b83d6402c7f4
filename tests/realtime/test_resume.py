"""Nothing is missed, doubled or out of order, whatever becomes of hints, sockets and positions."""

import asyncio
import random
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError

from hub.models import Organization, User
from hub.models.events import Event, EventCounter, new_epoch
from hub.transaction import unit
from realtime import bus, events, fanout, ring, streams, visibility
from realtime.protocol import Close
from tests import factories
from tests.realtime.conftest import Connect
from tests.realtime.wire import Peer, append_async

pytestmark = pytest.mark.django_db(transaction=True)

make = database_sync_to_async(lambda call, *arguments, **fields: call(*arguments, **fields))


def many(of: Organization, count: int, text: str = "") -> None:
    """Commit so many events at once."""
    with unit():
        for _ in range(count):
            events.append(of, "contact.updated", {"text": text})


async def test_a_client_that_comes_back_gets_what_it_missed_then_ready(
    acme: Organization, amal: User, connect: Connect
) -> None:
    first = await connect(acme, amal)
    epoch = (await first.frame(type="ready"))["epoch"]
    await make(many, acme, 3)
    await first.until(lambda: first.sequence() == [1, 2, 3])
    await first.leave()
    await make(many, acme, 40)
    again = await connect(acme, amal, epoch=epoch, seq=3)
    assert again.sequence() == list(range(4, 44))
    ready = await again.frame(type="ready")
    assert (ready["seq"], ready["resumed"], ready["epoch"]) == (43, True, epoch)
    assert [frame["type"] for frame in again.frames].index("ready") == 40


async def test_a_resume_needs_no_query_while_the_ring_reaches_back(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await connect(acme, amal)
    await make(many, acme, 30)
    await first.until(lambda: len(first.sequence()) == 30)

    async def refuse(*arguments: Any) -> None:
        raise AssertionError("the table was read")

    monkeypatch.setattr(streams, "_read", refuse)
    again = await connect(acme, amal, seq=5, epoch=first.frames[0]["epoch"])
    assert again.sequence() == list(range(6, 31))


@pytest.mark.parametrize("kept", [4, 1024])
async def test_a_long_absence_is_replayed_from_the_table(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(ring, "RING_ENTRIES", kept)
    await make(many, acme, 700)
    epoch = (await make(events.position, acme.pk)).epoch
    peer = await connect(acme, amal, epoch=epoch, seq=10)
    assert peer.sequence() == list(range(11, 701))
    for event in peer.events():
        if "credit" in event:
            peer.send(type="ack", seq=event["seq"], credit=event["credit"])
    peer.send(type="ping")
    await peer.frame(type="pong")


@pytest.mark.parametrize("position", ["other epoch", "trimmed", "from the future"])
async def test_a_position_that_cannot_be_continued_is_told_to_resync(
    acme: Organization, amal: User, connect: Connect, position: str
) -> None:
    await make(many, acme, 20)
    epoch = (await make(events.position, acme.pk)).epoch
    if position == "trimmed":
        await make(lambda: EventCounter.objects.within(acme).update(trimmed=10))
    where = {
        "other epoch": {"epoch": new_epoch(), "seq": 3},
        "trimmed": {"epoch": epoch, "seq": 3},
        "from the future": {"epoch": epoch, "seq": 4000},
    }[position]
    peer = await connect(acme, amal, **where)
    assert (await peer.frame(type="resync")) == {"type": "resync", "epoch": epoch, "seq": 20}
    await append_async(acme)
    await peer.until(lambda: peer.sequence() == [21])


async def test_a_restored_database_sends_everybody_to_start_afresh(
    acme: Organization, amal: User, connect: Connect
) -> None:
    await make(many, acme, 5)
    peer = await connect(acme, amal)
    await make(lambda: Event.objects.within(acme).filter(seq__gt=2).delete())
    await make(lambda: EventCounter.objects.within(acme).update(seq=2))
    await fanout.hub().check()
    assert await peer.closed() == Close.RESTARTING
    again = await connect(acme, amal, epoch=peer.frames[0]["epoch"], seq=5)
    assert (await again.frame(type="resync"))["seq"] == 2


async def test_an_event_whose_hint_was_lost_is_shown_within_the_check(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = await connect(acme, amal)
    monkeypatch.setattr(bus, "publish_entries", lambda *arguments: None)
    await append_async(acme)
    await peer.until(lambda: peer.sequence() == [1], seconds=2 * fanout.CHECK_SECONDS + 3)


async def test_sockets_stay_while_the_database_is_away_and_are_told(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 60.0)
    peer = await connect(acme, amal)

    async def away(*arguments: Any) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as fault:
        fault.setattr(fanout, "_positions", away)
        await fanout.hub().check()
        await fanout.hub().check()
    await append_async(acme)
    await fanout.hub().check()
    await peer.until(lambda: peer.sequence() == [1])
    assert [frame["state"] for frame in peer.frames if frame["type"] == "health"] == ["degraded", "well"]


async def test_one_who_does_not_acknowledge_is_held_then_closed_with_4408(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "WINDOW_SECONDS", 1.0)
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 0.1)
    idle, busy = await connect(acme, amal), await connect(acme, amal)
    acknowledging = asyncio.create_task(acknowledge(busy))
    for _ in range(12):
        await make(many, acme, 50)
    await busy.until(lambda: len(busy.sequence()) == 600)
    assert await idle.closed() == Close.TOO_SLOW
    assert len(idle.sequence()) <= 256
    assert busy.close_code is None
    acknowledging.cancel()


async def test_a_window_full_of_bytes_counts_as_well(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "WINDOW_SECONDS", 0.5)
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 0.1)
    peer = await connect(acme, amal)
    for _ in range(30):
        await make(many, acme, 2, "x" * 20_000)
    assert await peer.closed() == Close.TOO_SLOW
    assert sum(len(str(event)) for event in peer.events()) <= 512 * 1024


async def test_acknowledging_each_event_at_once_is_no_flood(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peer = await connect(acme, amal)
    await make(many, acme, 100)
    await peer.frame(type="event", seq=100)
    for seq in range(1, 101):
        peer.send(type="ack", seq=seq)
    peer.send(type="ping")
    await peer.frame(type="pong")


async def test_the_same_credit_again_and_again_is_a_flood(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peer = await connect(acme, amal)
    await make(many, acme, 8)
    event = await peer.frame(type="event", seq=8)
    for _ in range(100):
        peer.send(type="ack", seq=8, credit=event["credit"])
    assert await peer.closed() == Close.BAD_FRAME


async def test_a_client_that_acknowledges_late_goes_on_where_it_was_held(
    acme: Organization, amal: User, connect: Connect
) -> None:
    peer = await connect(acme, amal)
    await make(many, acme, 400)
    await peer.until(lambda: len(peer.sequence()) > 200)
    held = len(peer.sequence())
    assert held < 400
    acknowledging = asyncio.create_task(acknowledge(peer))
    await peer.until(lambda: peer.sequence() == list(range(1, 401)))
    acknowledging.cancel()


async def test_a_socket_that_stops_reading_buffers_little_and_is_closed(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "WINDOW_SECONDS", 0.5)
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 0.1)
    stuck = await connect(acme, amal)
    [member] = fanout.hub().streams[acme.pk].members
    stuck.is_reading.clear()
    most = 0
    for _ in range(60):
        await make(many, acme, 5, "x" * 5_000)
        most = max(most, member.writer.buffered())
    assert most <= 512 * 1024
    await stuck.until(lambda: not fanout.hub().streams[acme.pk].members)
    stuck.is_reading.set()
    assert await stuck.closed() == Close.TOO_SLOW


async def acknowledge(peer: Peer) -> None:
    """Acknowledge like a well-behaved client: the newest credit, at least every 16 frames."""
    done = 0
    while True:
        given = [frame for frame in peer.frames if "credit" in frame]
        if len(given) > done:
            done = len(given)
            peer.send(type="ack", seq=peer.frames[-1].get("seq", 0), credit=given[-1]["credit"])
        await asyncio.sleep(0.005)


class Reader:
    """A client that comes and goes, and keeps account of every number it was told of."""

    def __init__(self, topics: list[dict[str, str]] | None) -> None:
        self.topics = topics
        self.position: dict[str, Any] = {}
        self.first = 0
        self.numbers: list[int] = []
        self.seen: list[int] = []

    async def stay(self, connect: Connect, of: Organization, user: User, seconds: float) -> None:
        peer = await connect(of, user, topics=self.topics, **self.position)
        acknowledging = asyncio.create_task(acknowledge(peer))
        await asyncio.sleep(seconds)
        acknowledging.cancel()
        await peer.leave()
        greeting = next(frame for frame in peer.frames if frame["type"] in ("ready", "resync"))
        assert greeting["type"] == "ready"
        if not self.position:
            self.first = greeting["seq"]
            self.position = {"seq": greeting["seq"]}
        self.numbers += peer.sequence()
        self.seen += [event["seq"] for event in peer.events()]
        last = self.numbers[-1] if self.numbers else self.first
        self.position = {"epoch": greeting["epoch"], "seq": last}


@pytest.mark.parametrize("seed", range(3))
async def test_random_writers_readers_disconnects_and_lost_hints_leave_no_gap_double_or_inversion(
    acme: Organization, amal: User, connect: Connect, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(fanout, "CHECK_SECONDS", 0.15)
    monkeypatch.setattr(ring, "RING_ENTRIES", chance.choice([8, 64, 1024]))
    _lose_and_shuffle_hints(monkeypatch, chance)
    conversations = [await make(factories.conversation, acme) for _ in range(2)]
    audiences = ["", "", "", visibility.to_user(amal.pk), visibility.to_role("supervisor")]

    def write(number: int) -> None:
        try:
            with unit():
                for _ in range(chance.randint(1, 4)):
                    events.append(
                        acme,
                        "conversation.updated",
                        {"n": number},
                        conversation=chance.choice(conversations),
                        audience=chance.choice(audiences),
                    )
                if chance.random() < 0.1:
                    raise InterruptedError
        except InterruptedError:
            pass

    async def writer() -> None:
        for number in range(25):
            await database_sync_to_async(write, thread_sensitive=False)(number)
            await asyncio.sleep(chance.random() * 0.03)

    one = [{"kind": "conversation", "id": str(conversations[0].pk)}]
    readers = [Reader(None), Reader(None), Reader(one), Reader(one)]
    are_writing = True

    async def read(reader: Reader) -> None:
        while are_writing:
            await reader.stay(connect, acme, amal, chance.random() * 0.4)
            await asyncio.sleep(chance.random() * 0.1)

    reading = [asyncio.create_task(read(reader)) for reader in readers]
    await asyncio.gather(*(writer() for _ in range(4)))
    are_writing = False
    await asyncio.gather(*reading)
    last = (await make(events.position, acme.pk)).seq
    for reader in readers:
        await reader.stay(connect, acme, amal, 1.0)
        assert reader.numbers == list(range(reader.first + 1, last + 1))
    visible = visibility.audiences(amal.pk, "agent")
    rows = await make(lambda: list(Event.objects.within(acme).order_by("seq").all()))
    for reader in readers:
        expected = [
            row.seq
            for row in rows
            if row.seq > reader.first
            and row.audience in visible
            and (
                reader.topics is None
                or row.conversation_id == conversations[0].pk
                or row.audience.startswith("user:")
            )
        ]
        assert reader.seen == expected


def _lose_and_shuffle_hints(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> None:
    """Let a third of all hints get lost, and others come late or twice."""
    deliver = fanout.Hub._take

    def unreliable(hub: fanout.Hub, hint: bus.Hint) -> None:
        fate = chance.random()
        if fate < 0.35:
            return
        if fate < 0.6:
            hub.loop.call_later(chance.random() * 0.2, deliver, hub, hint)
        if fate > 0.5:
            deliver(hub, hint)

    monkeypatch.setattr(fanout.Hub, "_take", unreliable)
