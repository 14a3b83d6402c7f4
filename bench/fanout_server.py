"""The hub's fan-out for the benchmark: its server, sockets, bus and streams, without sign-in and database.

`python -m bench.fanout_server PORT` serves on the loopback address. A text on /publish becomes the data of an
event that everybody at /receive follows: those say hello and acknowledge as agents do. /listen is for clients
that only listen; their window never fills.
"""

import asyncio
import json
import os
import secrets
import sys
import tempfile
import uuid
from typing import Any

os.environ["HUB_DATA_DIR"] = tempfile.mkdtemp(prefix="hub-bench-")
os.environ["HUB_SECRET_KEY"] = secrets.token_hex(32)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

import django

django.setup()

# ruff: noqa: E402 - models cannot be imported before Django is set up
from channels.routing import URLRouter
from django.urls import path

from hub.clock import now
from realtime import bus, fanout, server, visibility
from realtime.consumers import Socket
from realtime.entries import Entry
from realtime.events import Position
from realtime.members import Member
from realtime.protocol import Ack, ClientFrame, Hello, client_frame, event_text
from realtime.streams import Stream

ORGANIZATION = uuid.uuid4()
CONVERSATION = str(uuid.uuid4())


def stream() -> Stream:
    """The organization's stream; there is no table behind it, so it begins at nought."""
    streams = fanout.hub().streams
    if ORGANIZATION not in streams:
        streams[ORGANIZATION] = Stream(ORGANIZATION, Position("bench", 0, 0))
    return streams[ORGANIZATION]


class ReceiveSocket(Socket):
    """A follower of the whole inbox."""

    member: Member

    async def opened(self) -> None:
        """Make the member that hello will bring to life."""
        audiences = visibility.audiences(uuid.uuid4(), "agent")
        self.member = Member(ORGANIZATION, audiences, self.writer, self.close)
        self.member.follow(frozenset({visibility.INBOX}))

    def parse(self, text: str) -> ClientFrame:
        """Return the frame, validated as agents' frames are."""
        return client_frame(text)

    def is_free(self, frame: ClientFrame) -> bool:
        """As on the agents' socket."""
        return isinstance(frame, Ack)

    async def on_frame(self, frame: ClientFrame) -> None:
        """Join, or open the window."""
        if isinstance(frame, Hello):
            await stream().join(self.member, frame.epoch, frame.seq)
        elif isinstance(frame, Ack):
            fanout.hub().acknowledge(self.member, frame.credit or "")

    async def closed(self) -> None:
        """Leave."""
        fanout.hub().leave(self.member)


class EndlessMember(Member):
    """A member whose client never acknowledges."""

    __slots__ = ()

    def is_full(self) -> bool:
        """Never."""
        self.restart_window()
        return False


class ListenSocket(ReceiveSocket):
    """A follower that needs no hello."""

    async def opened(self) -> None:
        """Join at once."""
        audiences = visibility.audiences(uuid.uuid4(), "agent")
        self.member = EndlessMember(ORGANIZATION, audiences, self.writer, self.close)
        self.member.follow(frozenset({visibility.INBOX}))
        await stream().join(self.member, None, None)


class PublishSocket(Socket):
    """Makes an event of each frame, as a commit does."""

    def parse(self, text: str) -> Any:
        """Return whatever object the load generator sends."""
        return json.loads(text)

    def count_frame(self) -> None:
        """The load generator may send as fast as it likes."""

    async def on_frame(self, frame: Any) -> None:
        """Publish the frame as the next event."""
        seq = stream().seq + 1
        text, credited = event_text("bench", seq, "message.created", now(), frame)
        entry = Entry(seq, text, credited, "", (f"conversation:{CONVERSATION}",))
        bus.publish_entries(ORGANIZATION, "bench", [entry])


async def positions(shown: dict[uuid.UUID, int]) -> dict[uuid.UUID, Position]:
    """What the table would say, were there one: just what was shown."""
    return {organization_id: Position("bench", seq, 0) for organization_id, seq in shown.items()}


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    fanout._positions = positions
    application = URLRouter(
        [
            path("receive", ReceiveSocket.as_asgi()),
            path("listen", ListenSocket.as_asgi()),
            path("publish", PublishSocket.as_asgi()),
        ]
    )
    await server.WebServer("127.0.0.1", port, application).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))
