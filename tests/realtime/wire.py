"""A peer for sockets that speaks plain ASGI to them, on the test's own loop and without a network."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from hub import tokens
from hub.models import ApiToken, Organization, User
from hub.transaction import unit
from realtime import events

DEADLINE = 60.0
"""Seconds after which something that should have come is missing."""

Application = Callable[..., Awaitable[None]]


class Peer:
    """One connection: sends frames, collects what comes back, may stop reading."""

    def __init__(self, application: Application, headers: Mapping[str, str], **scope: Any) -> None:
        self.frames: list[dict[str, Any]] = []
        self.close_code: int | None = None
        self.close_reason = ""
        self.is_reading = asyncio.Event()
        self.is_reading.set()
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._changed = asyncio.Event()
        names = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.scope = {"type": "websocket", "path": "/", "headers": names, **scope}
        self._incoming.put_nowait({"type": "websocket.connect"})
        serving: Any = application(self.scope, self._incoming.get, self._take)
        self.task: asyncio.Task[None] = asyncio.create_task(serving)

    async def _take(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self.is_reading.wait()
            self.frames.append(json.loads(message["text"]))
        elif message["type"] == "websocket.close" and self.close_code is None:
            self.close_code, self.close_reason = message["code"], message.get("reason", "")
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        self._changed.set()

    def send(self, **frame: Any) -> None:
        """Send a frame."""
        self.send_text(json.dumps(frame))

    def send_text(self, text: str) -> None:
        """Send a text, be it a frame or not."""
        self._incoming.put_nowait({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        self._incoming.put_nowait({"type": "websocket.receive", "bytes": data})

    async def until(self, holds: Callable[[], bool], seconds: float = DEADLINE) -> None:
        """Wait until something about this peer holds; AssertionError with what came when it does not."""
        async with asyncio.timeout(seconds):
            try:
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
            except asyncio.CancelledError:
                last = [str(frame)[:200] for frame in self.frames[-5:]]
                raise AssertionError(f"{len(self.frames)} frames, closed {self.close_code}: {last}") from None

    async def frame(self, seconds: float = DEADLINE, **fields: Any) -> dict[str, Any]:
        """The first frame that came or comes with these fields."""

        def found() -> list[dict[str, Any]]:
            return [frame for frame in self.frames if fields.items() <= frame.items()]

        await self.until(lambda: bool(found()), seconds)
        return found()[0]

    async def closed(self, seconds: float = DEADLINE) -> int:
        """The code that the server closed with."""
        await self.until(lambda: self.close_code is not None, seconds)
        assert self.close_code is not None
        return self.close_code

    async def leave(self) -> None:
        """Go away, as a browser does, and wait until the server has noticed."""
        self.is_reading.set()
        if self.close_code is None:
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
        async with asyncio.timeout(DEADLINE):
            with suppress(asyncio.CancelledError):
                await self.task

    def sequence(self) -> list[int]:
        """Every number that the events and skips so far account for, in the order of their coming."""
        numbers: list[int] = []
        for frame in self.frames:
            if frame["type"] == "event":
                numbers.append(frame["seq"])
            elif frame["type"] == "skip":
                numbers.extend(range(frame.get("from", frame["seq"]), frame["seq"] + 1))
        return numbers

    def events(self) -> list[dict[str, Any]]:
        """The events so far."""
        return [frame for frame in self.frames if frame["type"] == "event"]


def bearer(of: Organization, user: User) -> dict[str, str]:
    """Headers that sign in as this member."""
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.create(organization=of, user=user, name="test", digest=tokens.digest(secret))
    return {"Authorization": f"Bearer {secret}"}


def append(of: Organization, name: str = "contact.updated", **fields: Any) -> None:
    """Commit one event."""
    data = fields.pop("data", {})
    with unit():
        events.append(of, name, data, **fields)


append_async = database_sync_to_async(append, thread_sensitive=False)
