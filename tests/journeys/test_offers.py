"""Work's journey: offered, accepted, gone for others, declined, missed; and mail that is assigned at once."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.demo_data import DemoData
from tests.hub_process import HubProcess
from tests.journeys.desk import Frame, Socket, agent, call, mail, send, visitor

pytestmark = pytest.mark.database


class Desk:
    """An agent of the demo with a token and a socket."""

    def __init__(self, hub: HubProcess, user: dict[str, Any], socket: Socket) -> None:
        self.hub, self.user, self.socket = hub, user, socket

    async def api(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """A call of the API."""
        return await asyncio.to_thread(call, self.hub, self.user["api_token"], method, path, body)

    async def come_online(self) -> None:
        """Say so, and wait until it is known."""
        await self.socket.send(type="presence", state="online")
        await self.socket.until(
            lambda frame: (
                frame["type"] == "presence"
                and (frame.get("agent_id"), frame.get("state")) == (self.user["id"], "online")
            )
        )

    async def offered(self, conversation_id: str, status: str = "pending", *, after: int = 0) -> Frame:
        """The first offer of a conversation that comes to stand so, to whomever, from a frame on."""

        def wanted(frame: Frame) -> bool:
            data = frame.get("data", {})
            offer = data.get("offer", {})
            return (offer.get("conversation_id"), offer.get("status")) == (conversation_id, status)

        frame = await self.socket.until(wanted, after)
        return dict(frame["data"]["offer"])


async def test_an_offer_is_answered_missed_and_made_again(demo: DemoData, tmp_path: Path) -> None:
    with demo.hub(tmp_path / "data") as hub:
        acme = hub.demo()["organizations"][0]
        users, site_key = acme["users"], acme["channels"]["chat"]["site_key"]
        patience = {"offer_seconds": {"live": 3}}
        status, _ = call(hub, users["admin"]["api_token"], "PATCH", "/routing-settings", patience)
        assert status == 200
        async with (
            agent(hub, users["agent"]["api_token"]) as first,
            agent(hub, users["agent2"]["api_token"]) as second,
        ):
            desks = {
                user["id"]: Desk(hub, user, socket)
                for user, socket in ((users["agent"], first), (users["agent2"], second))
            }
            for desk in desks.values():
                await desk.come_online()
            await _accepted(hub, site_key, desks)
            await _declined_and_missed(hub, site_key, desks)
            await _mail_is_assigned(hub, acme, desks)


async def _accepted(hub: HubProcess, site_key: str, desks: dict[str, Desk]) -> None:
    """One is asked and accepts; the other, who was not or is late, is told who has it."""
    watcher = next(iter(desks.values()))
    async with visitor(hub, site_key) as widget:
        conversation_id = await _asks(widget, watcher)
        offer = await watcher.offered(conversation_id)
        chosen = desks[offer["agent_id"]]
        other = next(desk for desk in desks.values() if desk is not chosen)
        assert offer["expires_at"] and offer["kind"] == "chat"
        status, mine = await chosen.api("GET", "/offers?status=pending")
        assert [row["id"] for row in mine["items"]] == [offer["id"]]
        status, problem = await other.api("POST", f"/conversations/{conversation_id}/accept")
        assert (status, problem["type"]) == (409, "/problems/offer-gone")
        status, taken = await chosen.api("POST", f"/conversations/{conversation_id}/accept")
        assert (status, taken["assignee_id"]) == (200, chosen.user["id"])
        told = await other.socket.event("conversation.assigned", conversation_id=conversation_id)
        assert told["conversation"]["assignee_id"] == chosen.user["id"]
        assert (await other.offered(conversation_id, "accepted"))["id"] == offer["id"]
        status, problem = await other.api("POST", f"/conversations/{conversation_id}/accept")
        name = await _name(chosen)
        assert (status, problem["detail"]) == (409, f"taken by {name}")
        status, why = await other.api("GET", f"/conversations/{conversation_id}/why")
        assert any(
            candidate["name"] == name for decision in why["routing"] for candidate in decision["candidates"]
        )


async def _declined_and_missed(hub: HubProcess, site_key: str, desks: dict[str, Desk]) -> None:
    """One declines, so the other is asked; who lets it pass is not the last to be asked."""
    watcher = next(iter(desks.values()))
    async with visitor(hub, site_key) as widget:
        conversation_id = await _asks(widget, watcher)
        offer = await watcher.offered(conversation_id)
        status, _ = await desks[offer["agent_id"]].api(
            "POST", f"/conversations/{conversation_id}/decline", {"reason": "Lunch"}
        )
        assert status == 200
        declined = await watcher.offered(conversation_id, "declined")
        assert (declined["id"], declined["reason"]) == (offer["id"], "Lunch")
        place = len(watcher.socket.frames)
        again = await watcher.offered(conversation_id, after=_place_of(watcher, declined))
        assert again["agent_id"] != offer["agent_id"]
        missed = await watcher.offered(conversation_id, "timeout")
        assert missed["id"] == again["id"]
        third = await watcher.offered(conversation_id, after=max(place, _place_of(watcher, missed)))
        status, _ = await desks[third["agent_id"]].api("POST", f"/conversations/{conversation_id}/accept")
        assert status == 200


async def _mail_is_assigned(hub: HubProcess, acme: dict[str, Any], desks: dict[str, Desk]) -> None:
    """What can wait rings nowhere."""
    watcher, marker = next(iter(desks.values())), uuid4().hex
    await asyncio.to_thread(send, hub, mail(acme["channels"]["email"]["address"], f"Hello. {marker}"))
    shown = await watcher.socket.until(
        lambda frame: frame.get("event") == "message.created" and marker in frame["data"]["message"]["text"]
    )
    conversation_id = shown["data"]["conversation_id"]
    told = await watcher.socket.event("conversation.assigned", conversation_id=conversation_id)
    assert told["conversation"]["assignee_id"] in desks
    offer = await watcher.offered(conversation_id, "accepted")
    assert (offer["agent_id"], offer["expires_at"]) == (told["conversation"]["assignee_id"], None)


async def _asks(widget: Socket, watcher: Desk) -> str:
    """A visitor asks something; the id of the conversation."""
    marker = uuid4().hex
    await widget.send(type="message", client_id=marker, text=f"Is anybody there? {marker}")
    shown = await watcher.socket.until(
        lambda frame: frame.get("event") == "message.created" and marker in frame["data"]["message"]["text"]
    )
    return str(shown["data"]["conversation_id"])


async def _name(desk: Desk) -> str:
    _, me = await desk.api("GET", "/me")
    return str(me["user"]["name"])


def _place_of(desk: Desk, offer: Frame) -> int:
    """The place of the frame that told of this offer as it is."""
    return next(
        place for place, frame in enumerate(desk.socket.frames) if frame.get("data", {}).get("offer") == offer
    )
