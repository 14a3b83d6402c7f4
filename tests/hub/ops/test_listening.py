"""The listen role: polled channels, their cursors, and what happens when a provider fails."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from channels.db import database_sync_to_async

from hub import cursors, listening, registry
from hub.connector import Connector, Polled
from hub.listening import Listener
from hub.models import Channel, ChannelCursor, InboundEnvelope
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


class Mailbag(Connector):
    """A provider that holds numbered letters; a poll brings all after the cursor, two at most."""

    kind: ClassVar[str] = "mailbag"
    label: ClassVar[str] = "Mailbag"
    poll_interval: ClassVar[float] = 0.02

    def __init__(self) -> None:
        self.letters: dict[str, int] = {}
        self.failures: dict[str, int] = {}
        self.polls: dict[str, int] = {}

    def poll(self, channel: Channel, cursor: Mapping[str, Any]) -> tuple[Sequence[Polled], Mapping[str, Any]]:
        name = channel.name
        self.polls[name] = self.polls.get(name, 0) + 1
        if self.failures.get(name, 0) > 0:
            self.failures[name] -= 1
            raise ConnectionError("the provider is away")
        first = int(cursor.get("seen", 0)) + 1
        last = min(first + 1, self.letters.get(name, 0))
        batch = [Polled(b"letter", str(n), {"number": n}) for n in range(first, last + 1)]
        return batch, {"seen": max(last, first - 1)}


@pytest.fixture
def mailbag(monkeypatch: pytest.MonkeyPatch) -> Mailbag:
    bag = Mailbag()
    monkeypatch.setattr(registry, "connectors", lambda: {"mailbag": bag})
    return bag


def numbers(channel: Channel) -> list[int]:
    rows = InboundEnvelope.objects.filter(channel=channel).order_by("received_at", "id")
    return [row.headers["number"] for row in rows]


def cursor(channel: Channel) -> Any:
    return ChannelCursor.objects.get(channel=channel).value


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something in the database holds."""
    async with asyncio.timeout(seconds):
        while not await database_sync_to_async(condition)():
            await asyncio.sleep(0.02)


def test_a_poll_keeps_envelopes_and_cursor_together(mailbag: Mailbag) -> None:
    channel = factories.channel(factories.organization(), "mailbag", name="one")
    mailbag.letters["one"] = 3
    assert [listening.poll(channel) for _ in range(3)] == [2, 1, 0]
    assert numbers(channel) == [1, 2, 3]
    assert cursor(channel) == {"seen": 3}


def test_a_cursor_that_was_lost_doubles_nothing(mailbag: Mailbag) -> None:
    channel = factories.channel(factories.organization(), "mailbag", name="one")
    mailbag.letters["one"] = 2
    listening.poll(channel)
    ChannelCursor.objects.filter(channel=channel).delete()
    assert listening.poll(channel) == 0
    assert numbers(channel) == [1, 2]


def test_a_batch_that_cannot_be_kept_leaves_the_cursor(
    mailbag: Mailbag, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = factories.channel(factories.organization(), "mailbag", name="one")
    mailbag.letters["one"] = 1
    monkeypatch.setattr(cursors, "now", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        listening.poll(channel)
    monkeypatch.undo()
    assert not ChannelCursor.objects.filter(channel=channel).exists()
    assert numbers(channel) == []


async def test_the_listener_polls_active_channels_only_and_notices_new_ones(mailbag: Mailbag) -> None:
    acme = await database_sync_to_async(factories.organization)()
    make = database_sync_to_async(factories.channel)
    one = await make(acme, "mailbag", name="one")
    await make(acme, "mailbag", name="off", state=Channel.State.DISABLED)
    await make(acme, "email", name="mail")
    mailbag.letters = {"one": 5, "off": 5, "late": 1}
    listener = Listener(look_seconds=0.05)
    await listener.start()
    await until(lambda: numbers(one) == [1, 2, 3, 4, 5])
    late = await make(await database_sync_to_async(factories.organization)("Globex"), "mailbag", name="late")
    await until(lambda: numbers(late) == [1])
    await listener.stop()
    assert set(mailbag.polls) == {"one", "late"}


async def test_a_failing_channel_is_asked_less_often_and_disturbs_no_other(mailbag: Mailbag) -> None:
    acme = await database_sync_to_async(factories.organization)()
    make = database_sync_to_async(factories.channel)
    ill, well = await make(acme, "mailbag", name="ill"), await make(acme, "mailbag", name="well")
    mailbag.letters = {"ill": 1, "well": 9}
    mailbag.failures = {"ill": 3}
    listener = Listener()
    await listener.start()
    await until(lambda: numbers(well) == list(range(1, 10)))
    await until(lambda: numbers(ill) == [1])
    await listener.stop()
    assert mailbag.polls["ill"] < mailbag.polls["well"]


async def test_a_disabled_channel_is_left_alone(mailbag: Mailbag) -> None:
    channel = await database_sync_to_async(factories.channel)(
        await database_sync_to_async(factories.organization)(), "mailbag", name="one"
    )
    listener = Listener(look_seconds=0.02)
    await listener.start()
    await until(lambda: mailbag.polls.get("one", 0) > 2)
    channel.state = Channel.State.DISABLED
    await database_sync_to_async(channel.save)()
    await until(lambda: not listener._polling)
    polls = mailbag.polls["one"]
    await asyncio.sleep(0.1)
    await listener.stop()
    assert mailbag.polls["one"] <= polls + 1
