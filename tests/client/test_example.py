"""The example of the documentation runs, and does what its first line says."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from hub.client import Client
from tests.hub_process import HubProcess
from tests.journeys.desk import mail, send

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "out_of_office_bot.py"
DEADLINE = 60.0


async def test_the_bot_greets_whoever_writes_while_nobody_is_online(hub_process: HubProcess) -> None:
    globex: dict[str, Any] = hub_process.demo()["organizations"][1]
    token = globex["users"]["agent"]["api_token"]
    settings = {**os.environ, "HUB_URL": hub_process.base_url, "HUB_TOKEN": token}
    bot = await asyncio.create_subprocess_exec(sys.executable, str(EXAMPLE), env=settings)
    try:
        async with Client(hub_process.base_url, token) as client, asyncio.timeout(DEADLINE):
            await _everybody_leaves(hub_process, globex)
            word = f"snowglobe{uuid4().hex}"
            answered = 0
            while not answered:
                # The bot may still be connecting when the first mail arrives.
                await asyncio.to_thread(send, hub_process, mail(globex["channels"]["email"]["address"], word))
                await asyncio.sleep(0.5)
                answered = await _answers(client, word)
    finally:
        bot.terminate()
        await bot.wait()


async def _everybody_leaves(hub: HubProcess, organization: dict[str, Any]) -> None:
    for user in organization["users"].values():
        async with Client(hub.base_url, user["api_token"]) as client:
            await client.set_presence("offline")


async def _answers(client: Client, word: str) -> int:
    """How many conversations about the word were answered by the bot."""
    found = [row async for row in client.conversations(q=word)]
    texts = [item["text"] for row in found async for item in client.timeline(row["id"])]
    return sum(text.startswith("Thank you for your message.") for text in texts)
