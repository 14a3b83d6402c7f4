"""Organizations: whoever runs a support desk here; the wall between all data."""

import uuid_utils.compat
from django.db import models

from hub.clock import now


class Organization(models.Model):
    """One tenant. Its slug is unique and stays."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    locale = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    settings = models.JSONField(default=dict, blank=True)
    last_conversation_number = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name
