"""A server in a process of its own, for tests of how it starts, writes, closes and drains.

Reads one word a line: "stop" drains and ends; "flood N" writes N frames to every socket through the fan-out's
way; "slow N" lets sockets wait while they open, N at most, until "go on". Answers in lines.
"""

import asyncio
import sys
from typing import Any

import django

django.setup()

from hub.service import StartError  # noqa: E402
from realtime import consumers, server  # noqa: E402
from realtime.consumers import Socket  # noqa: E402
from realtime.entries import Frames  # noqa: E402


class Echo(Socket):
    """Says everything back."""

    may_open = asyncio.Event()

    async def opened(self) -> None:
        """Wait, as a database makes one wait, while told so."""
        await self.may_open.wait()

    async def on_frame(self, frame: Any) -> None:
        """Answer; some words have effects."""
        if frame["type"] == "fail":
            raise RuntimeError("on purpose")
        if frame["type"] == "close":
            self.close(frame["code"], "as asked")
        else:
            self.send_frame(frame)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Sockets echo; a request takes half a second."""
    if scope["type"] == "websocket":
        await Echo(scope, receive, send).run()
        return
    await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


def flood(frames: int) -> None:
    """Write to every socket, and say how much waits."""
    for socket in list(Socket.open_sockets):
        for number in range(frames):
            text = f'{{"type":"flood","n":{number},"x":"{"x" * 2000}"}}'
            socket.writer.write(Frames([text]))
    print(
        f"buffered {max((socket.writer.buffered() for socket in Socket.open_sockets), default=0)}", flush=True
    )


async def main(port: int) -> None:
    """Serve, and do as told."""
    web = server.WebServer("127.0.0.1", port, application)
    try:
        await web.start()
    except StartError as error:
        print(f"refused {error}", flush=True)
        return
    print(f"port {web.port} {type(asyncio.get_running_loop()).__module__}", flush=True)
    Echo.may_open.set()
    while (words := (await asyncio.to_thread(sys.stdin.readline)).split()) and words[0] != "stop":
        if words[0] == "slow":
            Echo.may_open.clear()
            consumers.MOST_OPENING = int(words[1])
        elif words[0] == "go":
            Echo.may_open.set()
        else:
            flood(int(words[1]))
    await web.stop(5)
    print("stopped", flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1])))
