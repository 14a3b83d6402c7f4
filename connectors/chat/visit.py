"""A visitor's stay on an open socket: speaks, and is shown the own conversation live and without gaps.

Events only hint that there is something new. What is shown is read from the conversation, in order, from
where this socket stands; so nothing is lost or doubled, whatever becomes of a hint.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from connectors.chat import speech, thread
from connectors.chat.models import Visitor
from connectors.chat.protocol import Message, Refusal, Start
from hub.models import Channel, TimelineItem
from inbox.actions import queue_place
from realtime import bus, fanout, visibility
from realtime.entries import Entry

log = structlog.get_logger("connectors.chat")

AGAIN_SECONDS = 1.0
"""After a failed look into the database the next one waits so long."""

QueueFrame = dict[str, int | None]
Send = Callable[[Mapping[str, Any]], None]


def in_thread(call: Callable[..., Any]) -> Callable[..., Any]:
    """A database function as a coroutine, in any thread, so that visitors do not wait for each other."""
    return database_sync_to_async(call, thread_sensitive=False)


class Visit:
    """One visitor on one socket; lives on the loop. `position` is the last item that was sent."""

    def __init__(self, channel: Channel, visitor: Visitor, send: Send) -> None:
        self.channel = channel
        self.visitor = visitor
        self.conversation_id: UUID | None = None
        self.position = 0
        self.read = 0
        self._send = send
        self._showing = asyncio.Lock()
        self._newest = 0
        self._is_over = False
        self._shower: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._queue_told: QueueFrame | None = None
        self._stop_listening: Callable[[], None] | None = None

    def names(self) -> dict[str, str]:
        """Ids for log lines."""
        return {"channel": str(self.channel.pk), "visitor": str(self.visitor.pk)}

    async def begin(self, start: Start, greeting: Mapping[str, Any]) -> None:
        """Send the welcome, with what the page lacks, and show what happens from now on."""
        found = await in_thread(thread.conversation_of)(self.visitor)
        if found:
            await self._follow(found)
        async with self._showing:
            messages = await self._history(start) if found else []
            welcome: dict[str, Any] = {
                "type": "welcome",
                "conversation": {"id": str(found)} if found else None,
                "messages": messages,
                "seen": self.visitor.seen_seq,
                "read": self.read,
            }
            self._queue_told = await self._queue()
            if self._queue_told:
                welcome["queue"] = self._queue_told
            self._send({**greeting, **welcome})
            await self._passed(messages)
            if len(messages) == thread.PAGE:
                await self._show_rest()

    def end(self) -> None:
        """The socket is gone."""
        self._is_over = True
        if self._stop_listening:
            self._stop_listening()
        if self._shower:
            self._shower.cancel()
        for task in self._tasks:
            task.cancel()
        self.show_typing("stop")

    # What the visitor does

    async def say(self, message: Message) -> None:
        """Keep the message, then show it: that the writer sees it confirmed means it is kept.

        Raises `Refusal` and `speech.NotWelcome`.
        """
        stood = self.position
        item, frame = await in_thread(self._kept)(message)
        if item.conversation_id != self.conversation_id:
            await self._follow(item.conversation_id)
            self._in_background(self._tell_queue())
        elif item.seq <= stood:
            self._send(frame)  # The same message once more: the same answer.
            return
        async with self._showing:
            if item.seq == self.position + 1:
                self._send(frame)
                self.position = item.seq
        await self._catch_up(item.seq)

    async def look(self, seq: int) -> None:
        """The visitor has looked at everything up to an item."""
        if self.conversation_id:
            async with self._showing:  # What is being shown is noted as taken before it can be seen.
                await self._note(speech.seen, seq)

    def show_typing(self, state: str) -> None:
        """Show the agents that the visitor is writing, or not any more."""
        if self.conversation_id is None:
            return
        frame = {
            "type": "typing",
            "conversation_id": str(self.conversation_id),
            "who": {"type": "contact", "id": str(self.visitor.thread), "name": str(self.visitor)},
            "state": state,
        }
        topic = visibility.topic("conversation", self.conversation_id)
        bus.publish_value(self.channel.organization_id, topic, f"typing:{self.visitor.pk}", frame)

    def _kept(self, message: Message) -> tuple[TimelineItem, thread.Frame]:
        try:
            item = speech.say(self.channel, self.visitor, message)
            return item, thread.frame_of(self.visitor, item)
        except (Refusal, speech.NotWelcome):
            raise
        except Exception as error:
            # The edge: a message that breaks the inbox must neither end the socket nor be tried for ever.
            log.exception("message_failed", **self.names())
            raise Refusal("not_taken", "The message could not be taken.", message.client_id) from error

    # What the visitor is shown

    async def _follow(self, conversation_id: UUID) -> None:
        """Be told of the conversation's events and of what agents do in it."""
        if self._stop_listening:
            self._stop_listening()
        self.conversation_id, self.position = conversation_id, 0
        self._stop_listening = await fanout.hub().listen(
            self.channel.organization_id,
            visibility.topic("conversation", conversation_id),
            self._on_event,
            self._on_value,
        )

    async def _history(self, start: Start) -> list[thread.Frame]:
        """Everything since the page's position, or the newest messages for a page that has none."""
        self.read = await in_thread(thread.read_seq)(self.visitor, self.conversation_id)
        if start.since is None or start.conversation not in (None, str(self.conversation_id)):
            return await in_thread(thread.newest)(self.visitor, self.conversation_id)
        self.position = start.since
        return await in_thread(thread.after)(self.visitor, self.conversation_id, start.since)

    async def _queue(self) -> QueueFrame | None:
        """The place in the queue; None while somebody is there, or nobody is waited for."""
        if self.conversation_id is None:
            return None
        organization_id = self.channel.organization_id
        found = await in_thread(queue_place)(organization_id, self.conversation_id)
        return found._asdict() if found else None

    async def _tell_queue(self) -> None:
        try:
            queue = await self._queue()
        except DatabaseError as error:
            log.warning("queue_not_read", error=type(error).__name__, **self.names())
            return
        if queue != self._queue_told and not self._is_over:
            self._queue_told = queue
            self._send({"type": "queue", "queue": queue})

    def _on_event(self, entry: Entry) -> None:
        event = entry.event
        if event["event"] == "message.created":
            self._look_soon(event["data"]["message"]["seq"])
        elif event["event"] == "work.updated":
            self._in_background(self._tell_queue())

    def _on_value(self, frame: Mapping[str, Any]) -> None:
        if frame.get("type") == "typing" and frame["who"]["type"] == "agent":
            self._send({"type": "typing", "state": frame["state"], "name": frame["who"]["name"]})
        elif frame.get("type") == "read":
            self._tell_read(frame["seq"])

    def _tell_read(self, seq: int) -> None:
        if seq > self.read:
            self.read = seq
            self._send({"type": "read", "seq": seq})

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name="chat.queue")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _look_soon(self, seq: int) -> None:
        """Have everything up to an item shown; a hint that comes meanwhile makes one more round."""
        self._newest = max(self._newest, seq)
        if self._shower is None or self._shower.done():
            self._shower = asyncio.get_running_loop().create_task(self._show_news(), name="chat.show")

    async def _show_news(self) -> None:
        while self._newest > self.position and not self._is_over:
            try:
                await self._catch_up(self._newest)
            except DatabaseError as error:
                log.warning("conversation_not_read", error=type(error).__name__, **self.names())
                await asyncio.sleep(AGAIN_SECONDS)

    async def _catch_up(self, seq: int) -> None:
        """Show what this socket was not shown yet, unless it stands at this committed item already."""
        async with self._showing:
            if seq > self.position:
                await self._show_rest()
                self.position = max(self.position, seq)  # Even if it is not for this visitor's eyes.

    async def _show_rest(self) -> None:
        """Show everything after the position, page by page; called while showing."""
        is_more = True
        while is_more and not self._is_over:
            page = await in_thread(thread.after)(self.visitor, self.conversation_id, self.position)
            for frame in page:
                self._send(frame)
            await self._passed(page)
            is_more = len(page) == thread.PAGE

    async def _passed(self, page: list[thread.Frame]) -> None:
        """These messages went out to the browser: go on from there, and tell the inbox."""
        if not page:
            return
        self.position = max(self.position, page[-1]["seq"])
        answers = [frame["seq"] for frame in page if frame["direction"] == "outbound"]
        if answers and not self._is_over:
            await self._note(speech.taken, answers[-1])
            self._tell_read(answers[-1])

    async def _note(self, act: Callable[[Channel, Visitor, UUID, int], None], seq: int) -> None:
        """Write down how far the visitor got; a database that is away now is told next time."""
        try:
            await in_thread(act)(self.channel, self.visitor, self.conversation_id, seq)
        except DatabaseError as error:
            log.warning("progress_not_noted", error=type(error).__name__, **self.names())
