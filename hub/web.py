"""The web role: the ASGI application on the server that one of the rooms brings."""

import asyncio
from collections.abc import Callable
from types import ModuleType
from typing import Any

from django.conf import settings

from hub import registry
from hub.service import Service, Stage

DRAIN_SECONDS = 7.0
"""Running requests have this long to end once the hub stops."""


class WebService(Service):
    """Serves HTTP and WebSockets at `HUB_HOST`:`HUB_HTTP_PORT`."""

    name = "web"
    roles = frozenset({"web"})
    stage = Stage.ENTRANCE

    def __init__(self) -> None:
        self._server: Any = None

    async def start(self) -> None:
        """Listen. Raises `StartError` when the port cannot be had."""
        from hub.asgi import application

        self._server = _server_module().WebServer(settings.HOST, settings.HTTP_PORT, application)
        await self._server.start()

    async def stop_accepting(self) -> None:
        """Take no new connection."""
        await self._server.stop_listening()

    async def stop(self) -> None:
        """Close sockets with 4503, let requests end, cut what is left."""
        await self._server.stop(DRAIN_SECONDS)

    def describe(self) -> str:
        """Where the inbox is."""
        return f"{settings.PUBLIC_URL}/"


def event_loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """The maker of the one event loop that the web server can run on."""
    factory: Callable[[], asyncio.AbstractEventLoop] = _server_module().new_event_loop
    return factory


def _server_module() -> ModuleType:
    """The `server` module of the room that has one, with `WebServer` and `new_event_loop`."""
    found = [module for _, module in registry.modules("server")]
    if len(found) != 1:
        raise RuntimeError(f"exactly one room must bring a web server, {len(found)} do")
    return found[0]
