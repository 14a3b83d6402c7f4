"""Channels that are listened to: what is kept before a connector goes on, what is said of its failures."""

import queue
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError

from hub import connections, cursors, jobs, registry
from hub.connections import Connection
from hub.connector import CHANNEL_HEALTH, Batch, Connector, Cursors, Polled, StorageUnavailable
from hub.listening import Listener
from hub.messages import ErrorClass, SendError
from hub.models import Channel, InboundEnvelope, Job
from hub.stopping import Stopping
from tests import factories
from tests.hub.ops.test_listening import until as until_async
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

WRONG = SendError(ErrorClass.RECONNECT, "password", "The password is wrong.")
AWAY = SendError(ErrorClass.RETRY, "away", "It does not answer.")


class Radio(Connector):
    """A provider that speaks: tests put in what it says next, letters or errors."""

    kind: ClassVar[str] = "radio"
    label: ClassVar[str] = "Radio"
    poll_interval: ClassVar[float] = 0.01

    def __init__(self) -> None:
        self.said: queue.Queue[list[int] | Exception | None] = queue.Queue()
        self.acknowledged: list[int] = []
        self.began: list[int] = []

    def listening_key(self, channel: Channel) -> str:
        return str(channel.config.get("frequency", ""))

    def listen(self, channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
        heard = int(cursors("poll").get("heard", 0))
        self.began.append(heard)
        while not stopping.is_set():
            try:
                said = self.said.get(timeout=0.02)
            except queue.Empty:
                continue
            if said is None:
                return
            if isinstance(said, Exception):
                raise said
            yield Batch([Polled(b"letter", str(n), {}) for n in said], {"heard": max([heard, *said])})
            self.acknowledged += said


@pytest.fixture
def radio(monkeypatch: pytest.MonkeyPatch) -> Radio:
    made = Radio()
    monkeypatch.setattr(registry, "connectors", lambda: {"radio": made})
    monkeypatch.setattr(connections, "FIRST_PAUSE", 0.01)
    return made


@pytest.fixture
def channel() -> Channel:
    return factories.channel(factories.organization(), "radio", config={"frequency": "1"})


@pytest.fixture
def connection(radio: Radio, channel: Channel) -> Iterator[Connection]:
    made = Connection(channel.pk, "1")
    made.start()
    yield made
    made.stopping.set()
    made.join(20)
    assert not made.is_alive()


def kept(of: Channel) -> int:
    return InboundEnvelope.objects.filter(channel=of).count()


def reports() -> list[dict[str, Any]]:
    """What was said of channels, in order."""
    return [job.payload["report"] for job in Job.objects.filter(name=CHANNEL_HEALTH).order_by("id")]


def test_the_connector_goes_on_once_its_batch_is_kept(
    radio: Radio, channel: Channel, connection: Connection
) -> None:
    radio.said.put([1, 2])
    until(lambda: radio.acknowledged == [1, 2])
    assert kept(channel) == 2
    assert cursors.cursor(channel, "poll") == {"heard": 2}


def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(
    radio: Radio, channel: Channel, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_broken = threading.Event()
    is_broken.set()
    keep = cursors.keep

    def kept_or_not(of: Channel, batch: Batch) -> int:
        if is_broken.is_set():
            raise StorageUnavailable("the disk is full")
        return keep(of, batch)

    monkeypatch.setattr(connections, "keep", kept_or_not)
    radio.said.put([1])
    until(lambda: len(radio.began) > 1)
    assert radio.acknowledged == [] and kept(channel) == 0
    assert radio.began[-1] == 0, "it begins at the committed cursor"
    is_broken.clear()
    radio.said.put([1])
    until(lambda: radio.acknowledged == [1])


def test_a_connector_that_returns_is_called_again(
    radio: Radio, channel: Channel, connection: Connection
) -> None:
    radio.said.put([5])
    radio.said.put(None)
    until(lambda: radio.began == [0, 5])


def test_a_sign_in_that_is_refused_twice_is_told_once(
    radio: Radio, channel: Channel, connection: Connection
) -> None:
    for _ in range(4):
        radio.said.put(WRONG)
    until(lambda: len(radio.began) == 5)
    assert reports() == [
        {"ok": False, "code": "password", "detail": "The password is wrong.", "needs_reconnect": True}
    ]
    radio.said.put([1])
    until(lambda: len(reports()) == 2)
    assert reports()[1] == {"ok": True, "detail": ""}


def test_what_passes_by_itself_is_told_the_third_time(
    radio: Radio, channel: Channel, connection: Connection
) -> None:
    for _ in range(2):
        radio.said.put(AWAY)
    radio.said.put([1])
    until(lambda: kept(channel) == 1)
    for _ in range(3):
        radio.said.put(AWAY)
    until(lambda: len(reports()) == 2)
    assert [report["ok"] for report in reports()] == [True, False]
    assert reports()[1]["needs_reconnect"] is False


def test_a_database_that_is_away_ends_no_thread(
    radio: Radio, channel: Channel, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(connections, "keep", away)
    monkeypatch.setattr(jobs, "enqueue", away)
    radio.said.put([1])
    until(lambda: len(radio.began) > 1)
    monkeypatch.undo()
    monkeypatch.setattr(registry, "connectors", lambda: {"radio": radio})
    radio.said.put([1])
    until(lambda: radio.acknowledged == [1])


async def test_the_listener_connects_again_when_settings_change(radio: Radio) -> None:
    organization = await database_sync_to_async(factories.organization)()
    channel = await database_sync_to_async(factories.channel)(
        organization, "radio", config={"frequency": "1"}
    )
    listener = Listener(look_seconds=0.02)
    await listener.start()
    radio.said.put([1])
    await until_async(lambda: radio.acknowledged == [1])
    channel.config = {"frequency": "2"}
    await database_sync_to_async(channel.save)()
    await until_async(lambda: radio.began == [0, 1])
    channel.config = {}
    await database_sync_to_async(channel.save)()
    await until_async(lambda: not listener._connections)
    await listener.stop()
