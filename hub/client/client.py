"""The client: the verbs of the API that programs use, and the door to all others."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, cast

from hub.client.http import Http
from hub.client.shapes import Attachment, Contact, Conversation, Item, Offer, State
from hub.client.stream import Position, Stream

PAGE = 100


class Client:
    """A hub, as the user of an API token sees it. An asynchronous context manager.

    `base_url` is the hub's public address without a path, `timeout` in seconds for each request. Safe to
    use from many tasks of one loop.
    """

    def __init__(self, base_url: str, token: str, *, timeout: float = 30.0) -> None:
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._http = Http(self.base_url, token, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; streams are closed by themselves."""
        await self._http.close()

    async def request(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None
    ) -> Any:
        """Any call of the API by its path below `/api/v1`; see `http.Http.request` for what it raises."""
        return await self._http.request(method, path, query=query, body=body)

    async def pages(self, path: str, **query: Any) -> AsyncIterator[Any]:
        """Every row of a list, page by page."""
        cursor: str | None = None
        while True:
            page = await self.request("GET", path, query={"limit": PAGE} | query | {"cursor": cursor})
            for row in page["items"]:
                yield row
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def stream(
        self, *, since: Position | None = None, topics: Sequence[Mapping[str, str]] = ({"kind": "inbox"},)
    ) -> Stream:
        """The event stream from now on, or from where a program stopped; see `Stream`."""
        return Stream(self.base_url, self._token, since=since, topics=topics)

    # What is there

    async def me(self) -> dict[str, Any]:
        """Who the token belongs to, in which organization, with which permissions."""
        return cast(dict[str, Any], await self.request("GET", "me"))

    async def conversation(self, conversation_id: str) -> Conversation:
        """One conversation. Raises `NotFound`."""
        return cast(Conversation, await self.request("GET", f"conversations/{conversation_id}"))

    async def conversations(self, **filters: Any) -> AsyncIterator[Conversation]:
        """The conversations that match: status, assignee, queue, team, channel, label, q, order."""
        async for row in self.pages("conversations", **filters):
            yield row

    async def timeline(self, conversation_id: str) -> AsyncIterator[Item]:
        """Every item of a conversation, oldest first."""
        after = 0
        while True:
            page = await self.request(
                "GET", f"conversations/{conversation_id}/timeline", query={"after": after, "limit": PAGE}
            )
            for item in page["items"]:
                yield item
                after = item["seq"]
            if not page["items"] or page["next_cursor"] is None:
                return

    async def contact(self, contact_id: str) -> Contact:
        """One person outside with every address. Raises `NotFound`."""
        return cast(Contact, await self.request("GET", f"contacts/{contact_id}"))

    # What is done

    async def start(self, channel_id: str, to: str, text: str, *, subject: str = "") -> Conversation:
        """Begin a conversation with somebody by their address on the channel."""
        body = {"channel_id": channel_id, "to": to, "text": text, "subject": subject}
        return cast(Conversation, await self.request("POST", "conversations", body=body))

    async def reply(
        self,
        conversation_id: str,
        text: str,
        *,
        client_id: str | None = None,
        seen_seq: int | None = None,
        attachment_ids: Sequence[str] = (),
        **fields: Any,
    ) -> Item:
        """Answer the customer; the item comes with its deliveries "queued".

        The same `client_id` again returns the first item: pass one of your own to be safe across restarts
        of your program. With `seen_seq`, the last item you had read, `Conflict` tells what was missed.
        """
        body = {
            "text": text,
            "client_id": client_id or uuid.uuid4().hex,
            "attachment_ids": list(attachment_ids),
            **({"seen_seq": seen_seq} if seen_seq is not None else {}),
            **fields,
        }
        return cast(Item, await self.request("POST", f"conversations/{conversation_id}/messages", body=body))

    async def note(self, conversation_id: str, text: str, mentions: Sequence[str] = ()) -> Item:
        """Write a note that never leaves the hub."""
        body = {"text": text, "mentions": list(mentions)}
        return cast(Item, await self.request("POST", f"conversations/{conversation_id}/notes", body=body))

    async def update(self, conversation_id: str, **changes: Any) -> Conversation:
        """Change fields: status, priority, assignee_id, team_id, queue_id, labels, subject, custom, …"""
        return cast(
            Conversation, await self.request("PATCH", f"conversations/{conversation_id}", body=changes)
        )

    async def act(self, conversation_id: str, verb: str, **fields: Any) -> Conversation:
        """One of the verbs: assign, snooze, resolve, reopen, …"""
        return cast(
            Conversation, await self.request("POST", f"conversations/{conversation_id}/{verb}", body=fields)
        )

    async def offers(self, status: str = "pending") -> AsyncIterator[Offer]:
        """The work that was offered to the token's user, the newest first; "" for what it came to, too."""
        async for row in self.pages("offers", status=status):
            yield row

    async def accept(self, conversation_id: str) -> Conversation:
        """Take the work that is offered. `Conflict` (`…/offer-gone`) says what became of it."""
        return await self.act(conversation_id, "accept")

    async def decline(self, conversation_id: str, reason: str = "") -> Conversation:
        """Leave the offered work to others. `Conflict` as for `accept`."""
        return await self.act(conversation_id, "decline", reason=reason)

    async def take(self, conversation_id: str) -> Conversation:
        """Take a conversation out of its queue, or over from a colleague, without being offered it."""
        return await self.act(conversation_id, "take")

    async def transfer(
        self,
        conversation_id: str,
        *,
        agent_id: str | None = None,
        team_id: str | None = None,
        queue_id: str | None = None,
        note: str = "",
    ) -> Conversation:
        """Hand it to exactly one: an agent, a team or a queue; with a note for them."""
        targets = {"agent_id": agent_id, "team_id": team_id, "queue_id": queue_id}
        named = {name: value for name, value in targets.items() if value is not None}
        return await self.act(conversation_id, "transfer", note=note, **named)

    async def upload(self, filename: str, content: bytes, content_type: str) -> Attachment:
        """Upload a file, to be named in `attachment_ids`."""
        files = {"file": (filename, content, content_type)}
        return cast(Attachment, await self._http.request("POST", "attachments", files=files))

    async def set_presence(self, state: State, reason: str = "") -> None:
        """Say whether the token's user takes work. Without an open socket none comes."""
        await self.request("POST", "presence", body={"state": state, "reason": reason})
