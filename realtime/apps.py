"""Announces the realtime room to Django."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Has no models of its own: the log's tables are among the hub's nouns."""

    name = "realtime"
