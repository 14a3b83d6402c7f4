"""The event stream: everything in order, nothing missed, nothing twice, across lost connections.

The protocol numbers events without gaps per organization, so the stream proves to itself that it is complete,
and resumes where it stood on a new connection when it is not.
"""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from hub.client import errors
from hub.client.backoff import pause

ACK_FRAMES = 8
ACK_SECONDS = 3.0
GREETING_SECONDS = 20.0
SILENCE_SECONDS = 30.0
"""A connection that says nothing for so long, pings included, counts as lost."""

LONG_ENOUGH_SECONDS = 10.0
"""A connection that lasted so long was a good one: the next failure starts from a short pause again."""

BIGGEST_FRAME = 16 * 1024 * 1024
LONGEST_ASKED_PAUSE = 60.0
Generator = TypeVar("Generator", bound=AsyncGenerator[Any, None])
_RETRY_IN = re.compile(r"retry in (\d+(?:\.\d+)?)")
_NOT_SIGNED_IN, _NOT_ALLOWED = 4401, 4403


@dataclass(frozen=True, slots=True)
class Position:
    """A place in an organization's log; keep it to go on from there later."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `position` is where the stream stands after it. `at` as the hub wrote it."""

    name: str
    data: dict[str, Any]
    at: str
    position: Position


@dataclass(frozen=True, slots=True)
class Resync:
    """The place was too old to go on from: fetch what you need afresh; the stream goes on from `position`."""

    position: Position


@dataclass(frozen=True, slots=True)
class Live:
    """A last value, not an event: "presence", "typing" or "viewing". Not numbered, not repeated."""

    kind: str
    data: dict[str, Any]


class Stream:
    """The events of an organization, as the token's user may see them.

    Iterating gives `Event`s alone; `frames` gives `Resync` and `Live` as well. `position` may be saved at
    any time: a stream opened with it goes on after the last event that was given out. Raises `NotSignedIn`
    or `NotAllowed` when the hub says so, and otherwise keeps trying for ever.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        since: Position | None = None,
        topics: Sequence[Mapping[str, str]] = ({"kind": "inbox"},),
    ) -> None:
        self.position = since
        self.is_live = asyncio.Event()
        """Set while the stream is connected and complete."""

        self._url = f"ws{base_url.rstrip('/').removeprefix('http')}/ws/v1/agent"
        self._token = token
        self._topics = [dict(topic) for topic in topics]
        self._connection: ClientConnection | None = None
        self._presence: dict[str, str] | None = None
        self._is_closed = False
        self._generators: list[AsyncGenerator[Any, None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __aiter__(self) -> AsyncGenerator[Event, None]:
        return self._opened(self._events())

    def frames(self) -> AsyncGenerator[Event | Resync | Live, None]:
        """Everything that the hub tells, for as long as the stream is open."""
        return self._opened(self._frames())

    def _opened(self, generator: Generator) -> Generator:
        self._generators.append(generator)
        return generator

    async def _events(self) -> AsyncGenerator[Event, None]:
        async for frame in self.frames():
            if isinstance(frame, Event):
                yield frame

    async def _frames(self) -> AsyncGenerator[Event | Resync | Live, None]:
        attempt = 0
        while not self._is_closed:
            opened_at = time.monotonic()
            wait = 0.0
            try:
                async for frame in self._follow():
                    yield frame
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, _Gap) as error:
                _raise_if_final(error)
                wait = _asked_pause(error)
            self.is_live.clear()
            if self._is_closed:
                return
            attempt = 0 if time.monotonic() - opened_at > LONG_ENOUGH_SECONDS else attempt + 1
            await asyncio.sleep(wait or pause(attempt))

    async def set_presence(self, state: str, reason: str = "") -> None:
        """Say whether the user takes work, and why not; repeated after each reconnect."""
        self._presence = {"state": state, "reason": reason}
        await self._send(type="presence", **self._presence)

    async def typing(self, conversation_id: str, state: str = "start") -> None:
        """Show colleagues and the customer that somebody is writing, or no longer is."""
        await self._send(type="typing", conversation=conversation_id, state=state)

    async def viewing(self, conversation_id: str | None) -> None:
        """Show colleagues which conversation is being looked at."""
        await self._send(type="viewing", conversation=conversation_id)

    async def close(self) -> None:
        """End the stream; whoever iterates it comes to the end."""
        self._is_closed = True
        if self._connection is not None:
            await self._connection.close()
        for generator in self._generators:
            # One that is being awaited elsewhere ends there, because its connection did.
            with contextlib.suppress(RuntimeError):
                await generator.aclose()

    async def _send(self, **frame: Any) -> None:
        if self._connection is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._connection.send(json.dumps(frame))

    async def _follow(self) -> AsyncIterator[Event | Resync | Live]:
        """One connection, from hello to its end."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with connect(
            self._url,
            additional_headers=headers,
            max_size=BIGGEST_FRAME,
            open_timeout=GREETING_SECONDS,
            ping_interval=SILENCE_SECONDS / 3,
            ping_timeout=SILENCE_SECONDS,
        ) as connection:
            self._connection = connection
            try:
                await self._greet()
                reader = _Reader()
                acknowledging = asyncio.create_task(self._acknowledge_often(reader))
                try:
                    async for text in connection:
                        for found in await self._take(text, reader):
                            yield found
                finally:
                    acknowledging.cancel()
            finally:
                self._connection = None

    async def _greet(self) -> None:
        place = {"epoch": self.position.epoch, "seq": self.position.seq} if self.position else {}
        await self._send(type="hello", topics=self._topics, **place)
        if self._presence is not None:
            await self._send(type="presence", again=True, **self._presence)

    async def _take(self, text: str | bytes, reader: "_Reader") -> Sequence[Event | Resync | Live]:
        """What one frame says to the program; most say one thing or nothing."""
        frame = _decoded(text)
        match frame["type"]:
            case "event":
                is_new = self._count(frame, reader, frame["seq"])
                found: Sequence[Event | Resync | Live] = [self._event(frame)] if is_new else []
            case "skip":
                self._count(frame, reader, frame.get("from", frame["seq"]))
                found = []
            case "ready" | "resync":
                found = self._settle(frame)
            case "presence" | "typing" | "viewing" | "live" as kind:
                found = [Live(kind, {key: value for key, value in frame.items() if key != "type"})]
            case _:
                found = []
        if reader.unacknowledged >= ACK_FRAMES:
            await self._acknowledge(reader)
        return found

    def _count(self, frame: Mapping[str, Any], reader: "_Reader", first: int) -> bool:
        """Move on by a numbered frame; whether it is new. Raises `_Gap` when one is missing before it."""
        reader.credit = frame.get("credit") or reader.credit
        reader.unacknowledged += 1
        if self.position is None:
            raise errors.ProtocolError("an event came before the greeting")
        if frame["seq"] <= self.position.seq:
            return False
        if first > self.position.seq + 1:
            raise _Gap
        self.position = Position(self.position.epoch, frame["seq"])
        return True

    def _event(self, frame: Mapping[str, Any]) -> Event:
        assert self.position is not None
        return Event(frame["event"], frame["data"], frame["at"], self.position)

    def _settle(self, frame: Mapping[str, Any]) -> list[Event | Resync | Live]:
        """The greeting: from here on everything is live."""
        told = Position(frame["epoch"], frame["seq"])
        is_first = self.position is None
        is_continued = frame["type"] == "ready" and frame.get("resumed") is True
        if is_continued and self.position is not None and self.position.seq < told.seq:
            raise _Gap
        self.position = told
        self.is_live.set()
        return [] if is_first or is_continued else [Resync(told)]

    async def _acknowledge_often(self, reader: "_Reader") -> None:
        while True:
            await asyncio.sleep(ACK_SECONDS)
            if reader.unacknowledged:
                await self._acknowledge(reader)

    async def _acknowledge(self, reader: "_Reader") -> None:
        """Keep the credit window open."""
        reader.unacknowledged = 0
        if self.position is not None:
            credit = {"credit": reader.credit} if reader.credit else {}
            await self._send(type="ack", seq=self.position.seq, **credit)


@dataclass(slots=True)
class _Reader:
    """What one connection has read and not acknowledged yet."""

    credit: str = ""
    unacknowledged: int = 0


class _Gap(Exception):
    """A number is missing: the rest has to come again on a new connection."""


def _decoded(text: str | bytes) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except ValueError as error:
        raise errors.ProtocolError("a frame is no JSON") from error
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise errors.ProtocolError('a frame has no "type"')
    return frame


def _raise_if_final(error: Exception) -> None:
    """Turn a refusal that no retry can mend into its exception."""
    if isinstance(error, InvalidStatus) and error.response.status_code in (401, 403, 404):
        status = error.response.status_code
        raise errors.for_status(status, {"title": "The hub refused the socket."}) from error
    code = error.rcvd.code if isinstance(error, ConnectionClosed) and error.rcvd else 0
    if code == _NOT_SIGNED_IN:
        raise errors.NotSignedIn(401, {"title": "The token is not accepted (any more)."}) from error
    if code == _NOT_ALLOWED:
        raise errors.NotAllowed(403, {"title": "The token may not follow the stream."}) from error


def _asked_pause(error: Exception) -> float:
    """The seconds to stay away that a restarting hub asks for (close reason "retry in N"), or 0."""
    reason = error.rcvd.reason if isinstance(error, ConnectionClosed) and error.rcvd else ""
    match = _RETRY_IN.search(reason)
    return min(float(match[1]), LONGEST_ASKED_PAUSE) if match else 0.0
