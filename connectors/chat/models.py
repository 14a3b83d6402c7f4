"""Visitors: the browsers that a site's widget has met."""

import secrets

from django.db import models

from hub import tokens
from hub.clock import now
from hub.models import Channel
from hub.tenancy import TenantModel

IDENTITY_KIND = "visitor"
"""The kind of identity by which contacts of a chat are known; its value is `Visitor.thread`."""


class Visitor(TenantModel):
    """One browser on one site, known by a random token of which only the digest is kept.

    `thread` names the conversation that it sees: its own, or, once the site has proved who the
    visitor is (`external_id`), the one that all browsers of that person share. `taken_seq` and
    `seen_seq` say how far the conversation was shown to this browser and looked at there.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    thread = models.UUIDField()
    external_id = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    locale = models.CharField(max_length=16, blank=True, default="")
    taken_seq = models.PositiveIntegerField(default=0)
    seen_seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["channel", "thread"], name="visitor_thread"),
            models.Index(
                fields=["channel", "external_id"],
                condition=~models.Q(external_id=""),
                name="visitor_external",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Visitor {str(self.pk)[-4:]}"

    @property
    def is_identified(self) -> bool:
        """Whether the site has proved who this is."""
        return bool(self.external_id)


def new_token() -> str:
    """256 random bits for a browser to keep."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token. It depends on nothing else: the channel is compared beside it."""
    return tokens.digest(token)
