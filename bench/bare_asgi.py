"""The baseline of the fan-out figure: a broadcast on bare ASGI, with nothing but a set of send callables."""

import asyncio
from typing import Any

receivers: set[Any] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pass what /publish says on to everybody at /receive."""
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/receive":
        receivers.add(send)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            frame = {"type": "websocket.send", "text": message["text"]}
            for deliver in tuple(receivers):
                await deliver(frame)
            await asyncio.sleep(0)
    finally:
        receivers.discard(send)
