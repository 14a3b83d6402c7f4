"""What every process of the hub runs for realtime: its end of the bus."""

from hub.service import Service, Stage
from realtime import bus, fanout


class Hints(Service):
    """Gives the threads of this process a loop to publish through, so that a commit is shown at once."""

    name = "hints"
    roles = frozenset({"web", "worker", "smtp", "listen", "media"})
    # Last to stop: whatever the other services still commit while they drain is worth a hint.
    stage = Stage.WORK

    async def start(self) -> None:
        """Publish through the running loop from now on."""
        bus.attach()

    async def stop(self) -> None:
        """Send what waits, end the fan-out, leave the group."""
        await fanout.close()


def services() -> list[Service]:
    """The services of this room."""
    return [Hints()]
