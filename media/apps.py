"""Announces the media room to Django."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Attachments and their storage; their rows are among the hub's nouns."""

    name = "media"
