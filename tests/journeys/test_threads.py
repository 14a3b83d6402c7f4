"""A conversation among several: copies, a forwarded mail whose answer stays aside, merging and back."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.hub_process import HubProcess
from tests.journeys.desk import Socket, agent, call, mail, send

pytestmark = pytest.mark.database


async def _arrives(hub: HubProcess, screen: Socket, marker: str, message: Any) -> dict[str, Any]:
    """Send a mail, and wait until it is on the agent's screen."""
    await asyncio.to_thread(send, hub, message)
    frame = await screen.until(
        lambda frame: frame.get("event") == "message.created" and marker in frame["data"]["message"]["text"]
    )
    return dict(frame["data"])


async def test_a_conversation_among_several(hub_process: HubProcess) -> None:
    hub = hub_process
    token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]

    async def api(method: str, path: str, body: Any = None) -> Any:
        status, answer = await asyncio.to_thread(call, hub, token, method, path, body)
        assert status in (200, 201), answer
        return answer

    async with agent(hub, token) as screen:
        marker = uuid4().hex
        first = mail(
            "support@acme.test, Erin <erin@example.net>", f"Where is it? {marker}", cc="finn@example.net"
        )
        shown = await _arrives(hub, screen, marker, first)
        path = f"/conversations/{shown['conversation_id']}"

        answer = await api("POST", f"{path}/messages", {"text": "On its way.", "client_id": uuid4().hex})
        assert [entry["address"] for entry in answer["to"]] == ["carla@example.net"]
        assert [entry["address"] for entry in answer["cc"]] == ["erin@example.net", "finn@example.net"]
        assert len(answer["deliveries"]) == 3

        body = {"item_id": shown["message"]["id"], "to": ["carrier@example.org"], "text": "Lost?"}
        await api("POST", f"{path}/forward", body)
        aside = uuid4().hex
        theirs = mail(
            "support@acme.test", f"Lost. {aside}", "carrier@example.org", in_reply_to=first["Message-ID"]
        )
        came = await _arrives(hub, screen, aside, theirs)
        assert came["conversation_id"] == shown["conversation_id"]
        again = await api("POST", f"{path}/messages", {"text": "Sorry.", "client_id": uuid4().hex})
        assert "carrier@example.org" not in str(again["to"] + again["cc"])

        other = uuid4().hex
        second = await _arrives(hub, screen, other, mail("support@acme.test", f"More. {other}"))
        await api(
            "POST", f"/conversations/{second['conversation_id']}/merge", {"into": shown["conversation_id"]}
        )
        await screen.event("conversation.merged", conversation_id=shown["conversation_id"])
        items = (await api("GET", f"{path}/timeline"))["items"]
        assert other in str(items) and [item["seq"] for item in items] == list(range(1, len(items) + 1))
        back = await api("POST", f"/conversations/{second['conversation_id']}/unmerge")
        assert back["status"] == "open"
        assert other not in str((await api("GET", f"{path}/timeline"))["items"])
        reasons = [decision["reason"] for decision in (await api("GET", f"{path}/why"))["items"]]
        assert "nothing earlier belongs to it" in reasons and any(
            "it answers" in reason for reason in reasons
        )
