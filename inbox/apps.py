"""Announces the inbox room to Django, and says what follows from every change of a conversation."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The service over the hub's nouns; its only table of its own is the search index."""

    name = "inbox"

    def ready(self) -> None:
        """Rules come first, so that promises and routing see what they made of a conversation."""
        from inbox import change
        from inbox.routing import following as routing
        from inbox.rules import following as rules
        from inbox.sla import following as promises

        change.followed_by(rules.follow, promises.follow, routing.follow)
