"""Where the inbox's sockets are."""

from django.urls import path

from inbox.sockets import AgentSocket

websocket_urlpatterns = [path("ws/v1/agent", AgentSocket.as_asgi())]
