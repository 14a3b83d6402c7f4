"""The listen role: polls the channels that are polled, and keeps connections to those listened to."""

import asyncio
import contextlib
import random
from uuid import UUID

import structlog
from django.db import connections

from hub import registry
from hub.connections import LONGEST_PAUSE, Connection
from hub.connector import Batch, Connector
from hub.cursors import cursor, keep
from hub.encryption import CannotDecrypt
from hub.models.channels import Channel
from hub.service import Background, Stage

log = structlog.get_logger("hub.listening")

LOOK_SECONDS = 15.0
"""How soon a new, changed or disabled channel is noticed."""

STOP_SECONDS = 6.0
"""How long connections may take to end; what they were just fetching comes again."""

ENDING_SECONDS = 0.5
"""How soon a connection that ends with its old settings is looked at again."""

CURSOR = "poll"


class Listener(Background):
    """Polls each active channel whose connector has a `poll`, and listens to those that ask for it.

    A channel that fails is asked less and less often, up to every `LONGEST_PAUSE` seconds, and
    disturbs no other. Two processes may do the same channel: envelopes are unique by key.
    """

    name = "listener"
    roles = frozenset({"listen"})
    stage = Stage.SOURCE

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__()
        self.look_seconds = look_seconds
        self._polling: dict[UUID, asyncio.Task[None]] = {}
        self._connections: dict[UUID, Connection] = {}

    async def run(self) -> None:
        """Keep a task for each channel to be polled and a thread for each to be listened to."""
        try:
            while not self.stopping.is_set():
                await self._adjust(await asyncio.to_thread(channels_to_poll))
                is_ending = self._connect(await asyncio.to_thread(channels_to_listen_to))
                await self._pause(min(self.look_seconds, ENDING_SECONDS) if is_ending else self.look_seconds)
        finally:
            # Threads are waited for: what they fetched is kept before the process ends.
            for connection in self._connections.values():
                connection.stopping.set()
            await asyncio.gather(*self._polling.values(), self._disconnected(), return_exceptions=True)
            self._polling.clear()
            self._connections.clear()

    def _connect(self, wanted: dict[UUID, str]) -> bool:
        """End what is not wanted or has another key, start what is missing; whether some are ending still."""
        for channel_id, connection in list(self._connections.items()):
            if wanted.get(channel_id) != connection.key:
                connection.stopping.set()
            if not connection.is_alive():
                del self._connections[channel_id]
        for channel_id, key in wanted.items():
            if channel_id not in self._connections:
                connection = self._connections[channel_id] = Connection(channel_id, key)
                connection.start()
        return any(connection.stopping.is_set() for connection in self._connections.values())

    async def _disconnected(self) -> None:
        deadline = asyncio.get_running_loop().time() + STOP_SECONDS
        for connection in self._connections.values():
            left = max(deadline - asyncio.get_running_loop().time(), 0.0)
            await asyncio.to_thread(connection.join, left)

    async def _adjust(self, wanted: dict[UUID, float]) -> None:
        for channel_id in [
            known for known, task in self._polling.items() if known not in wanted or task.done()
        ]:
            self._polling.pop(channel_id).cancel()
        for channel_id, interval in wanted.items():
            if channel_id not in self._polling:
                self._polling[channel_id] = asyncio.create_task(self._poll_for_ever(channel_id, interval))

    async def _poll_for_ever(self, channel_id: UUID, interval: float) -> None:
        failures = 0
        while not self.stopping.is_set():
            failures = 0 if await asyncio.to_thread(poll_reported, channel_id) else failures + 1
            pause = min(interval * 2**failures, max(LONGEST_PAUSE, interval))
            await self._pause(pause * random.uniform(0.9, 1.1))

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def channels_to_poll() -> dict[UUID, float]:
    """The active channels whose connectors poll, each with its interval in seconds."""
    try:
        polled = {
            kind: connector.poll_interval
            for kind, connector in registry.connectors().items()
            if type(connector).poll is not Connector.poll
        }
        channels = Channel.objects.unscoped("the listen role serves every organization").filter(
            kind__in=polled
        )
        return {channel.pk: polled[channel.kind] for channel in channels if channel.is_active}
    finally:
        connections.close_all()


def channels_to_listen_to() -> dict[UUID, str]:
    """The active channels that their connectors listen to, each with what its connection depends on."""
    try:
        listening = {
            kind: connector
            for kind, connector in registry.connectors().items()
            if type(connector).listen is not Connector.listen
        }
        channels = Channel.objects.unscoped("the listen role serves every organization").filter(
            kind__in=listening
        )
        active = [channel for channel in channels.defer("secrets") if channel.is_active]
        keys = {channel.pk: _key(listening[channel.kind], channel) for channel in active}
        return {channel_id: key for channel_id, key in keys.items() if key}
    finally:
        connections.close_all()


def _key(connector: Connector, channel: Channel) -> str:
    try:
        return connector.listening_key(channel)
    except CannotDecrypt as error:
        log.error("channel_unreadable", channel=str(channel.pk), reason=str(error))
        return ""


def poll_reported(channel_id: UUID) -> bool:
    """Poll once; false when it failed, which is logged."""
    channel = Channel.objects.unscoped("the listen role serves every organization").get(pk=channel_id)
    try:
        accepted = poll(channel)
    except Exception as error:
        reason = registry.connector(channel.kind).classify(error)
        log.exception(
            "poll_failed", channel=str(channel_id), error_class=reason.error_class, code=reason.code
        )
        return False
    finally:
        connections.close_all()
    if accepted:
        log.info("polled", channel=str(channel_id), envelopes=accepted)
    return True


def poll(channel: Channel) -> int:
    """Fetch what is new on a channel; envelopes and cursor are committed together.

    Answers how many envelopes were new. Raises whatever the connector raises, or
    `StorageUnavailable`; the cursor then stays, and the next poll fetches the same again.
    """
    batch, following = registry.connector(channel.kind).poll(channel, cursor(channel, CURSOR))
    return keep(channel, Batch(batch, following, CURSOR))
