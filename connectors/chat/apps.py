"""Announces the chat connector to Django."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Has one model of its own, the visitor."""

    name = "connectors.chat"
    label = "chat"
    verbose_name = "Web chat"
