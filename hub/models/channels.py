"""Channels: configured endpoints, how far they were read, and what came in, raw."""

from django.db import models

from hub.clock import now
from hub.encryption import EncryptedJSONField
from hub.tenancy import TenantModel


class Channel(TenantModel):
    """One mailbox, number, site's widget or workspace.

    `kind` is a plain string that the registry knows. `address` is what the outside calls it
    by (mail address, E.164 number, site key): unique within its kind, so that an inbound
    finds its channel before its organization is known. An archived channel is kept for the
    conversations that came by it; it takes nothing, and its address is free again.
    """

    class State(models.TextChoices):
        """The life of a channel; `needs_reconnect` holds what goes out instead of failing it."""

        DRAFT = "draft"
        CONNECTED = "connected"
        DEGRADED = "degraded"
        NEEDS_RECONNECT = "needs_reconnect"
        DISABLED = "disabled"

    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=320, blank=True, default="")
    config = models.JSONField(default=dict, blank=True)
    secrets = EncryptedJSONField(default=dict, blank=True)
    queue = models.ForeignKey("hub.Queue", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.CONNECTED)
    health = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=now)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address"],
                condition=~models.Q(address="") & models.Q(archived_at__isnull=True),
                name="channel_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Whether it takes what comes in."""
        return self.archived_at is None and self.state not in (self.State.DRAFT, self.State.DISABLED)


class ChannelCursor(TenantModel):
    """How far a polled channel was read (UIDs, update offsets, page tokens), by name."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="cursors")
    name = models.CharField(max_length=120, default="default")
    value = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "name"], name="cursor_once")]


class InboundEnvelope(TenantModel):
    """What came in, untouched, kept before it is understood.

    The row is committed before anything is acknowledged to the outside. (channel,
    dedupe_key) is unique and the key never empty, so a repeated delivery has no effect.
    """

    class State(models.TextChoices):
        """`quarantined` waits for a person: kept raw, shown, counted, replayable."""

        RECEIVED = "received"
        PROCESSED = "processed"
        IGNORED = "ignored"
        QUARANTINED = "quarantined"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    dedupe_key = models.CharField(max_length=255)
    raw = models.BinaryField()
    headers = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "dedupe_key"], name="envelope_once"),
            models.CheckConstraint(condition=~models.Q(dedupe_key=""), name="envelope_has_key"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "-received_at"],
                condition=models.Q(state="quarantined"),
                name="envelope_quarantine",
            ),
            models.Index(fields=["state", "received_at"], name="envelope_state"),
        ]
