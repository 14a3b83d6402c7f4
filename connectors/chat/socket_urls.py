"""The chat's sockets, mounted by the hub."""

from django.urls import path

from connectors.chat.sockets import ChatSocket

websocket_urlpatterns = [path("ws/v1/chat", ChatSocket.as_asgi())]
