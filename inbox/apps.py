"""Announces the inbox room to Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The service over the hub's nouns; its only table of its own is the search index."""

    name = "inbox"
