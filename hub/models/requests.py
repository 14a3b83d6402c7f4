"""Idempotent requests: the first answer to a key, kept to be given again."""

from datetime import timedelta

from django.db import models

from hub.clock import now
from hub.models.people import User
from hub.tenancy import TenantModel


class IdempotentRequest(TenantModel):
    """A POST that carried an Idempotency-Key, and its answer once there is one."""

    KEPT = timedelta(hours=24)
    """How long an answer is given again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, default="")
    content_type = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user", "key"], name="request_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="request_age")]
