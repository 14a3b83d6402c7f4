"""The ASGI application: static files, HTTP, and the WebSockets that rooms and connectors mount."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
django.setup(set_prefix=False)

from channels.auth import AuthMiddlewareStack  # noqa: E402  Django must be set up first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from hub import registry  # noqa: E402
from hub.handler import Handler  # noqa: E402
from hub.statics import StaticFiles  # noqa: E402


async def refuse(scope: Any, receive: Any, send: Any) -> Any:
    """Turn away a WebSocket to an address that nobody serves (HTTP 403 during the handshake)."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


def _sockets() -> list[Any]:
    return [
        pattern for _, module in registry.modules("socket_urls") for pattern in module.websocket_urlpatterns
    ]


application = ProtocolTypeRouter(
    {
        "http": StaticFiles(Handler()),
        "websocket": AuthMiddlewareStack(URLRouter([*_sockets(), re_path(r"", refuse)])),
    }
)
