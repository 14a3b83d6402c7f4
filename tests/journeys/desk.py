"""Both ends of a journey: an agent with a token and a socket, a customer with mail or the widget."""

import asyncio
import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

from tests.hub_process import HubProcess

DEADLINE = 60.0
"""Seconds after which something that should have come is missing."""

Frame = dict[str, Any]


def call(hub: HubProcess, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One call of the API: status and decoded answer, errors included."""
    request = urllib.request.Request(
        f"{hub.base_url}/api/v1{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@dataclass
class Socket:
    """A WebSocket whose frames are kept, so that nothing is missed between two looks."""

    connection: ClientConnection
    frames: list[Frame] = field(default_factory=list)

    async def send(self, **frame: Any) -> None:
        """Send a frame."""
        await self.connection.send(json.dumps(frame))

    async def until(self, wanted: Callable[[Frame], bool], start: int = 0) -> Frame:
        """The first frame from place `start` on that is wanted; waits for it."""
        place = start
        async with asyncio.timeout(DEADLINE):
            while True:
                while place < len(self.frames):
                    if wanted(self.frames[place]):
                        return self.frames[place]
                    place += 1
                self.frames.append(json.loads(await self.connection.recv()))

    async def event(self, name: str, **data: Any) -> dict[str, Any]:
        """The data of the first event of this name whose data holds these fields."""

        def wanted(frame: Frame) -> bool:
            return frame.get("event") == name and data.items() <= frame["data"].items()

        return dict((await self.until(wanted))["data"])


@asynccontextmanager
async def agent(hub: HubProcess, token: str) -> AsyncIterator[Socket]:
    """An agent's socket that sees everything from now on."""
    headers = {"Authorization": f"Bearer {token}"}
    url = hub.base_url.replace("http", "ws", 1) + "/ws/v1/agent"
    async with websockets.connect(url, additional_headers=headers) as connection:
        socket = Socket(connection)
        await socket.send(type="hello", topics=[{"kind": "inbox"}])
        await socket.until(lambda frame: frame["type"] == "ready")
        yield socket


@asynccontextmanager
async def visitor(
    hub: HubProcess, site_key: str, token: str | None = None, **start: Any
) -> AsyncIterator[Socket]:
    """A visitor's socket after its welcome, which is its first frame."""
    url = hub.base_url.replace("http", "ws", 1) + "/ws/v1/chat"
    async with websockets.connect(url, origin=hub.base_url) as connection:  # type: ignore[arg-type]
        socket = Socket(connection)
        await socket.send(type="start", site_key=site_key, visitor=token, **start)
        await socket.until(lambda frame: frame["type"] == "welcome")
        yield socket


def mail(
    to: str, text: str, sender: str = "Carla Customer <carla@example.net>", **headers: str
) -> EmailMessage:
    """A mail with a Message-ID of its own."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = headers.pop("subject", "Where is my parcel?")
    message["Message-ID"] = headers.pop("message_id", make_msgid(domain="example.net"))
    for name, value in headers.items():
        message[name.replace("_", "-").title()] = value
    message.set_content(text)
    return message


def send(hub: HubProcess, message: EmailMessage) -> None:
    """Hand a mail to the hub's own entrance, as any mail server would."""
    with smtplib.SMTP("127.0.0.1", hub.smtp_port, timeout=DEADLINE) as client:
        client.send_message(message)
