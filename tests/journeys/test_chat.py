"""A chat's journey: the widget's socket, an agent's socket, an answer, and a reload in between."""

import asyncio
from uuid import uuid4

import pytest

from tests.hub_process import HubProcess
from tests.journeys.desk import Frame, agent, call, visitor

pytestmark = pytest.mark.database


async def test_a_chat_goes_both_ways_and_survives_a_reload(hub_process: HubProcess) -> None:
    acme = hub_process.demo()["organizations"][0]
    token, site_key = acme["users"]["agent"]["api_token"], acme["channels"]["chat"]["site_key"]
    marker, client_id = uuid4().hex, uuid4().hex
    async with agent(hub_process, token) as screen:
        async with visitor(hub_process, site_key) as widget:
            name = widget.frames[0]["visitor"]
            await widget.send(type="message", client_id=client_id, text=f"Is it in stock? {marker}")
            confirmed = await widget.until(lambda frame: frame.get("client_id") == client_id)
            shown = await screen.event("message.created")
            assert marker in shown["message"]["text"] and shown["message"]["id"] == confirmed["id"]
            conversation_id = shown["conversation_id"]

            await widget.send(type="message", client_id=client_id, text=f"Is it in stock? {marker}")
            await _answer(hub_process, token, conversation_id, "Yes, in green.")
            heard = await widget.until(lambda frame: frame.get("text") == "Yes, in green.")
            assert heard["direction"] == "outbound"
            status, _ = await asyncio.to_thread(
                call,
                hub_process,
                token,
                "POST",
                f"/conversations/{conversation_id}/notes",
                {"text": f"Secret margin: 40 %. {marker}"},
            )
            assert status == 201

        await _answer(hub_process, token, conversation_id, "And in red.")
        async with visitor(hub_process, site_key, name, since=heard["seq"]) as widget:
            missed = await widget.until(lambda frame: "And in red." in str(frame))
            assert "Yes, in green." not in str(missed)
            await widget.send(type="typing", state="start")
            await screen.until(lambda frame: frame["type"] == "typing" and frame["state"] == "start")
            assert "Secret margin" not in str(widget.frames)

        async with visitor(hub_process, site_key, name) as widget:
            texts = [message["text"] for message in widget.frames[0]["messages"]]
            assert texts == [f"Is it in stock? {marker}", "Yes, in green.", "And in red."]


async def _answer(hub: HubProcess, token: str, conversation_id: str, text: str) -> Frame:
    body = {"text": text, "client_id": uuid4().hex}
    status, item = await asyncio.to_thread(
        call, hub, token, "POST", f"/conversations/{conversation_id}/messages", body
    )
    assert status == 201
    return dict(item)
