"""The listen role: asks the providers of polled channels what is new, and keeps it."""

import asyncio
import contextlib
import random
from uuid import UUID

import structlog
from django.db import connections

from hub import registry
from hub.clock import now
from hub.connector import Connector, accept_all
from hub.models.channels import Channel, ChannelCursor
from hub.service import Background, Stage
from hub.transaction import unit

log = structlog.get_logger("hub.listening")

LOOK_SECONDS = 15.0
"""How soon a new, changed or disabled channel is noticed."""

LONGEST_PAUSE = 900.0

CURSOR = "poll"


class Listener(Background):
    """Polls each active channel whose connector has a `poll`, at the connector's interval.

    A channel that fails is asked less and less often, up to every `LONGEST_PAUSE` seconds, and
    disturbs no other. Two processes may poll the same channel: envelopes are unique by key.
    """

    name = "listener"
    roles = frozenset({"listen"})
    stage = Stage.SOURCE

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__()
        self.look_seconds = look_seconds
        self._polling: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Keep one task for each channel to be polled, until told to stop."""
        try:
            while not self.stopping.is_set():
                await self._adjust(await asyncio.to_thread(channels_to_poll))
                await self._pause(self.look_seconds)
        finally:
            # A poll in its thread is waited for: what it fetched is kept before the process ends.
            await asyncio.gather(*self._polling.values(), return_exceptions=True)
            self._polling.clear()

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
    cursor = ChannelCursor.objects.filter(channel=channel, name=CURSOR).first()
    known = cursor.value if cursor else {}
    batch, following = registry.connector(channel.kind).poll(channel, known)
    if not batch and dict(following) == known:
        return 0
    with unit():
        accepted = accept_all([(channel, polled) for polled in batch])
        ChannelCursor.objects.within(channel.organization_id).update_or_create(
            channel=channel,
            name=CURSOR,
            defaults={"value": dict(following), "updated_at": now()},
            create_defaults={
                "organization_id": channel.organization_id,
                "value": dict(following),
                "updated_at": now(),
            },
        )
    return sum(not envelope.duplicate for envelope in accepted)
