"""A baseline of the fan-out figure: Django Channels as its tutorial has it, every socket in one group.

`daphne bench.textbook_channels:application`, with the channel layer at the Redis of `BENCH_REDIS_URL`.
"""

import os
import secrets
from typing import Any

from django.conf import settings

settings.configure(
    SECRET_KEY=secrets.token_hex(32),
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": os.environ["BENCH_REDIS_URL"], "max_connections": 20_000}]},
        }
    },
    ROOT_URLCONF=__name__,
)

import django

django.setup()

# ruff: noqa: E402 - consumers cannot be imported before Django is set up
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

urlpatterns: list[Any] = []


class Receiver(AsyncJsonWebsocketConsumer):
    """A follower."""

    async def connect(self) -> None:
        """Join the group."""
        await self.channel_layer.group_add("everybody", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard("everybody", self.channel_name)

    async def said(self, event: dict[str, Any]) -> None:
        """Pass on what the group was sent."""
        await self.send_json(event["content"])


class Publisher(AsyncJsonWebsocketConsumer):
    """Whoever speaks to the group."""

    async def receive_json(self, content: Any, **_: Any) -> None:
        """Tell the group."""
        await self.channel_layer.group_send("everybody", {"type": "said", "content": content})


application = ProtocolTypeRouter(
    {"websocket": URLRouter([path("receive", Receiver.as_asgi()), path("publish", Publisher.as_asgi())])}
)
