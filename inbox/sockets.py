"""The agents' socket, /ws/v1/agent: events with resume; presence, typing and viewing among colleagues."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseFault

from hub import tokens
from hub.models import AgentState, Conversation, Queue
from hub.viewer import PERMISSIONS, Viewer, viewer_from_session, viewer_from_token
from inbox import absence, payloads
from inbox.actions.agent_typing import agent_typing
from inbox.actions.presence import come_back, set_presence
from inbox.board.frames import show_first
from inbox.standing import Credential, roles
from realtime import bus, visibility
from realtime.claims import Claim
from realtime.consumers import Refused, Socket
from realtime.fanout import hub
from realtime.members import Member
from realtime.presence import claims
from realtime.protocol import (
    Ack,
    BadFrame,
    ClientFrame,
    Close,
    Hello,
    Ping,
    Presence,
    Subscribe,
    Topic,
    Typing,
    Unsubscribe,
    Viewing,
    client_frame,
)

log = structlog.get_logger("inbox.sockets")

RECHECK_SECONDS = 5.0
"""How often the right to every open socket is checked again: the longest that one outlives a sign-out."""

TYPING_SECONDS = 10.0
"""An agent who does not say again that they are typing has stopped."""

MOST_TOPICS = 200
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class AgentSocket(Socket):
    """One window of an agent's inbox."""

    _rechecks: ClassVar[dict[asyncio.AbstractEventLoop, asyncio.Task[None]]] = {}

    viewer: Viewer
    credential: Credential
    member: Member

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.connection = secrets.token_hex(8)
        self._has_opened = False
        self._has_greeted = False
        self._acked = 0
        self._viewing: UUID | None = None
        self._typing: dict[UUID, asyncio.TimerHandle] = {}

    async def opened(self) -> None:
        """Find out who it is; nobody and nobody's page may stay."""
        try:
            self.viewer, self.credential = await _sign_in(self.scope)
        except DatabaseFault as fault:
            raise Refused(Close.RESTARTING, "no database") from fault
        self._has_opened = True
        self.member = Member(
            self.viewer.organization.pk,
            visibility.audiences(self.viewer.user.pk, self.viewer.role),
            self.writer,
            self.close,
        )
        self.owned_by(("agent", self.viewer.user.pk))
        _keep_rechecking(self._rechecks)
        claims().arrive(self.viewer.organization.pk, self.viewer.user.pk, self.connection)

    def parse(self, text: str) -> ClientFrame:
        """Return the validated frame."""
        return client_frame(text)

    def is_free(self, frame: ClientFrame) -> bool:
        """Acknowledgements of what is new do not count, we caused them; others are counted one by one."""
        return isinstance(frame, Ack)

    def names(self) -> dict[str, str]:
        """Who this socket belongs to."""
        if not self._has_opened:
            return {}
        return {"organization": str(self.viewer.organization.pk), "user": str(self.viewer.user.pk)}

    async def on_frame(self, frame: ClientFrame) -> None:
        """Do what the client asks; without a database it is told so and keeps its socket."""
        try:
            await self._obey(frame)
        except DatabaseFault as fault:
            log.warning("frame_not_served", frame=frame.type, error=type(fault).__name__, **self.names())
            if isinstance(frame, Hello):
                raise Refused(Close.RESTARTING, "no database") from fault
            self._tell_error("unavailable", "The database cannot be reached just now.")

    async def closed(self) -> None:
        """Take back everything that the window showed to others."""
        if not self._has_opened:
            return
        hub().leave(self.member)
        for conversation_id in list(self._typing):
            self._stop_typing(conversation_id)
        await self._view(None)
        organization_id, user_id = self.viewer.organization.pk, self.viewer.user.pk
        claims().depart(
            organization_id, user_id, self.connection, lambda: _retire_later(organization_id, user_id)
        )

    async def _obey(self, frame: ClientFrame) -> None:
        match frame:
            case Hello():
                await self._greet(frame)
            case Ack():
                self._acknowledge(frame)
            case Subscribe():
                await self._subscribe(frame.topic)
            case Unsubscribe():
                self.member.follow(self.member.topics - {_name(frame.topic)})
            case Typing():
                await self._type(frame)
            case Presence():
                await self._say(frame)
            case Viewing():
                await self._show(frame.conversation)
            case Ping():
                self.send_frame({"type": "pong"})

    async def _say(self, frame: Presence) -> None:
        """Work is given only to those who are known to be here: that is made sure of first."""
        await claims().confirm(self.viewer.organization.pk, self.viewer.user.pk, self.connection)
        await _set_presence(self.viewer, frame.state, frame.reason, is_repeated=frame.again)

    def _acknowledge(self, ack: Ack) -> None:
        """Open the window; only what acknowledges nothing new counts as one of the client's own frames."""
        is_progress = self._acked < ack.seq <= self.member.seq
        self._acked = ack.seq if is_progress else self._acked
        is_new = ack.credit is not None and hub().acknowledge(self.member, ack.credit)
        if not (is_progress or is_new):
            self.count_frame()

    async def _greet(self, hello: Hello) -> None:
        if self._has_greeted:
            raise BadFrame("a second hello")
        self._has_greeted = True
        wanted = [Topic(kind="inbox")] if hello.topics is None else hello.topics
        await self._follow(wanted)
        try:
            await hub().join(self.member, hello.epoch, hello.seq)
        except TimeoutError:
            raise Refused(Close.TOO_SLOW, "does not read") from None
        self.send_frame({"type": "presence", "agents": await _states(self.viewer.organization.pk)})
        await show_first(self.member, self.member.topics)

    async def _subscribe(self, topic: Topic) -> None:
        if len(self.member.topics) >= MOST_TOPICS:
            self._tell_error("too_many_topics", f"At most {MOST_TOPICS} topics can be followed.")
            return
        await self._follow([topic])
        if topic.kind == "conversation" and _name(topic) in self.member.topics:
            await self._tell_viewers(UUID(str(topic.id)))
        if self.member.is_live:
            await show_first(self.member, self.member.topics & {_name(topic)})

    async def _follow(self, wanted: Iterable[Topic]) -> None:
        """Add topics; what does not exist in the organization is refused by name and never followed."""
        names = {topic: _name(topic) for topic in wanted}
        for topic in [topic for topic in names if topic.kind == "board"]:
            if not self.viewer.may("agents.supervise"):
                del names[topic]
                self._tell_error(
                    "not_allowed", "Your role does not show the board.", topic=topic.model_dump()
                )
        known = await _existing(self.viewer.organization.pk, list(names))
        allowed = {names[topic] for topic in known}
        self.member.follow(self.member.topics | allowed)
        for topic in names:
            if topic not in known:
                self._tell_error("not_found", f"There is no such {topic.kind}.", topic=topic.model_dump())

    async def _may_see(self, conversation_id: UUID) -> bool:
        topic = Topic(kind="conversation", id=conversation_id)
        if _name(topic) in self.member.topics or await _existing(self.viewer.organization.pk, [topic]):
            return True
        self._tell_error("not_found", "There is no such conversation.", topic=topic.model_dump())
        return False

    async def _type(self, frame: Typing) -> None:
        if frame.state == "stop":
            self._stop_typing(frame.conversation)
        elif frame.conversation in self._typing or await self._may_see(frame.conversation):
            if timer := self._typing.pop(frame.conversation, None):
                timer.cancel()
            loop = asyncio.get_running_loop()
            self._typing[frame.conversation] = loop.call_later(
                TYPING_SECONDS, self._stop_typing, frame.conversation
            )
            self._publish_typing(frame.conversation, "start")
            await _tell_customer(self.viewer.organization.pk, frame.conversation, "start")

    def _stop_typing(self, conversation_id: UUID) -> None:
        if timer := self._typing.pop(conversation_id, None):
            timer.cancel()
            self._publish_typing(conversation_id, "stop")

    def _publish_typing(self, conversation_id: UUID, state: str) -> None:
        bus.publish_value(
            self.viewer.organization.pk,
            visibility.topic("conversation", conversation_id),
            f"typing:agent:{self.viewer.user.pk}",
            {
                "type": "typing",
                "conversation_id": str(conversation_id),
                "who": {"type": "agent", **self._person()},
                "state": state,
            },
        )

    async def _show(self, conversation_id: UUID | None) -> None:
        if conversation_id is None or await self._may_see(conversation_id):
            await self._view(conversation_id)
        if conversation_id is not None:
            await _come_back(self.viewer)

    async def _view(self, conversation_id: UUID | None) -> None:
        """Move this window's claim from one conversation to another, and tell who looks at each."""
        before, self._viewing = self._viewing, conversation_id
        if before == conversation_id:
            return
        if before:
            await claims().give_back(self._claim(before))
            await self._publish_viewers(before)
        if conversation_id:
            await claims().take(self._claim(conversation_id))
            await self._publish_viewers(conversation_id)

    async def _publish_viewers(self, conversation_id: UUID) -> None:
        bus.publish_value(
            self.viewer.organization.pk,
            visibility.topic("conversation", conversation_id),
            "viewing",
            await self._viewers(conversation_id),
        )

    async def _tell_viewers(self, conversation_id: UUID) -> None:
        frame = await self._viewers(conversation_id)
        if frame["agents"]:
            self.send_frame(frame)

    async def _viewers(self, conversation_id: UUID) -> dict[str, Any]:
        key, _ = self._claim(conversation_id)
        people = {}
        for member in await claims().holders(key):
            person = json.loads(member)
            people[person["id"]] = {"id": person["id"], "name": person["name"]}
        return {"type": "viewing", "conversation_id": str(conversation_id), "agents": list(people.values())}

    def _claim(self, conversation_id: UUID) -> Claim:
        key = f"viewing:{self.viewer.organization.pk}:{conversation_id}"
        return key, json.dumps({**self._person(), "connection": self.connection})

    def _person(self) -> dict[str, str]:
        return {"id": str(self.viewer.user.pk), "name": str(self.viewer.user)}

    def _tell_error(self, code: str, detail: str, **more: Any) -> None:
        self.send_frame({"type": "error", "code": code, "detail": detail, **more})


def _name(topic: Topic) -> str:
    """The topic's name; raises `BadFrame` when its id is missing."""
    try:
        return visibility.topic(topic.kind, topic.id or "")
    except ValueError:
        raise BadFrame(f"a {topic.kind} needs an id") from None


async def _sign_in(scope: Any) -> tuple[Viewer, Credential]:
    """Return who opens the socket; raises `Refused` for nobody, and for a page of somebody else's."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    scheme, _, secret = headers.get(b"authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        viewer = await database_sync_to_async(viewer_from_token)(secret.strip())
        session_key, digest = "", tokens.digest(secret.strip())
    else:
        origin = headers.get(b"origin", "")
        if origin and not is_own_origin(origin, headers.get(b"host", "")):
            raise Refused(Close.NOT_ALLOWED, "origin not allowed")
        viewer = await database_sync_to_async(_session_viewer)(scope)
        if viewer and not origin:
            raise Refused(Close.NOT_ALLOWED, "origin missing")
        session_key, digest = getattr(scope.get("session"), "session_key", None) or "", ""
    if viewer is None:
        raise Refused(Close.NOT_SIGNED_IN, "not signed in")
    if not viewer.may("conversations.view"):
        raise Refused(Close.NOT_ALLOWED, "role not allowed")
    return viewer, Credential(viewer.user.pk, viewer.organization.pk, session_key, digest)


def _session_viewer(scope: Any) -> Viewer | None:
    if "user" not in scope:
        return None
    return viewer_from_session(SimpleNamespace(user=scope["user"], session=scope["session"]))


def is_own_origin(origin: str, host: str) -> bool:
    """Whether a page of ours opens the socket: one of the public address, or of a loopback address itself."""
    public = urlsplit(settings.PUBLIC_URL)
    if origin == f"{public.scheme}://{public.netloc}":
        return True
    with contextlib.suppress(ValueError):
        return origin == f"http://{host}" and urlsplit(origin).hostname in _LOOPBACK
    return False


_tell_customer = database_sync_to_async(agent_typing)


async def _existing(organization_id: UUID, topics: list[Topic]) -> list[Topic]:
    """Those topics that exist in the organization; the inbox and the board always do."""
    if all(topic.id is None for topic in topics):
        return topics
    return await _found(organization_id, topics)


@database_sync_to_async
def _found(organization_id: UUID, topics: list[Topic]) -> list[Topic]:
    found: set[UUID] = set()
    for kind, model in (("conversation", Conversation), ("queue", Queue)):
        ids = [topic.id for topic in topics if topic.kind == kind and topic.id is not None]
        if ids:
            found.update(
                model.objects.within(organization_id).filter(pk__in=ids).values_list("pk", flat=True)
            )
    return [topic for topic in topics if topic.kind in ("inbox", "board") or topic.id in found]


@database_sync_to_async
def _states(organization_id: UUID) -> list[dict[str, Any]]:
    """What every agent of the organization says of their state just now."""
    rows = AgentState.objects.within(organization_id).filter(until__isnull=True)
    return [payloads.presence(row) for row in rows]


def _retire_later(organization_id: UUID, user_id: UUID) -> None:
    task = asyncio.get_running_loop().create_task(_retire(organization_id, user_id))
    _retiring.add(task)
    task.add_done_callback(_retiring.discard)


_retiring: set[asyncio.Task[None]] = set()
_retire = database_sync_to_async(absence.retire)
_set_presence = database_sync_to_async(set_presence)
_come_back = database_sync_to_async(come_back)
_roles = database_sync_to_async(roles)


def _keep_rechecking(running: dict[asyncio.AbstractEventLoop, asyncio.Task[None]]) -> None:
    """See to it that this loop's agents' sockets are checked again and again."""
    loop = asyncio.get_running_loop()
    if loop not in running:
        running.clear()
        running[loop] = loop.create_task(_recheck_for_ever(), name="agents.recheck")


async def _recheck_for_ever() -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        try:
            await recheck()
        except DatabaseFault as fault:
            # What cannot be checked stays: everything else that a socket can do needs the database, too.
            log.warning("sockets_not_rechecked", error=type(fault).__name__)


async def recheck() -> None:
    """Close the sockets of those who are signed out or deactivated; give the others their present rights."""
    sockets = [
        socket
        for socket in tuple(Socket.open_sockets)
        if isinstance(socket, AgentSocket) and socket._has_opened
    ]
    found = await _roles({socket.credential for socket in sockets})
    for socket in sockets:
        role = found.get(socket.credential)
        if role is None:
            socket.close(Close.NOT_SIGNED_IN, "signed out")
        else:
            socket.member.audiences = visibility.audiences(socket.viewer.user.pk, role)
            if "agents.supervise" not in PERMISSIONS.get(role, ()):
                socket.member.follow(socket.member.topics - {visibility.BOARD})
