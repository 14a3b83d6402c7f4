"""A server in a process of its own, for tests of how it starts, writes, closes and drains.

Reads one word a line: "stop" drains and ends; "flood N" writes N frames to every socket through the fan-out's
way. Answers in lines.
"""

import asyncio
import sys
from typing import Any

import django

django.setup()

from hub.service import StartError  # noqa: E402
from realtime import server  # noqa: E402
from realtime.consumers import Socket  # noqa: E402
from realtime.entries import Frames  # noqa: E402


class Echo(Socket):
    """Says everything back."""

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


async def main(port: int) -> None:
    """Serve, and do as told."""
    web = server.WebServer("127.0.0.1", port, application)
    try:
        await web.start()
    except StartError as error:
        print(f"refused {error}", flush=True)
        return
    print(f"port {web.port} {type(asyncio.get_running_loop()).__module__}", flush=True)
    while (words := (await asyncio.to_thread(sys.stdin.readline)).split()) and words[0] != "stop":
        for socket in list(Socket.open_sockets):
            for number in range(int(words[1])):
                text = f'{{"type":"flood","n":{number},"x":"{"x" * 2000}"}}'
                socket.writer.write(Frames([text]))
        print(f"buffered {max(socket.writer.buffered() for socket in Socket.open_sockets)}", flush=True)
    await web.stop(5)
    print("stopped", flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1])))
