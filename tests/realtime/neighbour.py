"""Another process of the hub: publishes a last-value frame for each line "ORGANIZATION WAY TEXT".

Ways: "loop" (on its event loop), "thread" (from a plain thread beside it), "outside" (from a process that has
no loop, as a management command).
"""

import asyncio
import sys
import threading

import django

django.setup()

from realtime import bus, visibility  # noqa: E402


def publish(organization: str, text: str) -> None:
    """Publish the text."""
    bus.publish_value(organization, visibility.INBOX, text, {"type": "live", "text": text})


async def main() -> None:
    """Publish what is asked for."""
    bus.attach()
    print("ready", flush=True)
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        organization, way, text = words
        if way == "loop":
            publish(organization, text)
        else:
            threading.Thread(target=publish, args=(organization, text)).start()
    await bus.detach()


if __name__ == "__main__":
    if sys.argv[1:2] == ["outside"]:
        publish(*sys.argv[2:])
    else:
        asyncio.run(main())
