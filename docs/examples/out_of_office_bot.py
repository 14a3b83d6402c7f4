"""A bot in thirty lines: greets whoever writes while nobody is online, once for each conversation.

HUB_URL=http://127.0.0.1:8000 HUB_TOKEN=… python docs/examples/out_of_office_bot.py
"""

import asyncio
import os

from hub.client import Client, Event


async def main() -> None:
    """Follow the stream for as long as the program runs."""
    async with Client(os.environ["HUB_URL"], os.environ["HUB_TOKEN"]) as hub:
        async for event in hub.stream():
            if event.name == "message.created":
                await greet(hub, event)


async def greet(hub: Client, event: Event) -> None:
    """Answer the first message of a conversation when no colleague is there to do it."""
    message = event.data["message"]
    if message["direction"] != "inbound" or message["automatic"] or message["seq"] > 1:
        return
    agents = [agent async for agent in hub.pages("agents")]
    if any(agent["state"] == "online" for agent in agents):
        return
    conversation_id = event.data["conversation_id"]
    # The client_id makes it once, however often the bot is started on the same events.
    await hub.reply(
        conversation_id,
        "Thank you for your message. We are back tomorrow morning.",
        client_id=f"out-of-office:{conversation_id}",
    )


if __name__ == "__main__":
    asyncio.run(main())
