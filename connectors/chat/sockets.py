"""The widget's socket: checks the site, the page and the visitor, then hands over to the visit."""

import asyncio
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from connectors.chat import origins, speech, visitors
from connectors.chat.desk import desks
from connectors.chat.limits import Limits
from connectors.chat.models import Visitor
from connectors.chat.protocol import ClientFrame, Message, Ping, Refusal, Seen, Start, Typing, client_frame
from connectors.chat.visit import Visit, in_thread
from hub.models import Channel
from realtime.consumers import Refused, Socket
from realtime.protocol import BadFrame, Close

START_SECONDS = 10.0
"""How long a socket may stay without a first frame."""

BACKLOG_BYTES = 512 * 1024
"""A browser that leaves so much unread is cut; it resumes from where it stood."""

_limits = Limits()


class ChatSocket(Socket):
    """One widget, open on somebody's page."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.address = address_of(self.scope)
        self.visit: Visit | None = None
        self._counted: Channel | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def names(self) -> dict[str, str]:
        """The ids of channel and visitor, once they are known."""
        return self.visit.names() if self.visit else {}

    def parse(self, text: str) -> ClientFrame:
        """Validate a frame by the widget's protocol."""
        return client_frame(text)

    async def opened(self) -> None:
        """Wait for the first frame, not for ever."""
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(START_SECONDS, self.close, Close.BAD_FRAME, "no start frame")

    async def closed(self) -> None:
        """Leave everything that this socket had joined."""
        if self._deadline:
            self._deadline.cancel()
        if self.visit:
            desks().leave(self.visit.channel.organization_id, self._tell_agents)
            self.visit.end()
        if self._counted:
            _limits.leave(self._counted.pk, self.address)

    async def on_frame(self, frame: ClientFrame) -> None:
        """Do what the frame asks; what cannot be done is answered with an error frame or a close code."""
        try:
            await self._obey(frame)
        except Refusal as refusal:
            self.send_frame(refusal.frame())
        except speech.NotWelcome:
            raise Refused(Close.NOT_SIGNED_IN, "no longer welcome") from None
        except DatabaseError as error:
            raise Refused(Close.RESTARTING, "no database") from error

    async def _obey(self, frame: ClientFrame) -> None:
        if isinstance(frame, Ping):
            self.send_frame({"type": "pong"})
        elif isinstance(frame, Start):
            await self._start(frame)
        elif self.visit is None:
            raise BadFrame("start comes first")
        elif isinstance(frame, Message):
            await self.visit.say(frame)
        elif isinstance(frame, Typing):
            self.visit.show_typing(frame.state)
        elif isinstance(frame, Seen):
            await self.visit.look(frame.seq)

    async def _start(self, frame: Start) -> None:
        if self.visit:
            raise BadFrame("started twice")
        channel = await self._site(frame)
        proved = visitors.proved_id(channel, frame)
        visitor, token = await self._visitor(channel, frame, proved)
        if self._deadline:
            self._deadline.cancel()
        self.owned_by(("chat", visitor.pk))
        self.visit = Visit(channel, visitor, self._show)
        greeting = {
            "visitor": token,
            "agents": await desks().watch(channel.organization_id, self._tell_agents),
            "site": {"name": channel.organization.name},
            "identified": visitor.is_identified,
        }
        await self.visit.begin(frame, greeting)
        if frame.identity and not proved:
            raise Refusal("identity_not_proved", "The identity's proof is wrong or has ended.")

    async def _site(self, frame: Start) -> Channel:
        """The channel of the site key, if this page may embed it and has not too many sockets."""
        channel: Channel | None = await in_thread(visitors.site)(frame.site_key)
        if channel is None or not self._comes_from(channel):
            raise Refused(Close.NOT_ALLOWED, "unknown site key, or this page may not use it")
        if not _limits.enter(channel.pk, self.address, channel.config):
            raise Refused(Close.RESTARTING, "too many connections from here")
        self._counted = channel
        return channel

    def _comes_from(self, channel: Channel) -> bool:
        headers = headers_of(self.scope)
        allowed = channel.config.get("allowed_origins", [])
        return origins.is_allowed(headers.get("origin", ""), allowed, headers.get("host", ""))

    async def _visitor(self, channel: Channel, frame: Start, proved: str) -> tuple[Visitor, str]:
        """The visitor behind the token, or a new one with a new token."""
        visitor = await in_thread(visitors.recognise)(channel, frame, proved)
        if visitor:
            return visitor, frame.visitor or ""
        if not _limits.admit(channel.pk, self.address, asyncio.get_running_loop().time(), channel.config):
            raise Refused(Close.RESTARTING, "too many new visitors from here")
        created: tuple[Visitor, str] = await in_thread(visitors.create)(channel, frame, proved)
        return created

    def _show(self, frame: Mapping[str, Any]) -> None:
        """Send to a browser that reads; one that does not is cut before it costs memory."""
        self.send_frame(frame)
        if self.writer.buffered() > BACKLOG_BYTES:
            self.close(Close.TOO_SLOW, "does not read")

    def _tell_agents(self, state: str) -> None:
        self._show({"type": "agents", "state": state})


def headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The request's headers by lower-case name."""
    pairs = scope.get("headers", [])
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def address_of(scope: Mapping[str, Any]) -> str:
    """The client's address; behind a proxy of ours the one that the proxy saw."""
    forwarded = headers_of(scope).get("x-forwarded-for", "")
    if settings.TRUSTED_PROXY and forwarded:
        return forwarded.rpartition(",")[2].strip()
    client = scope.get("client") or ("",)
    return str(client[0])
