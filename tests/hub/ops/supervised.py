"""A small process under the hub's supervisor, for test_runner: `supervised.py SCENARIO`."""

import asyncio
import sys
import threading

from hub import runner
from hub.service import Background, Service, Stage, StartError


def say(text: str) -> None:
    print(text, flush=True)


class Told(Service):
    """Says what it is asked to do."""

    def __init__(self, name: str, stage: Stage) -> None:
        self.name, self.stage = name, stage

    async def start(self) -> None:
        say(f"{self.name} started")

    async def stop_accepting(self) -> None:
        say(f"{self.name} refuses")

    async def stop(self) -> None:
        say(f"{self.name} stopped")


class Fragile(Background):
    """Falls over soon after each start."""

    name = "fragile"

    async def run(self) -> None:
        say("fragile started")
        await asyncio.sleep(0.05)
        raise RuntimeError("boom")


class Refused(Told):
    async def start(self) -> None:
        raise StartError("port 1 is in use")


class Stubborn(Told):
    async def stop(self) -> None:
        say("stubborn is asked to stop")
        await asyncio.sleep(60)


class HangingThread(Told):
    async def start(self) -> None:
        threading.Thread(target=threading.Event().wait).start()


async def announce() -> None:
    say("up and running")


SCENARIOS: dict[str, list[Service]] = {
    "calm": [Told("worker", Stage.WORK), Told("web", Stage.ENTRANCE)],
    "crash": [Fragile(), Told("web", Stage.ENTRANCE)],
    "refused": [Told("web", Stage.ENTRANCE), Refused("refused", Stage.WORK)],
    "stubborn": [Stubborn("stubborn", Stage.WORK)],
    "hanging_thread": [HangingThread("hanging", Stage.WORK)],
}

if __name__ == "__main__":
    runner.DRAIN_SECONDS = 4.0
    try:
        runner.run(SCENARIOS[sys.argv[1]], after_start=announce)
    except StartError as error:
        say(f"refused: {error}")
        sys.exit(3)
