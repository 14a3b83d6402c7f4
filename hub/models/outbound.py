"""Outbound: one delivery per message and recipient, and every try of it."""

from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models.channels import Channel
from hub.models.contacts import Identity
from hub.models.timeline import Message
from hub.tenancy import TenantModel


class DeliveryStatus(models.TextChoices):
    """Where a delivery stands; it only climbs."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELED = "canceled"


class Delivery(TenantModel):
    """One message on its way to one recipient.

    `destination` is the narrowest of its connector's `destinations`, known from the first attempt on;
    `failing_since` the first failed attempt of those that nobody has set right yet.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED)
    provider_id = models.CharField(max_length=255, blank=True, default="")
    via = models.CharField(max_length=60, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    destination = models.CharField(max_length=300, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "recipient"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "provider_id"], condition=~Q(provider_id=""), name="delivery_provider"
            ),
            models.Index(
                fields=["organization", "status", "updated_at"],
                condition=Q(status__in=["failed", "unknown", "undelivered"]),
                name="delivery_needs_person",
            ),
            models.Index(fields=["destination"], condition=Q(status="sending"), name="delivery_under_way"),
        ]


class DeliveryAttempt(TenantModel):
    """One try to hand a delivery to its provider; committed before the call is made."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number")]


class Slowdown(models.Model):
    """That a destination asked to be left alone, until when, and how often in a row: `level`.

    It belongs to no organization: all of them send through the same relay to the same provider.
    """

    destination = models.CharField(max_length=300, primary_key=True)
    level = models.PositiveSmallIntegerField(default=1)
    until = models.DateTimeField()
